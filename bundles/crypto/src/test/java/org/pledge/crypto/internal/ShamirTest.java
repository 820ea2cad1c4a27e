package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ShamirTest {
    private static SortedMap<Integer, SecretBytes> some(List<SecretBytes> shares, int count, long seed) {
        List<Integer> indexes = new ArrayList<>();
        for (int i = 1; i <= shares.size(); i++) {
            indexes.add(i);
        }
        Collections.shuffle(indexes, new Random(seed));
        SortedMap<Integer, SecretBytes> result = new TreeMap<>();
        indexes.subList(0, count).forEach(i -> result.put(i, shares.get(i - 1)));
        return result;
    }

    @Property(tries = 200)
    void anySharesThatAreEnoughGiveTheSecretBack(
            @ForAll @Size(min = 1, max = 40) byte[] secret,
            @ForAll @IntRange(min = 2, max = 9) int shares,
            @ForAll @IntRange(min = 2, max = 9) int needed,
            @ForAll long seed) {
        int least = Math.min(shares, needed);
        List<SecretBytes> made = Shamir.split(SecretBytes.of(secret.clone()), shares, least);
        for (int count = least; count <= shares; count++) {
            assertThat(Shamir.combine(some(made, count, seed)).getEncoded()).isEqualTo(secret);
        }
    }

    @Property(tries = 50)
    void oneShareTooFewSaysNothing(
            @ForAll byte secret, @ForAll @IntRange(min = 2, max = 9) int needed, @ForAll long seed) {
        List<SecretBytes> made = Shamir.split(SecretBytes.of(new byte[] {secret}), 9, needed);
        SortedMap<Integer, SecretBytes> known = some(made, needed - 1, seed);
        int missing = 1;
        while (known.containsKey(missing)) {
            missing++;
        }
        Set<Byte> possible = new HashSet<>();
        for (int value = 0; value < 256; value++) {
            known.put(missing, SecretBytes.of(new byte[] {(byte) value}));
            possible.add(Shamir.combine(known).getEncoded()[0]);
        }
        assertThat(possible).as("every secret fits the shares that are known").hasSize(256);
    }

    @Property(tries = 50)
    void aWrongShareGivesAnotherSecret(
            @ForAll @Size(32) byte[] secret,
            @ForAll @IntRange(min = 0, max = 31) int place,
            @ForAll @IntRange(min = 1, max = 255) int change) {
        List<SecretBytes> made = Shamir.split(SecretBytes.of(secret.clone()), 3, 2);
        byte[] wrong = made.get(0).getEncoded();
        wrong[place] ^= (byte) change;
        SortedMap<Integer, SecretBytes> shares = new TreeMap<>();
        shares.put(1, SecretBytes.of(wrong));
        shares.put(3, made.get(2));
        assertThat(Shamir.combine(shares).getEncoded()).isNotEqualTo(secret);
    }

    @Test
    void oneSecretIsNeverSplitTheSameWayTwice() {
        SecretBytes secret = SecretBytes.random(32);
        assertThat(Shamir.split(secret, 3, 2).get(0).getEncoded())
                .isNotEqualTo(Shamir.split(secret, 3, 2).get(0).getEncoded());
    }

    @Test
    void multipliesAsAesDoes() {
        assertThat(Shamir.times(0x57, 0x83)).isEqualTo(0xc1);
        assertThat(Shamir.times(0x57, 0x13)).isEqualTo(0xfe);
        for (int a = 1; a < 256; a++) {
            assertThat(Shamir.times(a, Shamir.inverse(a))).isEqualTo(1);
        }
    }

    @Test
    void refusesToSplitIntoWhatCannotWork() {
        SecretBytes secret = SecretBytes.random(32);
        assertThatThrownBy(() -> Shamir.split(secret, 3, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Shamir.split(secret, 2, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Shamir.split(secret, 10, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
