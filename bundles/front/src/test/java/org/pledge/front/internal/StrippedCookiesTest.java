package org.pledge.front.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.store.Transactions;
import org.pledge.visitor.CookieService.Fault;

class StrippedCookiesTest {
    private final List<Leaf> leaves = new ArrayList<>();
    private final AtomicBoolean up = new AtomicBoolean(true);
    private final StrippedCookies record = new StrippedCookies(
            () -> Optional.of(new Direct()),
            () -> Optional.of(new Log()),
            Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC));

    private final class Direct implements Transactions {
        @Override
        public <T> T required(Supplier<T> work) {
            if (!up.get()) {
                throw new PledgeException(PledgeException.Kind.UNAVAILABLE, "the database cannot be reached");
            }
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
    }

    private final class Log implements AuditLog {
        @Override
        public void append(Leaf leaf) {
            leaves.add(leaf);
        }

        @Override
        public List<Entry> tail(TenantId tenant, int limit) {
            throw new AssertionError("unexpected");
        }

        @Override
        public Verification verify(TenantId tenant) {
            throw new AssertionError("unexpected");
        }
    }

    @Test
    void eachKindIsRecordedOnceAndWithoutTheCookiesName() {
        for (int i = 0; i < 3; i++) {
            record.stripped(Fault.UNREGISTERED, "john@example.org", "/api/v1");
        }
        record.stripped(Fault.PERSONAL_VALUE, "prefs", "/api/v1");

        assertThat(leaves).extracting(Leaf::promises).containsExactly(List.of("AI-14"), List.of("KX-18"));
        assertThat(leaves.get(0).tenant()).isEqualTo(new TenantId("platform"));
        assertThat(leaves.get(0).details()).containsEntry("path", "/api/v1").containsEntry("fault", "UNREGISTERED");
        assertThat(leaves.toString()).doesNotContain("john");
    }

    @Test
    void whatCouldNotBeRecordedIsRecordedNextTime() {
        up.set(false);
        record.stripped(Fault.UNREGISTERED, "x", "/api/v1");
        up.set(true);
        record.stripped(Fault.UNREGISTERED, "x", "/api/v1");

        assertThat(leaves).hasSize(1);
    }

    @Test
    void manyNamesDoNotFillTheRecord() {
        for (int i = 0; i < 3_000; i++) {
            record.stripped(Fault.UNREGISTERED, "x" + i, "/api/v1");
        }

        assertThat(leaves).hasSize(1_000);
    }
}
