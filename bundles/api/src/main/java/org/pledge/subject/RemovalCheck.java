package org.pledge.subject;

import java.time.Instant;
import java.util.List;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** Says what of a person must stay. Asked inside the transaction of a removal, before anything is touched; a service. */
public interface RemovalCheck {
    /**
     * One kind of data that must stay.
     *
     * @param category its name
     * @param until when that ends by itself
     * @param ground why, as a word such as {@code LAW}
     * @param promises the promises that are paused by it
     */
    record Kept(String category, Instant until, String ground, List<String> promises) {
        /** Keeps an immutable copy. */
        public Kept {
            promises = List.copyOf(promises);
        }
    }

    /**
     * Keeps what must stay from being changed until the current transaction ends; called first of all, before a removal
     * holds anything that a sweep could wait for.
     */
    default void settle(TenantId tenant) {}

    /** What must stay of a person, held or not, each category once; nothing is added until the transaction ends. */
    List<Kept> kept(TenantId tenant, SubjectId person);
}
