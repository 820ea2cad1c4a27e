package org.pledge.visitor.internal;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.pledge.Caller;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.cookies.NameHash;
import org.pledge.policy.Policy.TrackerType;
import org.pledge.store.Transactions;
import org.pledge.visitor.CookieService.Verdict;

/** Records of each thing that a tenant's site may not send the first try, with its fault and without its value. */
final class StrippedOnce {
    /** How many a tenant has at most; then it is known that its sites keep to nothing. */
    static final int MOST = 200;

    private final Transactions transactions;
    private final AuditLog audit;
    private final Clock clock;
    private final Map<TenantId, Set<Map<String, String>>> known = new ConcurrentHashMap<>();

    StrippedOnce(Transactions transactions, AuditLog audit, Clock clock) {
        this.transactions = transactions;
        this.audit = audit;
        this.clock = clock;
    }

    /** What the answer to one call strips: the details of each leaf, and its promises. */
    static final class Found {
        private final Map<Map<String, String>, List<String>> stripped = new LinkedHashMap<>();

        /** Notes a refusal; a name that is not in the register may hold anything, so only its hash is kept. */
        void add(TrackerType type, String name, Verdict verdict) {
            verdict.fault()
                    .ifPresent(fault -> stripped.put(
                            Map.of(
                                    "reason",
                                    "cookie-check",
                                    "type",
                                    type.name(),
                                    "fault",
                                    fault.name(),
                                    "name",
                                    verdict.entry().orElseGet(() -> "sha256:" + NameHash.of(name))),
                            verdict.promises()));
        }
    }

    void record(Caller caller, Found found) {
        Set<Map<String, String>> told = known.computeIfAbsent(caller.tenant(), any -> ConcurrentHashMap.newKeySet());
        if (told.size() >= MOST || told.containsAll(found.stripped.keySet())) {
            return;
        }
        Instant now = clock.instant();
        transactions.required(() -> found.stripped.forEach((details, promises) -> {
            if (told.size() < MOST && told.add(details)) {
                transactions.afterRollback(() -> told.remove(details));
                audit.append(new Leaf(
                        caller.tenant(), now, Leaf.Act.REFUSED, caller.name(), Optional.empty(), promises, details));
            }
        }));
    }
}
