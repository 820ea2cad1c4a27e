package org.pledge.access;

import java.util.function.Supplier;
import org.pledge.Caller;

/** Makes a request that is sent twice act once. Thread-safe. */
public interface RepeatableRequests {
    /**
     * Runs {@code act} unless the same caller already did so under the same key, all in one transaction.
     *
     * @param key the caller's idempotency key, 1 to 255 printable characters
     * @param requestDigest a hash over everything that makes the request what it is
     * @param act does the work and returns the identifier of what it made, at most 64 characters
     * @return the identifier that {@code act} returned, now or the first time
     * @throws org.pledge.PledgeException of kind {@code INVALID} when the key was used for another request
     */
    String once(Caller caller, String key, byte[] requestDigest, Supplier<String> act);
}
