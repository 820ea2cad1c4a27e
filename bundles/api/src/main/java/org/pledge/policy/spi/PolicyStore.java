package org.pledge.policy.spi;

import java.time.Instant;
import java.util.List;
import org.pledge.TenantId;

/** Keeps the text of every policy version. Every method joins the current transaction. */
public interface PolicyStore {
    /** A version as it was installed. */
    record StoredPolicy(TenantId tenant, int version, String file, String yaml, Instant installed) {}

    /** Every version of every tenant, by tenant and ascending version. */
    List<StoredPolicy> all();

    /**
     * Adds a version.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when it exists
     */
    void add(StoredPolicy policy);
}
