package org.pledge.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;

/** Bearer tokens (RFC 6750), kept only as keyed hashes. Thread-safe. */
public interface CredentialService {
    /**
     * What is known of a credential; never its token.
     *
     * @param name unique per tenant
     */
    record Credential(TenantId tenant, String name, Set<Role> roles, Instant issued, Optional<Instant> expires) {
        /** Keeps an immutable copy of the roles. */
        public Credential {
            roles = Set.copyOf(roles);
        }
    }

    /** A new credential with its token, which is shown this once. */
    record Issued(Credential credential, String token) {
        @Override
        public String toString() {
            return "Issued[" + credential.name() + "]";
        }
    }

    /**
     * Issues a credential; one that has the same name is replaced, and its token stops working at once.
     *
     * @param by who issues it, for the record
     */
    Issued issue(Caller by, String name, Set<Role> roles, Optional<Instant> expires);

    /** Revokes a credential; false when there is none of that name. */
    boolean revoke(Caller by, String name);

    /** The caller a token stands for; empty when it is unknown, revoked or expired. Answers from memory. */
    Optional<Caller> authenticate(String token);

    /** A tenant's credentials, by name. */
    List<Credential> list(TenantId tenant);
}
