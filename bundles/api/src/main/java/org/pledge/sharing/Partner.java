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
     */
    public record Agreement(
            Set<String> fields,
            Set<String> purposes,
            String region,
            LocalDate from,
            LocalDate until,
            Optional<Attestation> attestation) {
        /** Keeps immutable copies. */
        public Agreement {
            fields = Set.copyOf(fields);
            purposes = Set.copyOf(purposes);
        }
    }

    /**
     * A dated statement by the partner.
     *
     * @param statement what it says, such as {@code no-retention}
     * @param until last day of validity
     */
    public record Attestation(String statement, LocalDate until) {}
}
