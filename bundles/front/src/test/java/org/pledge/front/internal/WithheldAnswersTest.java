package org.pledge.front.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.store.Transactions;

class WithheldAnswersTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final List<Leaf> leaves = new ArrayList<>();
    private boolean broken;
    private boolean inside;

    private final Transactions transactions = new Transactions() {
        @Override
        public <T> T required(Supplier<T> work) {
            inside = true;
            return work.get();
        }

        @Override
        public void afterCommit(Runnable action) {
            throw new AssertionError("unexpected");
        }

        @Override
        public void afterRollback(Runnable action) {
            throw new AssertionError("unexpected");
        }
    };

    private WithheldAnswers withheld(Optional<Transactions> unit) {
        AuditLog log = (AuditLog) Proxy.newProxyInstance(
                AuditLog.class.getClassLoader(), new Class<?>[] {AuditLog.class}, (self, method, arguments) -> {
                    if (broken || !inside) {
                        throw new IllegalStateException("no record");
                    }
                    leaves.add((Leaf) arguments[0]);
                    return null;
                });
        return new WithheldAnswers(() -> unit, () -> Optional.of(log), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void recordsEachOneWithThePromiseAndThePlaceAlone() {
        WithheldAnswers withheld = withheld(Optional.of(transactions));
        withheld.accept("/api/v1");
        withheld.accept("/api/v1");

        assertThat(leaves).hasSize(2);
        assertThat(leaves.get(0))
                .isEqualTo(new Leaf(
                        new TenantId("platform"),
                        NOW,
                        Leaf.Act.REFUSED,
                        "front",
                        Optional.empty(),
                        List.of("KX-15"),
                        Map.of("path", "/api/v1", "reason", "card-number-in-answer")));
    }

    @Test
    void neverFailsWhateverStopsTheRecord() {
        broken = true;
        withheld(Optional.of(transactions)).accept("elsewhere");
        withheld(Optional.empty()).accept("elsewhere");

        assertThat(leaves).isEmpty();
    }
}
