package org.pledge.vault.internal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.store.Transactions;

/**
 * Refuses by a promise and records that it did, also where the caller's transaction is undone next. Called outside the
 * vault's transactions.
 */
final class Refusals {
    private final Transactions main;
    private final AuditLog audit;
    private final Clock clock;

    Refusals(Transactions main, AuditLog audit, Clock clock) {
        this.main = main;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * The refusal, recorded.
     *
     * @param reason a constant, for programs
     * @param details further identifiers and enum names
     */
    PledgeException denied(
            Caller caller,
            Optional<SubjectId> subject,
            List<String> promises,
            String reason,
            Map<String, String> details,
            String text,
            String remedy) {
        return recorded(
                caller,
                subject,
                promises,
                reason,
                details,
                new PledgeException(Kind.DENIED, text).because(promises).remedy(remedy));
    }

    /** A refusal of another kind, recorded. */
    PledgeException recorded(
            Caller caller,
            Optional<SubjectId> subject,
            List<String> promises,
            String reason,
            Map<String, String> details,
            PledgeException refusal) {
        Map<String, String> all = new TreeMap<>(details);
        all.put("reason", reason);
        Leaf leaf = new Leaf(caller.tenant(), clock.instant(), Leaf.Act.REFUSED, caller.name(), subject, promises, all);
        main.required(() -> {
            main.afterRollback(() -> main.required(() -> audit.append(leaf)));
            audit.append(leaf);
        });
        return refusal;
    }
}
