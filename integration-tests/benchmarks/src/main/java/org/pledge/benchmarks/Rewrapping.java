package org.pledge.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.pledge.crypto.CardSealer.Place;
import org.pledge.crypto.VaultKeys.WrappingKey;
import org.pledge.store.vault.internal.JpaCardKeyStore;
import org.pledge.store.vault.internal.JpaVaultTransactions;
import org.pledge.store.vault.internal.OpenVaultDatabase;

/** All cards' keys of a vault on PostgreSQL wrapped anew, while cards are opened. */
final class Rewrapping {
    private static final byte[] PLAIN = "0000000000000000".getBytes(StandardCharsets.US_ASCII);
    private static final int AT_ONCE = 1000;
    private static final int OPENING = 2;
    /** Of so many keys one card is opened again and again; more than stay in memory. */
    private static final int EACH = 10;

    private final Postgresql server;
    private final Duration before;
    private final int count;

    private record Sealed(Place place, byte[] record) {}

    Rewrapping(Postgresql server, Duration before, int count) {
        this.server = server;
        this.before = before;
        this.count = count;
    }

    void run(Table table, String url, Path keystore) throws InterruptedException, SQLException {
        try (OpenUnit unit = new OpenUnit(url, Postgresql.USER, "pledge-vault", OpenVaultDatabase::open)) {
            JpaVaultTransactions transactions = new JpaVaultTransactions(unit.database());
            try (KeyRing ring = new KeyRing(transactions, new JpaCardKeyStore(transactions), keystore)) {
                measure(table, ring, sealed(ring, transactions));
            }
        }
    }

    private List<Sealed> sealed(KeyRing ring, JpaVaultTransactions transactions) {
        List<Sealed> sealed = new ArrayList<>();
        for (int from = 0; from < count; from += AT_ONCE) {
            int first = from;
            sealed.addAll(transactions.required(() -> IntStream.range(first, Math.min(first + AT_ONCE, count))
                    .mapToObj(number -> new Place(Korax.TENANT, UUID.randomUUID(), "card", "number"))
                    .map(place -> new Sealed(place, ring.sealer().seal(place, PLAIN)))
                    .toList()));
        }
        return IntStream.range(0, count / EACH)
                .mapToObj(number -> sealed.get(number * EACH))
                .toList();
    }

    private void measure(Table table, KeyRing ring, List<Sealed> cards) throws InterruptedException, SQLException {
        Load.Cost alone = Load.inTurns(
                        1,
                        before,
                        List.of(new Load.Side(Load.clients(OPENING, seed -> opening(ring, cards, seed)), server::cpu)))
                .get(0);
        AtomicBoolean running = new AtomicBoolean(true);
        LongAdder opened = new LongAdder();
        LongAdder failed = new LongAdder();
        CountDownLatch atWork = new CountDownLatch(OPENING);
        ExecutorService threads = Executors.newFixedThreadPool(OPENING);
        try {
            for (int seed = 0; seed < OPENING; seed++) {
                Callable<Boolean> open = opening(ring, cards, seed);
                threads.execute(() -> {
                    while (running.get()) {
                        try {
                            Blocks.call(open);
                            opened.increment();
                        } catch (RuntimeException e) {
                            failed.increment();
                        }
                        atWork.countDown();
                    }
                });
            }
            atWork.await();
            ring.keys().rotate();
            long openedBefore = opened.sum();
            long cpu = server.cpu();
            long ownCpu = threadCpu();
            long start = System.nanoTime();
            long done = ring.keys().rewrap(progress -> {});
            double seconds = (System.nanoTime() - start) / 1e9;
            double ownMicros = (threadCpu() - ownCpu) / 1e3;
            double allMicros = (server.cpu() - cpu) / 1e3;
            long openedMeanwhile = opened.sum() - openedBefore;
            running.set(false);
            table.value("re-wrap of " + Table.number(count) + " keys on PostgreSQL", seconds, " s", Goal.NONE);
            table.value("  keys", done / seconds, "/s", Goal.NONE);
            table.value("  CPU of its own thread, per key", ownMicros / done, " us", Goal.NONE);
            table.value("  CPU, client and server, the opening included", allMicros / done, " us", Goal.NONE);
            table.ratio(
                    "  cards opened meanwhile, 2 clients",
                    openedMeanwhile / seconds,
                    "without it",
                    alone.perSecond(),
                    "/s",
                    Goal.NONE);
            table.value("  keys left behind", left(ring) + (count - done), "", Goal.atMost(0, ""));
            table.value("  openings that failed", failed.sum() + unreadable(ring, cards), "", Goal.atMost(0, ""));
        } finally {
            running.set(false);
            threads.shutdown();
        }
    }

    private static long threadCpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Callable<Boolean> opening(KeyRing ring, List<Sealed> cards, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return () -> {
            open(ring, cards.get(random.nextInt(cards.size())));
            return true;
        };
    }

    private static void open(KeyRing ring, Sealed card) {
        if (!Arrays.equals(ring.sealer().open(card.place(), card.record()), PLAIN)) {
            throw new IllegalStateException("a card opens to something else");
        }
    }

    private static long left(KeyRing ring) {
        return ring.keys().wrappingKeys().stream()
                .filter(key -> !key.current())
                .mapToLong(WrappingKey::cards)
                .sum();
    }

    private static long unreadable(KeyRing ring, List<Sealed> cards) {
        long unreadable = 0;
        for (Sealed card : cards) {
            try {
                open(ring, card);
            } catch (RuntimeException e) {
                unreadable++;
            }
        }
        return unreadable;
    }
}
