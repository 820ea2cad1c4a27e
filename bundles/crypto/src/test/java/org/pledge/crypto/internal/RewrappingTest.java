package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.crypto.CardSealer.Place;
import org.pledge.crypto.VaultKeys.WrappingKey;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.memory.MemoryVault;

final class RewrappingTest {
    private static final List<TenantId> TENANTS = List.of(new TenantId("kx"), new TenantId("an"));
    private static final byte[] PLAIN = Fields.utf8("no real number");

    private final MemoryVault store = new MemoryVault();
    private final Vaults.SetClock clock = new Vaults.SetClock("2026-11-22T10:00:00Z");
    private final FakeRoot root = new FakeRoot(SecretBytes.random(32));
    private VaultKeyRing ring = ring(store);
    private DefaultCardSealer sealer = new DefaultCardSealer(ring, store, store);

    private VaultKeyRing ring(CardKeyStore keys) {
        return Vaults.ring(root, keys, store, Vaults.LIMITS, clock);
    }

    private static Place place(int card) {
        return new Place(TENANTS.get(card % 2), new UUID(7, card), "card", "number");
    }

    private Map<Place, byte[]> cards(int from, int to) {
        Map<Place, byte[]> cards = new HashMap<>();
        for (int i = from; i < to; i++) {
            cards.put(place(i), sealer.seal(place(i), PLAIN));
        }
        return cards;
    }

    private void assertAllOpen(Map<Place, byte[]> cards) {
        DefaultCardSealer fresh = new DefaultCardSealer(ring(store), store, store);
        cards.forEach((place, record) -> assertThat(fresh.open(place, record)).isEqualTo(PLAIN));
    }

    private Map<String, Long> byEpoch() {
        return store.required(store::keysByEpoch);
    }

    @Test
    void wrapsEverythingUnderTheCurrentKeyAndDestroysTheOlderOnes() {
        Map<Place, byte[]> cards = cards(0, 15);
        clock.set("2026-12-01T00:00:00Z");
        cards.putAll(cards(15, 30));
        ring.rotate();
        cards.putAll(cards(30, 35));
        List<Long> progress = new ArrayList<>();
        assertThat(ring.rewrap(progress::add)).isEqualTo(30);
        assertThat(progress).startsWith(10L, 20L, 30L).endsWith(30L);
        assertThat(byEpoch()).containsOnly(Map.entry("2026-12.2", 35L));
        assertThat(ring.wrappingKeys()).extracting(WrappingKey::name).containsExactly("2026-12.2");
        assertAllOpen(cards);
        assertThat(ring.rewrap(done -> {})).as("nothing is left to do").isZero();
    }

    @Test
    void goesOnWhereAFailureStoppedIt() {
        Map<Place, byte[]> cards = cards(0, 35);
        ring.rotate();
        AtomicInteger calls = new AtomicInteger();
        VaultKeyRing failing = ring(Vaults.inFrontOf(store, (method, real) -> {
            Object result = real.result();
            if (method.getName().equals("replaceCardKeys") && calls.incrementAndGet() == 3) {
                throw new PledgeException(PledgeException.Kind.UNAVAILABLE, "the database is away");
            }
            return result;
        }));
        AtomicInteger last = new AtomicInteger();
        assertThatThrownBy(() -> failing.rewrap(done -> last.set((int) done))).hasMessage("the database is away");
        assertThat(last).hasValue(20);
        assertThat(byEpoch()).containsOnly(Map.entry("2026-11.1", 15L), Map.entry("2026-11.2", 20L));
        assertAllOpen(cards);
        assertThat(failing.rewrap(done -> {})).isEqualTo(15);
        assertThat(byEpoch()).containsOnly(Map.entry("2026-11.2", 35L));
        assertThat(ring.wrappingKeys()).hasSize(1);
        assertAllOpen(cards);
    }

    @Test
    void stopsWhenTheVaultIsSealedAndGoesOnLater() {
        Map<Place, byte[]> cards = cards(0, 35);
        ring.rotate();
        assertThatThrownBy(() -> ring.rewrap(done -> ring.seal())).hasMessage("the vault is sealed");
        assertThat(byEpoch()).containsEntry("2026-11.2", 10L);
        ring.unseal(new char[0]);
        assertThat(ring.rewrap(done -> {})).isEqualTo(25);
        assertAllOpen(cards);
    }

    @Test
    void noRequestFailsMeanwhile() throws InterruptedException {
        Map<Place, byte[]> kept = cards(0, 200);
        Map<Place, byte[]> deleted = cards(200, 300);
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch atWork = new CountDownLatch(2);
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> {
            int opened = 0;
            while (!stop.get()) {
                for (Map.Entry<Place, byte[]> each : kept.entrySet()) {
                    assertThat(sealer.open(each.getKey(), each.getValue())).isEqualTo(PLAIN);
                    opened++;
                }
                atWork.countDown();
            }
            return opened;
        });
        CompletableFuture<Map<Place, byte[]>> writer = CompletableFuture.supplyAsync(() -> {
            Map<Place, byte[]> made = new HashMap<>();
            deleted.keySet().forEach(place -> sealer.destroyKey(place.tenant(), place.card()));
            for (int i = 300; !stop.get() || i < 400; i++) {
                made.put(place(i), sealer.seal(place(i), PLAIN));
                atWork.countDown();
            }
            return made;
        });
        reader.whenComplete((opened, failure) -> atWork.countDown());
        writer.whenComplete((made, failure) -> atWork.countDown());
        atWork.await();
        for (int i = 0; i < 5; i++) {
            ring.rotate();
            ring.rewrap(done -> {});
        }
        stop.set(true);
        assertThat(reader.join()).isPositive();
        kept.putAll(writer.join());
        ring.rewrap(done -> {});
        assertThat(byEpoch()).containsOnly(Map.entry("2026-11.6", (long) kept.size()));
        assertAllOpen(kept);
        deleted.forEach((place, record) ->
                assertThatThrownBy(() -> sealer.open(place, record)).isInstanceOf(PledgeException.class));
    }

    @Test
    void aCardThatChangesMeanwhileKeepsItsChange() {
        Map<Place, byte[]> cards = cards(0, 3);
        ring.rotate();
        Place gone = place(1);
        VaultKeyRing racing = ring(Vaults.inFrontOf(store, (method, real) -> {
            Object result = real.result();
            if (method.getName().equals("keysOutside")) {
                store.removeCardKey(gone.tenant(), gone.card());
            }
            return result;
        }));
        assertThat(racing.rewrap(done -> {})).isEqualTo(2);
        assertThat(byEpoch()).containsOnly(Map.entry("2026-11.2", 2L));
        cards.remove(gone);
        assertAllOpen(cards);
    }

    @Test
    void aKeyThatACardUsesAfterAllIsNotDestroyed() {
        cards(0, 3);
        WrappedKey late = store.required(() -> store.cardKey(place(0).tenant(), place(0).card()))
                .orElseThrow();
        ring.rotate();
        VaultKeyRing racing = ring(Vaults.inFrontOf(store, (method, real) -> {
            Object result = real.result();
            if (method.getName().equals("removeEpochKey")) {
                store.putCardKey(place(0).tenant(), new UUID(8, 8), late);
            }
            return result;
        }));
        assertThat(racing.rewrap(done -> {})).isEqualTo(3);
        assertThat(ring.wrappingKeys()).extracting(WrappingKey::name).containsExactly("2026-11.2", "2026-11.1");
    }

    @Test
    void aDamagedKeyIsLeftAndItsWrappingKeyStays() {
        Map<Place, byte[]> cards = cards(0, 35);
        for (int i : new int[] {3, 4, 5}) {
            WrappedKey key = store.required(() -> store.cardKey(place(i).tenant(), place(i).card()))
                    .orElseThrow();
            byte[] damaged = key.wrapped().clone();
            damaged[0] ^= 1;
            store.required(() -> store.replaceCardKey(
                    place(i).tenant(), place(i).card(), key, new WrappedKey(key.epoch(), damaged)));
            cards.remove(place(i));
        }
        ring.rotate();
        assertThat(ring.rewrap(done -> {})).isEqualTo(32);
        assertThat(byEpoch()).containsOnly(Map.entry("2026-11.1", 3L), Map.entry("2026-11.2", 32L));
        assertThat(ring.wrappingKeys()).hasSize(2);
        assertAllOpen(cards);
    }

    @Test
    void newCardsGoOnWhenTheKeyTheyKnewWasDestroyedElsewhere() {
        Map<Place, byte[]> cards = cards(0, 3);
        VaultKeyRing other = ring(store);
        other.rotate();
        other.rewrap(done -> {});
        cards.putAll(cards(3, 6));
        assertThat(byEpoch()).containsOnly(Map.entry("2026-11.2", 6L));
        assertAllOpen(cards);
    }
}
