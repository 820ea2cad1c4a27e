package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;

final class KeyCacheTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

    private final KeyCache<SubjectId> cache = new KeyCache<>(2, Duration.ofSeconds(60), CLOCK);

    private static SubjectId owner(long number) {
        return new SubjectId(0, number);
    }

    private SecretBytes put(long number) {
        SecretBytes key = SecretBytes.random(32);
        cache.put(owner(number), key, cache.mark());
        return key;
    }

    @Test
    void givesCopiesThatOutliveIt() {
        SecretBytes key = put(1);
        byte[] value = key.getEncoded();
        SecretBytes copy = cache.get(owner(1)).orElseThrow();
        cache.close();
        assertThat(key.isDestroyed()).isTrue();
        assertThat(copy.getEncoded()).isEqualTo(value);
        assertThat(cache.get(owner(1))).isEmpty();
    }

    @Test
    void wipesTheKeyUsedLongestAgo() {
        SecretBytes first = put(1);
        SecretBytes second = put(2);
        cache.get(owner(1)).orElseThrow().close();
        put(3);
        assertThat(second.isDestroyed()).isTrue();
        assertThat(first.isDestroyed()).isFalse();
        assertThat(cache.get(owner(1))).isPresent();
        assertThat(cache.get(owner(2))).isEmpty();
        assertThat(cache.get(owner(3))).isPresent();
    }

    @Test
    void forgetsAndWipes() {
        SecretBytes key = put(1);
        cache.forget(owner(1));
        assertThat(cache.get(owner(1))).isEmpty();
        assertThat(key.isDestroyed()).isTrue();
    }

    @Test
    void aKeyThatWasReadBeforeItWasForgottenIsNotTaken() {
        long mark = cache.mark();
        SecretBytes key = SecretBytes.random(32);
        cache.forget(owner(1));
        cache.put(owner(1), key, mark);
        assertThat(cache.get(owner(1))).isEmpty();
        assertThat(key.isDestroyed()).isTrue();
    }

    @Test
    void keysHaveATime() {
        KeyCache<SubjectId> brief = new KeyCache<>(2, Duration.ZERO, CLOCK);
        SecretBytes key = SecretBytes.random(32);
        brief.put(owner(1), key, brief.mark());
        assertThat(brief.get(owner(1))).isEmpty();
        assertThat(key.isDestroyed()).isTrue();
    }

    @Test
    void noCapacityMeansNoKey() {
        KeyCache<SubjectId> none = new KeyCache<>(0, Duration.ofSeconds(60), CLOCK);
        none.put(owner(1), SecretBytes.random(32), none.mark());
        assertThat(none.get(owner(1))).isEmpty();
    }

    @Test
    void takesNothingAnyMoreOnceItIsClosed() {
        cache.close();
        SecretBytes key = put(1);
        assertThat(key.isDestroyed()).isTrue();
        assertThat(cache.get(owner(1))).isEmpty();
    }

    @Test
    void sweepsOutTheKeysWhoseTimeIsOver() {
        KeyCache<SubjectId> brief = new KeyCache<>(2, Duration.ZERO, CLOCK);
        SecretBytes over = SecretBytes.random(32);
        brief.put(owner(1), over, brief.mark());
        brief.sweep();
        assertThat(over.isDestroyed()).isTrue();
        SecretBytes kept = put(1);
        cache.sweep();
        assertThat(kept.isDestroyed()).isFalse();
    }
}
