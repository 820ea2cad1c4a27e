package org.pledge.front.internal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records each answer that was refused because a card number is in it: in the log, and as a leaf. */
final class WithheldAnswers implements Consumer<String> {
    private static final Logger LOG = LoggerFactory.getLogger(WithheldAnswers.class);
    private static final TenantId PLATFORM = new TenantId("platform");
    private static final String PROMISE = "KX-15";

    private final Supplier<Optional<Transactions>> transactions;
    private final Supplier<Optional<AuditLog>> audit;
    private final Clock clock;

    WithheldAnswers(Supplier<Optional<Transactions>> transactions, Supplier<Optional<AuditLog>> audit, Clock clock) {
        this.transactions = transactions;
        this.audit = audit;
        this.clock = clock;
    }

    /** Never fails: the answer is refused whether that could be recorded or not. */
    @Override
    public void accept(String place) {
        LOG.error(
                "An answer below {} was refused: it holds what looks like a card number ({}); see docs/rest.md.",
                place,
                PROMISE);
        Leaf leaf = new Leaf(
                PLATFORM,
                clock.instant(),
                Leaf.Act.REFUSED,
                "front",
                Optional.empty(),
                List.of(PROMISE),
                Map.of("path", place, "reason", "card-number-in-answer"));
        try {
            Optional<AuditLog> log = audit.get();
            transactions.get().ifPresent(unit -> unit.required(() -> log.ifPresent(each -> each.append(leaf))));
        } catch (RuntimeException e) { // the edge: whatever stops the record, the answer stays refused
            LOG.warn(
                    "The refusal of an answer could not be recorded: {}",
                    e.getClass().getName());
        }
    }
}
