package org.pledge.audit;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/**
 * One act, told without personal data.
 *
 * @param tenant whose record it belongs to
 * @param at when it happened, to the microsecond
 * @param act what happened
 * @param actor the name of the credential that acted
 * @param subject whom it concerns, as an opaque identifier
 * @param promises the promises that decided it
 * @param details further facts: identifiers, counts and enum names only, in the order of their keys
 */
public record Leaf(
        TenantId tenant,
        Instant at,
        Act act,
        String actor,
        Optional<SubjectId> subject,
        List<String> promises,
        Map<String, String> details) {

    /** What can happen. */
    public enum Act {
        /** A request was refused by a promise. */
        REFUSED,
        /** A policy version came into force. */
        POLICY_INSTALLED,
        /** A policy file was refused. */
        POLICY_REFUSED,
        /** A policy version changed something material, and a campaign asks people to accept it. */
        CAMPAIGN_OPENED,
        /** A campaign ended. */
        CAMPAIGN_CLOSED,
        /** Somebody was asked to accept a policy version, or could not be reached. */
        ACCEPTANCE_ASKED,
        /** Somebody declined a policy version. */
        POLICY_DECLINED,
        /** A person or account was registered. */
        SUBJECT_REGISTERED,
        /** Data of a person was changed. */
        SUBJECT_UPDATED,
        /** A person or account was removed. */
        SUBJECT_REMOVED,
        /** What is held about a person was shown to staff. */
        SUBJECT_VIEWED,
        /** Data of a person is kept without being used. */
        SUBJECT_RESTRICTED,
        /** A person's data may be used again. */
        RESTRICTION_LIFTED,
        /** A person objected to the use of their data. */
        SUBJECT_OBJECTED,
        /** A person took an objection back. */
        OBJECTION_LIFTED,
        /** An officer recorded that a purpose goes on despite an objection. */
        OBJECTION_OVERRULED,
        /** A partner refused to act on a notice, on a legal ground. */
        NOTICE_REFUSED,
        /** A signed statement of a removal was made. */
        CERTIFICATE_ISSUED,
        /** Consent was given. */
        CONSENT_GRANTED,
        /** Consent was withdrawn. */
        CONSENT_WITHDRAWN,
        /** A guardian authorised purposes for a child. */
        GUARDIAN_AUTHORISED,
        /** A guardian's authorisation was taken back. */
        AUTHORISATION_WITHDRAWN,
        /** A guardian's authorisation ended, because the child may consent alone. */
        AUTHORISATION_ENDED,
        /** A policy version was accepted. */
        POLICY_ACCEPTED,
        /** An inquiry of a person was opened. */
        INQUIRY_OPENED,
        /** An inquiry of a person was closed. */
        INQUIRY_CLOSED,
        /** A disclosure was decided and queued. */
        DISCLOSURE_INTENDED,
        /** A partner confirmed that it received a disclosure. */
        DISCLOSURE_DELIVERED,
        /** A disclosure was stopped before it left. */
        DISCLOSURE_CANCELLED,
        /** A try to deliver a disclosure failed; the partner may have read it. It is tried again. */
        DISCLOSURE_FAILED,
        /** A disclosure was parked after its last try. */
        DISCLOSURE_PARKED,
        /** A parked disclosure was queued again. */
        DISCLOSURE_RETRIED,
        /** A parked disclosure was given up by an operator. */
        DISCLOSURE_DROPPED,
        /** A notice of a withdrawal, correction or restriction was queued for an earlier recipient. */
        NOTICE_QUEUED,
        /** A partner's system took a notice. */
        NOTICE_DELIVERED,
        /** A partner confirmed that it acted on a notice. */
        NOTICE_CONFIRMED,
        /** A try to deliver a notice failed. It is tried again. */
        NOTICE_FAILED,
        /** A notice was parked after its last try. */
        NOTICE_PARKED,
        /** A parked notice was queued again. */
        NOTICE_RETRIED,
        /** A parked notice was given up by an operator. */
        NOTICE_DROPPED,
        /** A notice of a restriction or its end was taken back unanswered, because the opposite or a removal came. */
        NOTICE_SUPERSEDED,
        /** A notice was not confirmed by the time it was due. */
        NOTICE_OVERDUE,
        /** A notice was queued again because its partner is silent about it. */
        NOTICE_REMINDED,
        /** A partner stayed silent about a notice despite its reminders. */
        NOTICE_ESCALATED,
        /** Visits were counted. */
        USAGE_COUNTED,
        /** The figures of a day were made final, and what singles somebody out was removed. */
        USAGE_SEALED,
        /** A device was linked to a person: what is recorded of it is personal from now on. */
        DEVICE_LINKED,
        /** A link of a device to a person ended, and what was recorded under it was removed. */
        DEVICE_UNLINKED,
        /** Figures that were kept long enough were removed. */
        USAGE_REMOVED,
        /** A partner was registered or changed. */
        PARTNER_CHANGED,
        /** A partner file was refused. */
        PARTNER_REFUSED,
        /** A partner was tested, without data of anybody. */
        PARTNER_TESTED,
        /** A message template was taken into use. */
        TEMPLATE_INSTALLED,
        /** A message template was refused. */
        TEMPLATE_REFUSED,
        /** A transfer of data with a change of ownership was opened. */
        OWNERSHIP_OPENED,
        /** One officer approved such a transfer. */
        OWNERSHIP_APPROVED,
        /** Somebody objected to such a transfer. */
        OWNERSHIP_OBJECTED,
        /** Somebody was told of a transfer with a change of ownership, or could not be. */
        OWNERSHIP_TOLD,
        /** The next people's data was disclosed for such a transfer, or withheld. */
        OWNERSHIP_CONTINUED,
        /** Such a transfer was given up. */
        OWNERSHIP_CANCELLED,
        /** A legal case was opened. */
        CASE_OPENED,
        /** A legal case was approved by one person. */
        CASE_APPROVED,
        /** A legal case was closed. */
        CASE_CLOSED,
        /** An exception to a promise was recorded. */
        EXCEPTION_RECORDED,
        /** A credential was issued. */
        CREDENTIAL_ISSUED,
        /** A credential was revoked. */
        CREDENTIAL_REVOKED,
        /** Somebody got the secret of a second factor, which counts for nothing yet. */
        SECOND_FACTOR_ENROLLED,
        /** A second factor was taken into use. */
        SECOND_FACTOR_CONFIRMED,
        /** A code of a second factor was wrong; after several none is looked at for a while. */
        SECOND_FACTOR_REFUSED,
        /** A second factor was ended. */
        SECOND_FACTOR_REVOKED,
        /** Somebody accepted the duty of confidentiality that their roles wait for. */
        CONFIDENTIALITY_ACCEPTED,
        /** A route was refused by the guard. */
        ROUTE_REFUSED,
        /** A signed file or bundle took effect for the first time. */
        ARTIFACT_ACCEPTED,
        /** A file or bundle was refused because of its signature or what it is. */
        ARTIFACT_REFUSED,
        /** A deploy key that signed something in force is no longer trusted: removed, or expired. */
        DEPLOY_KEY_LAPSED,
        /** A caller was refused because it has none of the roles that an operation takes. */
        ROLE_REFUSED,
        /** A card was taken into the vault. */
        CARD_STORED,
        /** What stands behind a card's token was replaced. */
        CARD_REPLACED,
        /** A card's key was destroyed. */
        CARD_DELETED,
        /** A customer's request that may take the number of their card was recorded. */
        REVEAL_REQUESTED,
        /** A second person approved such a request. */
        REVEAL_APPROVED,
        /** A card's number is shown to a custodian. */
        CARD_REVEALED,
        /** A movement of money was decided; nothing was sent yet. */
        PAYMENT_INTENDED,
        /** A movement of money is being sent to the clearing house. */
        PAYMENT_SENT,
        /** The clearing house carried a movement of money out. */
        PAYMENT_CONFIRMED,
        /** A movement of money was refused. */
        PAYMENT_REFUSED,
        /** It is unknown whether the clearing house carried a movement of money out. */
        PAYMENT_IN_DOUBT,
        /** Evidence against a chargeback was handed in. */
        EVIDENCE_ADDED,
        /** Evidence against a chargeback was read. */
        EVIDENCE_READ,
        /** Evidence against a chargeback was erased. */
        EVIDENCE_ERASED,
        /** A custodian gave a share of the vault's key. */
        VAULT_SHARE_GIVEN,
        /** The vault's keys were forgotten. */
        VAULT_SEALED,
        /** A new wrapping key was made. */
        VAULT_KEY_ROTATED,
        /** Cards' keys were wrapped anew. */
        VAULT_KEYS_REWRAPPED,
        /** A backup was made. */
        BACKUP_MADE,
        /** Somebody, or a card, that had been removed came back with a backup and was removed again. */
        RESTORED_REMOVAL,
        /** The record had lost entries, and goes on from where it is. */
        LEDGER_ROLLED_BACK,
        /** People's keys were wrapped anew under the current epoch's. */
        EPOCHS_REWRAPPED,
        /** The key of an epoch that no living person needs was destroyed. */
        EPOCH_DESTROYED,
        /** An application reported the end of a purpose, and what was held for it alone was removed. */
        PURPOSE_ENDED,
        /** Data past its time was removed. */
        RETENTION_SWEPT,
        /** A legal hold was placed: what is held is not removed. */
        HOLD_PLACED,
        /** A second person approved a legal hold. */
        HOLD_APPROVED,
        /** One person asked for the release of a legal hold. */
        HOLD_RELEASE_REQUESTED,
        /** A second person released a legal hold. */
        HOLD_RELEASED,
        /** A request under somebody's rights arrived. */
        REQUEST_RECEIVED,
        /** A request was confirmed to the person. */
        REQUEST_ACKNOWLEDGED,
        /** It is begun to verify who asks, or another code was made. */
        REQUEST_VERIFYING,
        /** A code did not verify who asks. */
        REQUEST_CODE_REFUSED,
        /** It is verified who asks, or the request needs no such thing. */
        REQUEST_VERIFIED,
        /** The time to answer a request was lengthened. */
        REQUEST_EXTENDED,
        /** What was asked was done. */
        REQUEST_CARRIED_OUT,
        /** A request was closed, as it was answered. */
        REQUEST_FULFILLED,
        /** A request was closed by a refusal. */
        REQUEST_REFUSED,
        /** The person took a request back. */
        REQUEST_WITHDRAWN,
        /** The answer to a request was put into a file that only the person can open. */
        EXPORT_MADE,
        /** Such a file was fetched. */
        EXPORT_FETCHED,
        /** The list of disclosures that a request asked for was given out again, as it is now. */
        DISCLOSURES_LISTED,
        /** A deadline of a request passed. */
        REQUEST_OVERDUE,
        /** It was looked for who came back although their removal stays in effect. */
        LASTING_LOOK,
        /** Who sent a request by a protocol was told that its status changed. */
        STATUS_TOLD,
        /** That could not be told for so long that somebody should look. */
        STATUS_UNTOLD,
        /** A breach of personal data was reported. */
        BREACH_REPORTED,
        /** The case of a breach went on. */
        BREACH_CHANGED,
        /** A person was told of a breach that affected them, or could not be. */
        BREACH_NOTICE,
        /** The time to notify the authority of a breach is over. */
        BREACH_OVERDUE,
        /** A link to see and correct their own data was made for a person. */
        LINK_MADE,
        /** Such a link was used. */
        LINK_USED,
        /** A code was made for a new email address of a person. */
        EMAIL_CHANGE_ASKED,
        /** What was given as this code is not it. */
        EMAIL_CODE_REFUSED,
        /** The code came back, and the new address took the place of the former. */
        EMAIL_CONFIRMED,
        /** A person set their user name and password. */
        LOGIN_SET,
        /** A person signed in with them. */
        SIGNED_IN,
        /** Somebody was not let in, so many times; whose name it was is not said. */
        SIGN_IN_REFUSED
    }

    /** Keeps immutable copies. */
    public Leaf {
        at = at.truncatedTo(java.time.temporal.ChronoUnit.MICROS);
        promises = List.copyOf(promises);
        details = java.util.Collections.unmodifiableMap(new TreeMap<>(details));
    }

    /**
     * Tells that a caller was refused for want of a role, which front ends record in a transaction of its own.
     *
     * @param operation a constant of the front end, such as the name of a command
     * @param anyOf the roles of which one would have done
     * @return with the promises behind a duty that a role of the caller waits for, if one of these does
     */
    public static Leaf roleRefused(Caller caller, Instant at, String operation, Collection<Role> anyOf) {
        List<String> promises = caller.duty()
                .filter(duty -> anyOf.stream().anyMatch(duty.roles()::contains))
                .map(Caller.Duty::promises)
                .orElse(List.of());
        String roles = anyOf.stream().map(Role::name).sorted().collect(Collectors.joining(","));
        return new Leaf(
                caller.tenant(),
                at,
                Act.ROLE_REFUSED,
                caller.name(),
                Optional.empty(),
                promises,
                Map.of("operation", operation, "roles", roles));
    }
}
