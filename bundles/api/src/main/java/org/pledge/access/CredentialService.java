package org.pledge.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;

/** Bearer tokens (RFC 6750), kept only as keyed hashes, and the UsernameTokens beside them. Thread-safe. */
public interface CredentialService {
    /**
     * What is known of a credential; never its token.
     *
     * @param name unique per tenant
     * @param holder who it was issued to: 1 to 64 letters, digits and {@code . _ -}, such as a staff number; never a
     *     person's name or address
     */
    record Credential(
            TenantId tenant, String name, String holder, Set<Role> roles, Instant issued, Optional<Instant> expires) {
        /** Keeps an immutable copy of the roles. */
        public Credential {
            roles = Set.copyOf(roles);
        }
    }

    /**
     * A new credential with its secrets, which are shown this once.
     *
     * @param token the bearer token
     * @param password of a {@link UsernameToken}; derived under a key of the platform and stored nowhere
     */
    record Issued(Credential credential, String token, String password) {
        @Override
        public String toString() {
            return "Issued[" + credential.name() + "]";
        }
    }

    /**
     * Issues a credential; one that has the same name is replaced, and its token stops working at once. Roles: admin,
     * which no credential can hold: whoever hands out credentials says who is whom, and could be both approvers.
     *
     * @param by who issues it, for the record
     * @param holder who it is issued to; the same person has the same holder in every credential and in the shell
     */
    Issued issue(Caller by, String name, String holder, Set<Role> roles, Optional<Instant> expires);

    /** As {@link #issue(Caller, String, String, Set, Optional)}, for a holder that is named like the credential. */
    default Issued issue(Caller by, String name, Set<Role> roles, Optional<Instant> expires) {
        return issue(by, name, name, roles, expires);
    }

    /** Revokes a credential; false when there is none of that name. Roles: admin. */
    boolean revoke(Caller by, String name);

    /**
     * The caller a token stands for, with those roles active that {@link ConfidentialityService} lets be; empty when it
     * is unknown, revoked or expired. Answers from memory.
     */
    Optional<Caller> authenticate(String token);

    /**
     * What a caller sends instead of a token (WS-Security 1.1, UsernameToken Profile 1.1, section 3.1).
     *
     * @param username {@code <tenant>/<credential name>}
     * @param nonce 8 to 64 bytes, another one each time
     * @param created when it was made, exactly as it was sent
     * @param digest SHA-1 over nonce, created and the credential's password, 20 bytes
     */
    record UsernameToken(String username, byte[] nonce, String created, byte[] digest) {
        @Override
        public String toString() {
            return "UsernameToken";
        }
    }

    /**
     * The caller a UsernameToken stands for; empty when the user is unknown, revoked or expired, or the digest is of
     * another password. A token is taken once, from a minute before to five minutes after it was made. Answers from
     * memory.
     *
     * @throws org.pledge.PledgeException of kind {@code UNAUTHENTICATED} when it was not made just now or was used
     *     before; {@code UNAVAILABLE} when it was made before this service started, which cannot tell whether it was
     *     used, or when too many were used lately
     */
    default Optional<Caller> authenticate(UsernameToken token) {
        return Optional.empty();
    }

    /** A tenant's credentials, by name. */
    List<Credential> list(TenantId tenant);
}
