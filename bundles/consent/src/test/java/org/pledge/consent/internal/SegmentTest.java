package org.pledge.consent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.pledge.consent.ConsentView;

class SegmentTest {
    private static final long HASH = 0x12_3456_789AL;
    private static final long SCOPE = 77;
    private static final long NOW = 1_800_000_000;

    private final Segment segment = new Segment();

    @Test
    void peopleWhoseHashesAreEqualAreToldApart() {
        apply(1, 2, 1, 1, ConsentView.OPT_IN, Segment.NEVER);
        apply(1, 3, 1, 1, ConsentView.IMPLIED, Segment.NEVER);

        assertThat(segment.level(1, 2, 1, HASH, SCOPE, NOW)).isEqualTo(ConsentView.OPT_IN);
        assertThat(segment.level(1, 3, 1, HASH, SCOPE, NOW)).isEqualTo(ConsentView.IMPLIED);
        assertThat(segment.level(1, 2, 2, HASH, SCOPE, NOW))
                .as("another tenant")
                .isEqualTo(ConsentView.NONE);
        assertThat(segment.level(2, 2, 1, HASH, SCOPE, NOW)).isEqualTo(ConsentView.NONE);
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
                        seen = Math.max(seen, segment.level(1, 2, 1, HASH, SCOPE, NOW));
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

    private void apply(long high, long low, int tenant, long epoch, int level, long expiry) {
        segment.apply(high, low, tenant, HASH, epoch, (all, person, at) -> all.grant(person, at, SCOPE, level, expiry));
    }
}
