package org.pledge.rights.spi;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.pledge.TenantId;

/** Keeps who is to be told when the status of a request changes. Every method joins the current transaction. */
public interface StatusCallbackStore {
    /**
     * Somebody who is to be told; identified by tenant, request and partner.
     *
     * @param protocol by which the request came, at most 16 characters
     * @param party the name under which its sender is known, at most 200 characters
     * @param partner the partner at whose address they are told
     * @param told the status that they know, as the protocol writes it, at most 32 characters
     * @param attempts how often it failed since they were last told
     * @param due when to look at it again
     */
    record StatusCallback(
            TenantId tenant,
            UUID request,
            String protocol,
            String party,
            String partner,
            String told,
            int attempts,
            Instant due) {}

    /** Adds one unless it is there already. */
    void addCallback(StatusCallback callback);

    /** Replaces what is kept about it; nothing where it is gone. */
    void putCallback(StatusCallback callback);

    /** Forgets it; nothing where it is gone. */
    void removeCallback(StatusCallback callback);

    /** Locks up to {@code limit} with {@code due} not after {@code now}, the oldest first, skipping those others locked. */
    List<StatusCallback> lockDueCallbacks(TenantId tenant, Instant now, int limit);
}
