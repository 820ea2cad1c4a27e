package org.pledge.audit;

import java.util.List;
import java.util.OptionalLong;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** What the record says about one person, read page by page. Thread-safe. */
public interface AuditTrail {
    /**
     * A part of the record.
     *
     * @param entries those about the person, in their order
     * @param next the position to read on from; empty at the end of the record
     */
    record Part(List<Entry> entries, OptionalLong next) {
        /** Keeps an immutable copy. */
        public Part {
            entries = List.copyOf(entries);
        }
    }

    /**
     * Looks for entries about a person at a part of a tenant's record. The cost is that of reading this part, whomever
     * it is about.
     *
     * @param from the position to begin at, 0 for the whole record
     * @param most how many entries are looked at, 1 to 10 000
     */
    Part about(TenantId tenant, SubjectId subject, long from, int most);
}
