package org.pledge.audit;

import java.util.List;
import org.pledge.Caller;
import org.pledge.TenantId;

/**
 * Tells of records that a database lost: the platform remembers beside the database how far each tenant's record went,
 * and adds nothing to one that is behind that, or is another there, until somebody accepts it. Thread-safe.
 */
public interface LedgerRollbacks {
    /** Why a record may go on although it lost entries. */
    enum Reason {
        /** A backup was restored. */
        RESTORED,
        /** The database was replaced by another one on purpose. */
        REPLACED,
        /** What the platform remembered is wrong. */
        MARK_DAMAGED
    }

    /**
     * A place in a record.
     *
     * @param position of its last entry; -1 for a record without entries
     * @param chain that entry's hash, 32 bytes as lower-case hexadecimal
     */
    record Head(long position, String chain) {}

    /**
     * A record that lost entries.
     *
     * @param known how far it went
     * @param found how far it goes in the database
     */
    record Rollback(TenantId tenant, Head known, Head found) {}

    /** The records that nothing is added to. */
    List<Rollback> waiting();

    /**
     * Has a tenant's record go on from where it is, and records that with both places.
     *
     * @throws org.pledge.PledgeException {@code DENIED} without the role officer or administrator, {@code NOT_FOUND}
     *     when the tenant's record lost nothing
     */
    void accept(Caller caller, TenantId tenant, Reason reason);
}
