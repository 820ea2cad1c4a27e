package org.pledge.consent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.pledge.consent.ConsentView;

class SegmentTest {
    private static final long HASH = 0x12_3456_789AL;
    private static final int SCOPE = 77;
    private static final long NOW = 1_800_000_000;

    private final Segment segment = new Segment();

    @Test
    void peopleWhoseHashesAreEqualAreToldApart() {
        apply(1, 2, 1, 1, ConsentView.OPT_IN, Segment.NEVER);
        apply(1, 3, 1, 1, ConsentView.IMPLIED, Segment.NEVER);

        assertThat(level(1, 2, 1)).isEqualTo(ConsentView.OPT_IN);
        assertThat(level(1, 3, 1)).isEqualTo(ConsentView.IMPLIED);
        assertThat(level(1, 2, 2)).as("another tenant").isEqualTo(ConsentView.NONE);
        assertThat(level(2, 2, 1)).isEqualTo(ConsentView.NONE);
    }

    @Test
    void aReaderNeverSeesTheLevelOfOneConsentWithTheExpiryOfAnother() throws InterruptedException, ExecutionException {
        apply(1, 2, 1, 1, ConsentView.IMPLIED, Segment.NEVER);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Integer> strongest = threads.submit(() -> {
                int seen = 0;
                while (!done.get()) {
                    for (int i = 0; i < 1000; i++) {
                        seen = Math.max(seen, level(1, 2, 1));
                    }
                }
                return seen;
            });
            for (int epoch = 2; epoch <= 3_000_000; epoch++) {
                boolean expired = epoch % 2 == 0;
                apply(1, 2, 1, epoch, expired ? ConsentView.OPT_IN : ConsentView.IMPLIED, expired ? 1 : Segment.NEVER);
            }
            done.set(true);
            assertThat(strongest.get()).isEqualTo(ConsentView.IMPLIED);
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
    }

    @Test
    void keepsThePeopleApartWhileTheirBlocksGrowAndAreReused() {
        int people = 60;
        for (int scope = 1; scope <= people; scope++) {
            for (int person = scope; person <= people; person++) {
                int granted = scope;
                int level = levelOf(person, scope);
                long hash = ConsentTable.hash(person, 1);
                Segment.Change grant = (all, slot) -> all.grant(slot, granted, level, Segment.NEVER);
                assertThat(segment.apply(person, 1, 1, hash, scope, grant)).isTrue();
            }
        }
        long[] scopes = LongStream.rangeClosed(1, people).toArray();
        for (int person = 1; person <= people; person++) {
            for (int from = 0; from < people; from++) {
                long answer = segment.ask(person, 1, 1, ConsentTable.hash(person, 1), scopes, from, NOW);
                for (int i = 0; i < ConsentView.MOST_SCOPES; i++) {
                    int scope = from + i + 1;
                    assertThat(ConsentView.level(answer, i)).isEqualTo(scope <= person ? levelOf(person, scope) : 0);
                }
            }
        }
    }

    private static int levelOf(int person, int scope) {
        return (person + scope) % 3 == 0 ? ConsentView.IMPLIED : ConsentView.OPT_IN;
    }

    @Test
    void onePersonMayHaveMoreConsentsThanAChunkHolds() {
        int scopes = 100_000;
        apply(1, 1, 1, 1, (all, slot) -> all.grant(slot, 1, ConsentView.OPT_IN, Segment.NEVER));
        apply(2, 1, 1, 1, (all, slot) -> {
            for (int scope = 1; scope <= scopes; scope++) {
                all.grant(slot, scope, ConsentView.OPT_IN, Segment.NEVER);
            }
        });
        apply(3, 1, 1, 1, (all, slot) -> all.grant(slot, 1, ConsentView.OPT_IN, Segment.NEVER));
        apply(2, 1, 1, 2, (all, slot) -> all.withdraw(slot, scope -> scope == scopes - 1));

        long answer = segment.ask(2, 1, 1, HASH, new long[] {1, scopes - 1, scopes, scopes + 1}, 0, NOW);
        assertThat(IntStream.range(0, 4).map(i -> ConsentView.level(answer, i)))
                .containsExactly(ConsentView.OPT_IN, ConsentView.NONE, ConsentView.OPT_IN, ConsentView.NONE);
        assertThat(segment.ask(1, 1, 1, HASH, new long[] {1}, 0, NOW)).isEqualTo(2L << 32);
        assertThat(segment.ask(3, 1, 1, HASH, new long[] {1}, 0, NOW)).isEqualTo(2L << 32);
    }

    private void apply(long high, long low, int tenant, long epoch, int level, long expiry) {
        apply(high, low, tenant, epoch, (all, slot) -> all.grant(slot, SCOPE, level, expiry));
    }

    private void apply(long high, long low, int tenant, long epoch, Segment.Change change) {
        assertThat(segment.apply(high, low, tenant, HASH, epoch, change)).isTrue();
    }

    private int level(long high, long low, int tenant) {
        return ConsentView.level(segment.ask(high, low, tenant, HASH, new long[] {SCOPE}, 0, NOW), 0);
    }
}
