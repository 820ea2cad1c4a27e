package org.pledge.access.spi;

import java.time.Instant;
import java.util.Optional;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** Keeps second factors. Every method joins the current transaction. */
public interface SecondFactorStore {
    /**
     * A holder's second factor.
     *
     * @param holder whose it is, 1 to 64 letters, digits and {@code . _ -} in lower case
     * @param key under whose key the secret is sealed
     * @param secret sealed
     * @param lastStep the latest step whose code was used, or 0
     * @param wrong wrong codes since the last valid one
     * @param lockedUntil no code is looked at before
     */
    record StoredFactor(
            TenantId tenant,
            String holder,
            SubjectId key,
            byte[] secret,
            Instant enrolled,
            Optional<Instant> confirmed,
            long lastStep,
            int wrong,
            Optional<Instant> lockedUntil) {}

    /** A holder's factor, which nobody else changes until the transaction ends. */
    Optional<StoredFactor> lockFactor(TenantId tenant, String holder);

    /**
     * Keeps a factor, replacing one of the same tenant and holder.
     *
     * @throws PledgeException of kind {@code CONFLICT} when somebody else adds that holder's first one at the same time
     */
    void putFactor(StoredFactor factor);

    /** Removes a factor; false when there was none. */
    boolean removeFactor(TenantId tenant, String holder);
}
