package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy.Ground;
import org.pledge.retention.HoldService.Hold;
import org.pledge.retention.RetentionService.Certificate;
import org.pledge.retention.spi.RetentionStore;
import org.pledge.retention.spi.RetentionStore.Sweep;

/** What a store of holds and certificates promises. */
public abstract class RetentionStoreContract extends StoreContract {
    /** The store under test. */
    protected abstract RetentionStore retention();

    private static Hold placed(TenantId tenant, Optional<SubjectId> subject, long second) {
        return new Hold(
                UUID.randomUUID(),
                tenant,
                "email",
                subject,
                Ground.LAW,
                "2026/1187",
                NOW.plusSeconds(second),
                NOW.plusSeconds(86_400),
                Set.of("olga"),
                Set.of(),
                Optional.empty());
    }

    private static Hold released(Hold hold) {
        return new Hold(
                hold.id(),
                hold.tenant(),
                hold.category(),
                hold.subject(),
                hold.ground(),
                hold.reference(),
                hold.placed(),
                hold.expires(),
                Set.of("olga", "pjotr"),
                Set.of("pjotr", "wim"),
                Optional.of(NOW.plusSeconds(60)));
    }

    private static Certificate certificate(UUID id, TenantId tenant, long second, long removed) {
        Instant at = NOW.plusSeconds(second);
        return new Certificate(id, tenant, "traffic-log", "logs", at, at.minusSeconds(172_800), 4, removed, 2);
    }

    private Hold put(Hold hold) {
        run(() -> retention().putHold(hold));
        return hold;
    }

    private Certificate put(Certificate certificate) {
        run(() -> retention().putCertificate(certificate));
        return certificate;
    }

    @Test
    void keepsEveryPartOfAHold() {
        Hold hold = put(placed(tenant, Optional.of(SubjectId.random()), 0));
        assertThat(in(() -> retention().hold(tenant, hold.id()))).contains(hold);
        Hold released = put(released(hold));
        assertThat(in(() -> retention().hold(tenant, hold.id()))).contains(released);
        assertThat(in(() -> retention().holds(tenant))).containsExactly(released);
    }

    @Test
    void listsTheHoldsOfATenantNewestFirst() {
        Hold first = put(placed(tenant, Optional.empty(), 1));
        Hold later = put(placed(tenant, Optional.of(SubjectId.random()), 2));
        Hold others = put(placed(otherTenant, Optional.empty(), 3));
        assertThat(in(() -> retention().holds(tenant))).containsExactly(later, first);
        assertThat(in(() -> retention().hold(tenant, others.id()))).isEmpty();
    }

    @Test
    void keepsTheLatestStateOfACertificate() {
        UUID id = UUID.randomUUID();
        put(certificate(id, tenant, 0, 1000));
        Certificate last = put(certificate(id, tenant, 0, 5_000_000_000L));
        assertThat(in(() -> retention().certificates(tenant, 10))).containsExactly(last);
    }

    @Test
    void listsTheNewestCertificatesFirst() {
        put(certificate(UUID.randomUUID(), tenant, 1, 1));
        Certificate middle = put(certificate(UUID.randomUUID(), tenant, 2, 1));
        Certificate newest = put(certificate(UUID.randomUUID(), tenant, 3, 1));
        put(certificate(UUID.randomUUID(), otherTenant, 4, 1));
        assertThat(in(() -> retention().certificates(tenant, 2))).containsExactly(newest, middle);
    }

    @Test
    void remembersOnlyTheLastSweep() {
        Sweep logs = new Sweep("traffic-log", "logs", NOW.plusSeconds(5));
        Sweep visits = new Sweep("visitor-statistics", "visits", NOW);
        run(() -> {
            retention().putSweep(tenant, new Sweep("traffic-log", "logs", NOW.plusSeconds(9)));
            retention().putSweep(tenant, visits);
            retention().putSweep(otherTenant, visits);
        });
        run(() -> retention().putSweep(tenant, logs));
        assertThat(in(() -> retention().sweeps(tenant))).containsExactly(logs, visits);
    }

    @Test
    void whatWasRolledBackIsNotThere() {
        rollBack(() -> {
            retention().lockRetention(tenant);
            retention().putHold(placed(tenant, Optional.empty(), 0));
            retention().putCertificate(certificate(UUID.randomUUID(), tenant, 0, 1));
            retention().putSweep(tenant, new Sweep("traffic-log", "logs", NOW));
        });
        assertThat(in(() -> retention().holds(tenant))).isEmpty();
        assertThat(in(() -> retention().certificates(tenant, 1))).isEmpty();
        assertThat(in(() -> retention().sweeps(tenant))).isEmpty();
    }

    @Test
    void letsOneSweepAfterTheOther() {
        List<Long> removed = atOnce(
                4,
                thread -> in(() -> {
                    retention().lockRetention(tenant);
                    long sum = retention().certificates(tenant, 10).stream()
                            .mapToLong(Certificate::removed)
                            .sum();
                    retention().putCertificate(certificate(UUID.randomUUID(), tenant, thread, 1));
                    return sum;
                }));
        assertThat(removed).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
    }

    @Test
    void aHoldWaitsForARemovalThatHasBegun() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch placing = new CountDownLatch(1);
        List<Integer> seen = atOnce(2, thread -> {
            if (thread == 0) {
                return in(() -> {
                    retention().shareRetention(tenant);
                    begun.countDown();
                    await(placing);
                    for (int i = 0; i < 200; i++) {
                        retention().putCertificate(certificate(UUID.randomUUID(), tenant, i, 1));
                    }
                    return retention().holds(tenant).size();
                });
            }
            await(begun);
            placing.countDown();
            return in(() -> {
                retention().lockRetention(tenant);
                retention().putHold(placed(tenant, Optional.empty(), 0));
                return retention().certificates(tenant, 1000).size();
            });
        });
        assertThat(seen).containsExactly(0, 200);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void aSweepMayBeARemoval() {
        run(() -> {
            retention().lockRetention(tenant);
            retention().shareRetention(tenant);
            retention().putHold(placed(tenant, Optional.empty(), 0));
        });
        assertThat(in(() -> retention().holds(tenant))).hasSize(1);
    }
}
