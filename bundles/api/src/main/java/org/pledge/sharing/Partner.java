package org.pledge.sharing;

import java.net.URI;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.TenantId;

/**
 * A partner system data may go to.
 *
 * @param name unique per tenant: 2 to 64 lower-case letters, digits and hyphens
 * @param recipient the recipient of the tenant's policy that this partner is
 * @param connector how it is reached: the name of a connector, such as {@code rest}, {@code soap}, {@code sftp}
 * @param endpoint where its system listens, in a scheme of its connector; unencrypted ones on a loopback address only
 * @param settings further settings of its connector; secrets are named in them and never held
 * @param version counts changes, from 1; ignored when a partner is put
 */
public record Partner(
        TenantId tenant,
        String name,
        String recipient,
        Agreement agreement,
        String connector,
        URI endpoint,
        Map<String, String> settings,
        boolean suspended,
        long version) {
    /** The connector of partners that name none. */
    public static final String REST = "rest";

    /** Keeps an immutable copy. */
    public Partner {
        settings = Map.copyOf(settings);
    }

    /** A partner that is reached by REST, without further settings. */
    public Partner(
            TenantId tenant,
            String name,
            String recipient,
            Agreement agreement,
            URI endpoint,
            boolean suspended,
            long version) {
        this(tenant, name, recipient, agreement, REST, endpoint, Map.of(), suspended, version);
    }

    /**
     * What was agreed with the partner (for a processor, GDPR Article 28(3)).
     *
     * @param fields the categories it may receive, of the policy in force when the partner is put
     * @param purposes what for, of the policy in force when the partner is put; one that a later version lacks permits
     *     nothing
     * @param region where it processes them, as ISO 3166-1 code
     * @param from first day of validity
     * @param until last day of validity
     * @param attestation what the partner attested about its own conduct, if asked for
     * @param safeguard what lets data of people from other regions go there, if agreed on
     */
    public record Agreement(
            Set<String> fields,
            Set<String> purposes,
            String region,
            LocalDate from,
            LocalDate until,
            Optional<Attestation> attestation,
            Optional<Safeguard> safeguard) {
        /** Keeps immutable copies. */
        public Agreement {
            fields = Set.copyOf(fields);
            purposes = Set.copyOf(purposes);
        }

        /** An agreement without a safeguard for transfers. */
        public Agreement(
                Set<String> fields,
                Set<String> purposes,
                String region,
                LocalDate from,
                LocalDate until,
                Optional<Attestation> attestation) {
            this(fields, purposes, region, from, until, attestation, Optional.empty());
        }
    }

    /** Why data may leave the region that a person lives in (GDPR Articles 45 to 47). */
    public enum Mechanism {
        /** A decision that the protection in the other region is adequate (Article 45). */
        ADEQUACY,
        /** Standard contractual clauses (Article 46(2)(c)). */
        SCC,
        /** Binding corporate rules (Article 47). */
        BCR
    }

    /**
     * A safeguard for transfers to the region of the agreement.
     *
     * @param id of the decision or of the signed clauses: 1 to 64 letters, digits, dots, colons, slashes or hyphens
     * @param until last day of validity
     */
    public record Safeguard(Mechanism mechanism, String id, LocalDate until) {}

    /**
     * A dated statement by the partner.
     *
     * @param statement what it says, such as {@code no-retention}
     * @param until last day of validity
     */
    public record Attestation(String statement, LocalDate until) {}
}
