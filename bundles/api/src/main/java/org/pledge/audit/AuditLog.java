package org.pledge.audit;

import java.util.List;
import org.pledge.TenantId;

/**
 * The append-only record of every act. A leaf is written in the same transaction as the act it records and holds no
 * personal data; leaves are put into their final order, and chained, shortly after they are durable. Thread-safe.
 */
public interface AuditLog {
    /** Adds a leaf to the current transaction. */
    void append(Leaf leaf);

    /** Adds several leaves to the current transaction, in their order. */
    default void appendAll(List<Leaf> leaves) {
        leaves.forEach(this::append);
    }

    /** The newest entries of a tenant, newest first, at most {@code limit} of them. */
    List<Entry> tail(TenantId tenant, int limit);

    /** Recomputes a tenant's whole chain from the stored leaves. */
    Verification verify(TenantId tenant);
}
