package org.pledge.subject.internal;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.store.Transactions;

/** What is recorded of acts on accounts and people. */
record Recording(AuditLog audit, Transactions transactions, Clock clock) {
    void record(
            Caller caller,
            Act act,
            SubjectId subject,
            SubjectId account,
            List<String> promises,
            Map<String, String> facts) {
        Map<String, String> details = new TreeMap<>(facts);
        details.put("account", account.toString());
        Instant now = clock.instant();
        audit.append(new Leaf(caller.tenant(), now, act, caller.name(), Optional.of(subject), promises, details));
    }

    static String names(Set<String> names) {
        return String.join(",", new TreeSet<>(names));
    }

    /** The refused work is undone; where it was part of a larger transaction, that one is undone next. */
    void refused(Caller caller, Refusal refusal) {
        Leaf leaf = new Leaf(
                caller.tenant(),
                clock.instant(),
                Act.REFUSED,
                caller.name(),
                refusal.subject(),
                refusal.answer().promises(),
                refusal.details());
        transactions.required(() -> {
            transactions.afterRollback(() -> transactions.required(() -> audit.append(leaf)));
            audit.append(leaf);
        });
    }
}
