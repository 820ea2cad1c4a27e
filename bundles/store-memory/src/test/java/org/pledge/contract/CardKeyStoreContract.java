package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.crypto.spi.CardKeyStore.CardKey;
import org.pledge.crypto.spi.CardKeyStore.EpochKey;
import org.pledge.crypto.spi.CardKeyStore.IntakeKeyPair;
import org.pledge.crypto.spi.CardKeyStore.Replacement;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;

/** What a store of the vault's wrapped keys promises. */
public abstract class CardKeyStoreContract extends VaultContract {
    private final UUID card = UUID.randomUUID();
    private final String epoch = newName();
    private final String nextEpoch = newName();

    private CardKeyStore keys() {
        return vault().keys();
    }

    private static String newName() {
        return "e" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    private WrappedKey key(int fill) {
        return new WrappedKey(epoch, bytes(40, fill));
    }

    private void assertKey(String wrappedUnder, int fill) {
        WrappedKey found = in(() -> keys().cardKey(tenant, card)).orElseThrow();
        assertThat(found.epoch()).isEqualTo(wrappedUnder);
        assertThat(found.wrapped()).isEqualTo(bytes(40, fill));
    }

    private long under(String name) {
        return in(() -> keys().keysByEpoch()).getOrDefault(name, 0L);
    }

    private List<CardKey> ownOutside(String name) {
        return in(() -> keys().keysOutside(name, Integer.MAX_VALUE)).stream()
                .filter(found -> found.tenant().equals(tenant))
                .toList();
    }

    @Test
    void refusesToWorkOutsideATransaction() {
        assertThatThrownBy(() -> keys().cardKey(tenant, card)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> keys().putCardKey(tenant, card, key(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> keys().keysOutside(epoch, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> keys().epochKeys()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> keys().intakeKeys()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsACardsFirstKeyOnly() {
        assertThat(in(() -> keys().cardKey(tenant, card))).isEmpty();
        assertThat(in(() -> keys().putCardKey(tenant, card, key(1)))).isTrue();
        assertThat(in(() -> keys().putCardKey(tenant, card, key(2)))).isFalse();
        assertKey(epoch, 1);
        assertThat(in(() -> keys().cardKey(otherTenant, card))).isEmpty();
        assertThat(in(() -> keys().putCardKey(otherTenant, card, key(3)))).isTrue();
        assertKey(epoch, 1);
    }

    @Test
    void ofManyWhoMakeACardsKeyOneWinsAndAllReadTheSame() {
        List<byte[]> read = atOnce(
                4,
                thread -> in(() -> {
                    keys().putCardKey(tenant, card, key(thread + 1));
                    return keys().cardKey(tenant, card).orElseThrow().wrapped();
                }));
        byte[] kept = in(() -> keys().cardKey(tenant, card)).orElseThrow().wrapped();
        assertThat(read).hasSize(4).allSatisfy(each -> assertThat(each).isEqualTo(kept));
    }

    @Test
    void removesACardsKey() {
        run(() -> keys().putCardKey(tenant, card, key(1)));
        run(() -> keys().removeCardKey(otherTenant, card));
        assertKey(epoch, 1);
        run(() -> keys().removeCardKey(tenant, card));
        run(() -> keys().removeCardKey(tenant, card));
        assertThat(in(() -> keys().cardKey(tenant, card))).isEmpty();
        assertThat(under(epoch)).isZero();
    }

    @Test
    void replacesACardsKeyUnlessItChangedMeanwhile() {
        WrappedKey after = new WrappedKey(nextEpoch, bytes(40, 9));
        assertThat(in(() -> keys().replaceCardKey(tenant, card, key(1), after))).isFalse();
        assertThat(in(() -> keys().cardKey(tenant, card))).isEmpty();
        run(() -> keys().putCardKey(tenant, card, key(1)));
        assertThat(in(() -> keys().replaceCardKey(tenant, card, key(2), after))).isFalse();
        assertThat(in(() -> keys().replaceCardKey(tenant, card, new WrappedKey(nextEpoch, bytes(40, 1)), after)))
                .isFalse();
        assertThat(in(() -> keys().replaceCardKey(otherTenant, card, key(1), after)))
                .isFalse();
        assertKey(epoch, 1);
        assertThat(in(() -> keys().replaceCardKey(tenant, card, key(1), after))).isTrue();
        assertKey(nextEpoch, 9);
    }

    @Test
    void replacesManyKeysAtOnceButNoneThatChangedMeanwhile() {
        UUID second = UUID.randomUUID();
        UUID gone = UUID.randomUUID();
        run(() -> {
            keys().putCardKey(tenant, card, key(1));
            keys().putCardKey(tenant, second, key(2));
        });
        WrappedKey after = new WrappedKey(nextEpoch, bytes(40, 9));
        int replaced = in(() -> keys().replaceCardKeys(List.of(
                new Replacement(tenant, gone, key(3), after),
                new Replacement(tenant, second, key(4), after),
                new Replacement(tenant, card, key(1), after))));
        assertThat(replaced).isEqualTo(1);
        assertKey(nextEpoch, 9);
        assertThat(under(epoch)).isEqualTo(1);
        assertThat(in(() -> keys().replaceCardKeys(List.of()))).isZero();
    }

    @Test
    void ofManyWhoReplaceACardsKeyOneWins() {
        run(() -> keys().putCardKey(tenant, card, key(1)));
        List<Boolean> replaced = atOnce(
                4,
                thread -> in(() ->
                        keys().replaceCardKey(tenant, card, key(1), new WrappedKey(nextEpoch, bytes(40, thread + 2)))));
        assertThat(replaced).containsOnlyOnce(true);
        assertKey(nextEpoch, replaced.indexOf(true) + 2);
    }

    @Test
    void findsTheKeysOutsideAnEpochAndCountsThem() {
        UUID second = UUID.randomUUID();
        run(() -> {
            keys().putCardKey(tenant, card, key(1));
            keys().putCardKey(tenant, second, key(2));
            keys().putCardKey(tenant, UUID.randomUUID(), new WrappedKey(nextEpoch, bytes(40, 3)));
        });
        assertThat(under(epoch)).isEqualTo(2);
        assertThat(under(nextEpoch)).isEqualTo(1);
        assertThat(ownOutside(nextEpoch)).extracting(CardKey::card).containsExactlyInAnyOrder(card, second);
        assertThat(ownOutside(nextEpoch))
                .filteredOn(found -> found.card().equals(card))
                .allSatisfy(found -> assertThat(found.key().wrapped()).isEqualTo(bytes(40, 1)));
        assertThat(in(() -> keys().keysOutside(nextEpoch, 1))).hasSize(1);
        run(() -> keys().replaceCardKey(tenant, card, key(1), new WrappedKey(nextEpoch, bytes(40, 4))));
        assertThat(ownOutside(nextEpoch)).extracting(CardKey::card).containsExactly(second);
        assertThat(under(epoch)).isEqualTo(1);
    }

    @Test
    void rollBackKeepsTheOldKeys() {
        run(() -> keys().putCardKey(tenant, card, key(1)));
        rollBack(() -> {
            keys().replaceCardKey(tenant, card, key(1), new WrappedKey(nextEpoch, bytes(40, 2)));
            keys().removeCardKey(tenant, card);
            keys().putEpochKey(new EpochKey(epoch, bytes(40, 1), NOW));
            keys().putIntakeKey(new IntakeKeyPair(epoch, bytes(65, 4), bytes(80, 5), NOW, Optional.empty()));
        });
        assertKey(epoch, 1);
        assertThat(in(() -> keys().epochKeys())).extracting(EpochKey::name).doesNotContain(epoch);
        assertThat(in(() -> keys().intakeKeys())).extracting(IntakeKeyPair::kid).doesNotContain(epoch);
    }

    private List<EpochKey> ownEpochs() {
        return in(() -> keys().epochKeys()).stream()
                .filter(found -> List.of(epoch, nextEpoch).contains(found.name()))
                .toList();
    }

    @Test
    void keepsAnEpochsFirstKeyOnlyAndListsTheNewestFirst() {
        assertThat(in(() -> keys().putEpochKey(new EpochKey(epoch, bytes(40, 1), NOW))))
                .isTrue();
        assertThat(in(() -> keys().putEpochKey(new EpochKey(epoch, bytes(40, 2), NOW))))
                .isFalse();
        assertThat(in(() -> keys().putEpochKey(new EpochKey(nextEpoch, bytes(40, 3), NOW.plusSeconds(1)))))
                .isTrue();
        assertThat(ownEpochs()).extracting(EpochKey::name).containsExactly(nextEpoch, epoch);
        assertThat(ownEpochs().get(1).wrapped()).isEqualTo(bytes(40, 1));
        assertThat(ownEpochs().get(1).made()).isEqualTo(NOW);
    }

    @Test
    void ofManyWhoMakeAnEpochsKeyOneWins() {
        List<Boolean> put =
                atOnce(4, thread -> in(() -> keys().putEpochKey(new EpochKey(epoch, bytes(40, thread + 1), NOW))));
        assertThat(put).containsOnlyOnce(true);
        assertThat(ownEpochs().get(0).wrapped()).isEqualTo(bytes(40, put.indexOf(true) + 1));
    }

    @Test
    void removesAnEpochsKey() {
        run(() -> keys().putEpochKey(new EpochKey(epoch, bytes(40, 1), NOW)));
        run(() -> keys().removeEpochKey(epoch));
        run(() -> keys().removeEpochKey(epoch));
        assertThat(ownEpochs()).isEmpty();
    }

    @Test
    void holdsAnEpochsKeyThatIsThere() {
        assertThat(in(() -> keys().holdEpochKey(epoch))).isFalse();
        run(() -> keys().putEpochKey(new EpochKey(epoch, bytes(40, 1), NOW)));
        assertThat(in(() -> keys().holdEpochKey(epoch))).isTrue();
        run(() -> keys().removeEpochKey(epoch));
        assertThat(in(() -> keys().holdEpochKey(epoch))).isFalse();
    }

    /** Who removes a key that nothing is wrapped under does so after those who were about to use it. */
    @Test
    void ofManyWhoUseAnEpochsKeyWhileItIsRemovedNoneLosesIt() {
        run(() -> keys().putEpochKey(new EpochKey(epoch, bytes(40, 1), NOW)));
        List<Boolean> wrapped = atOnce(
                4,
                thread -> in(() -> {
                    if (thread == 0) {
                        removeEpochUnlessUsed();
                        return false;
                    }
                    return keys().holdEpochKey(epoch) && keys().putCardKey(tenant, UUID.randomUUID(), key(thread));
                }));
        assertThat(ownEpochs().isEmpty()).isNotEqualTo(wrapped.contains(true));
    }

    @Test
    void addsACardsKeyUnderAnEpochThatIsThere() {
        run(() -> keys().putEpochKey(new EpochKey(epoch, bytes(40, 1), NOW)));
        run(() -> keys().addCardKey(tenant, card, key(1)));
        assertKey(epoch, 1);
        assertUnavailable(() -> keys().addCardKey(tenant, card, key(2)));
        assertKey(epoch, 1);
    }

    @Test
    void addsNoKeyUnderAnEpochThatIsGone() {
        assertUnavailable(() -> keys().addCardKey(tenant, card, key(1)));
        assertThat(in(() -> keys().cardKey(tenant, card))).isEmpty();
    }

    private void assertUnavailable(Runnable work) {
        assertThatThrownBy(() -> run(work))
                .isInstanceOfSatisfying(PledgeException.class, refused -> assertThat(refused.kind())
                        .isEqualTo(PledgeException.Kind.UNAVAILABLE));
    }

    /** As above, but each finds out only when it commits. */
    @Test
    void ofManyWhoAddAKeyWhileItsEpochIsRemovedNoneLosesIt() {
        for (int round = 0; round < 10; round++) {
            String name = newName();
            run(() -> keys().putEpochKey(new EpochKey(name, bytes(40, 1), NOW)));
            List<Boolean> added = atOnce(4, thread -> thread == 0 ? removed(name) : added(name));
            boolean there = in(() -> keys().epochKeys()).stream()
                    .anyMatch(found -> found.name().equals(name));
            assertThat(there).isEqualTo(added.contains(true));
            assertThat(under(name))
                    .isEqualTo(added.stream().filter(each -> each).count());
        }
    }

    /** Not a key that was added, whatever becomes of it. */
    private boolean removed(String name) {
        try {
            run(() -> {
                keys().removeEpochKey(name);
                if (keys().keysByEpoch().containsKey(name)) {
                    throw new Stop();
                }
            });
            return false;
        } catch (Stop stillUsed) {
            return false;
        }
    }

    private boolean added(String name) {
        try {
            run(() -> keys().addCardKey(tenant, UUID.randomUUID(), new WrappedKey(name, bytes(40, 2))));
            return true;
        } catch (PledgeException gone) {
            return false;
        }
    }

    private void removeEpochUnlessUsed() {
        keys().removeEpochKey(epoch);
        if (keys().keysByEpoch().containsKey(epoch)) {
            keys().putEpochKey(new EpochKey(epoch, bytes(40, 1), NOW));
        }
    }

    private List<IntakeKeyPair> ownIntakeKeys() {
        return in(() -> keys().intakeKeys()).stream()
                .filter(found -> List.of(epoch, nextEpoch).contains(found.kid()))
                .toList();
    }

    @Test
    void keepsReplacesAndRemovesIntakeKeys() {
        run(() -> {
            keys().putIntakeKey(new IntakeKeyPair(epoch, bytes(65, 4), bytes(80, 5), NOW, Optional.empty()));
            keys().putIntakeKey(new IntakeKeyPair(
                    nextEpoch, bytes(65, 6), bytes(80, 7), NOW.plusSeconds(1), Optional.empty()));
        });
        assertThat(ownIntakeKeys()).extracting(IntakeKeyPair::kid).containsExactly(nextEpoch, epoch);
        IntakeKeyPair first = ownIntakeKeys().get(1);
        assertThat(first.publicKey()).isEqualTo(bytes(65, 4));
        assertThat(first.sealed()).isEqualTo(bytes(80, 5));
        assertThat(first.made()).isEqualTo(NOW);
        assertThat(first.retired()).isEmpty();

        run(() -> keys().putIntakeKey(
                        new IntakeKeyPair(epoch, bytes(65, 4), bytes(80, 8), NOW, Optional.of(NOW.plusSeconds(1)))));
        assertThat(ownIntakeKeys()).hasSize(2);
        assertThat(ownIntakeKeys().get(1).sealed()).isEqualTo(bytes(80, 8));
        assertThat(ownIntakeKeys().get(1).retired()).contains(NOW.plusSeconds(1));

        run(() -> keys().removeIntakeKey(epoch));
        run(() -> keys().removeIntakeKey(epoch));
        assertThat(ownIntakeKeys()).extracting(IntakeKeyPair::kid).containsExactly(nextEpoch);
    }
}
