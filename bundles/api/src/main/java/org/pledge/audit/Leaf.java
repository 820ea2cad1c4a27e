package org.pledge.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
        /** A person or account was registered. */
        SUBJECT_REGISTERED,
        /** Data of a person was changed. */
        SUBJECT_UPDATED,
        /** A person or account was removed. */
        SUBJECT_REMOVED,
        /** Consent was given. */
        CONSENT_GRANTED,
        /** Consent was withdrawn. */
        CONSENT_WITHDRAWN,
        /** A policy version was accepted. */
        POLICY_ACCEPTED,
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
        /** A partner was registered or changed. */
        PARTNER_CHANGED,
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
        /** A route was refused by the guard. */
        ROUTE_REFUSED
    }

    /** Keeps immutable copies. */
    public Leaf {
        at = at.truncatedTo(java.time.temporal.ChronoUnit.MICROS);
        promises = List.copyOf(promises);
        details = java.util.Collections.unmodifiableMap(new TreeMap<>(details));
    }
}
