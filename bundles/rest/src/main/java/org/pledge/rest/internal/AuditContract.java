package org.pledge.rest.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.pledge.SubjectId;
import org.pledge.audit.Entry;

/** The schemas of {@code openapi.yaml} about the audit record. */
final class AuditContract {
    private AuditContract() {}

    record AuditEntry(
            long position,
            Instant at,
            org.pledge.audit.Leaf.Act act,
            String actor,
            SubjectId subject,
            List<String> promises,
            Map<String, String> details,
            String chain) {
        static AuditEntry of(Entry e) {
            return new AuditEntry(
                    e.position(),
                    e.leaf().at(),
                    e.leaf().act(),
                    e.leaf().actor(),
                    e.leaf().subject().orElse(null),
                    e.leaf().promises(),
                    e.leaf().details(),
                    e.chain());
        }
    }

    record Verification(boolean intact, long entries, Long firstBroken, String head) {
        static Verification of(org.pledge.audit.Verification v) {
            boolean intact = v.firstBroken().isEmpty();
            return new Verification(
                    intact, v.entries(), intact ? null : (Long) v.firstBroken().getAsLong(), v.head());
        }
    }
}
