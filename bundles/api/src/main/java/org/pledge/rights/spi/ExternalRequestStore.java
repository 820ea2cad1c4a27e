package org.pledge.rights.spi;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.pledge.TenantId;

/** Keeps which request came of which message of another system. Every method joins the current transaction. */
public interface ExternalRequestStore {
    /**
     * A message that was taken.
     *
     * @param token the keyed hash of what the other system calls it, with its protocol and sender, 32 bytes
     * @param protocol by which it came, at most 16 characters
     * @param party the name under which its sender is known, at most 200 characters
     * @param digest the keyed hash of what was sent, 32 bytes
     * @param request what came of it; empty for a message that only may not come again
     * @param reference what the other system calls it, where that is a UUID
     */
    record ExternalRequest(
            TenantId tenant,
            byte[] token,
            String protocol,
            String party,
            byte[] digest,
            Optional<UUID> request,
            Optional<UUID> reference,
            Instant received) {
        @Override
        public String toString() {
            return "ExternalRequest[" + protocol + "]";
        }
    }

    /** Keeps a message unless its token is there already; false where it is. */
    boolean putExternal(ExternalRequest external);

    /** The message with this token. */
    Optional<ExternalRequest> external(TenantId tenant, byte[] token);

    /** The message that a request came of. */
    Optional<ExternalRequest> externalOf(TenantId tenant, UUID request);
}
