package org.pledge.policy.internal;

import java.util.Map;
import org.pledge.yaml.Fields;

/** The registry of controls: what can keep a promise, and whether it exists today. */
enum Control {
    DISCLOSURE_RULE(true),
    CASE_RULE(true),
    COLLECTION_RULE(true),
    CONTACT_RULE(true),
    COMPLETE_CONTACT(true),
    AGE_LIMIT(true),
    CONSENT_LEVEL(true),
    ACCEPTANCE_RECORD(true),
    POLICY_VERSIONS(true),
    POLICY_DOCUMENTS(true),
    WITHDRAWAL(true),
    FIELD_MINIMISATION(true),
    AGREEMENT_REQUIRED(true),
    ATTESTATION(true),
    PURPOSE_REGISTRY(true),
    PURPOSE_BOUND_READS(true),
    PROHIBITED_PURPOSE(true),
    CATEGORY_REGISTRY(true),
    RETENTION_DECLARED(true),
    NO_OPEN_PURPOSE(true),
    K_ANONYMITY(true),
    SINGLE_SUBJECT(true),
    ACCESS_CONTROL(true),
    SEALED_AT_REST(true),
    EGRESS_CHECK(true),
    LOG_REDACTION(true),
    NO_TRACING(true),
    GUARDED_ROUTES(true),
    LOOPBACK_OR_TLS(true),
    ACCOUNTING_OF_DISCLOSURES(true),
    PUBLISHED_CONTACT(true),
    PUBLISHED_NOTICE(true),
    RECTIFICATION(true),
    AUDIT_CHAIN(true),
    UNIQUE_CREDENTIAL(true),
    JURISDICTION_RULES(true),
    VAULT_INTAKE(true),
    VAULT_PURPOSE(true),
    VAULT_REVEAL(true),
    VAULT_MASK(true),
    VAULT_DELETE(true),
    VAULT_MANDATE(true),
    SEPARATE_STORE(true),
    CARD_NETWORK_RULE(true),
    RETENTION_SWEEP(true),
    ERASURE(true),
    RIGHTS_REQUEST(true),
    IDENTITY_VERIFICATION(true),
    OBJECTION(true),
    MESSAGE_GATE(true),
    OPEN_INQUIRY(true),
    UNSUBSCRIBE_LINK(true),
    MESSAGE_CLASS(true),
    PII_REQUEST_LINTER(true),
    COOKIE_REGISTER(true),
    COOKIE_LINTER(true),
    VISITOR_INGEST(true),
    AGGREGATE_VIEW(true),
    UNLINKABILITY(false),
    PRESENCE_GATE(false),
    INBOUND_SCOPE(false),
    LINEAGE(true),
    PUBLIC_CACHE_TAG(false),
    TRANSFER_REGISTER(true),
    OWNERSHIP_TRANSFER(true),
    BREACH_CLOCK(true),
    COMPLAINT_CLOCK(true),
    WITHDRAWAL_PROPAGATION(true),
    CONFIDENTIALITY_RECORD(true),
    CUSTODIAN_CONTROL(true),
    COOKIELESS_CHANNEL(true),
    RECONSENT_CAMPAIGN(true),
    BACKUP_DRILL(true);

    /** Every control by the name that packs use. */
    static final Map<String, Control> BY_NAME = Map.copyOf(Fields.words(Control.class));

    private final boolean enforced;

    Control(boolean enforced) {
        this.enforced = enforced;
    }

    /** Whether it keeps a promise today; otherwise a pack may only plan it. */
    boolean enforced() {
        return enforced;
    }
}
