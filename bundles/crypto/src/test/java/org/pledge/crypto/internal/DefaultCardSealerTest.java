package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.CardSealer.IntakeKey;
import org.pledge.crypto.CardSealer.Place;
import org.pledge.crypto.Sealer;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.crypto.spi.CardKeyStore.IntakeKeyPair;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.memory.MemoryVault;

final class DefaultCardSealerTest {
    private static final TenantId KX = new TenantId("kx");
    private static final TenantId AN = new TenantId("an");
    private static final UUID CARD = new UUID(1, 2);
    private static final Place PLACE = new Place(KX, CARD, "card", "number");
    private static final byte[] PLAIN = Fields.utf8("no real number");

    private final MemoryVault store = new MemoryVault();
    private final Vaults.SetClock clock = new Vaults.SetClock("2026-11-22T10:00:00Z");
    private final FakeRoot root = new FakeRoot(SecretBytes.random(32));
    private VaultKeyRing ring;
    private DefaultCardSealer sealer;

    @BeforeEach
    void start() {
        start(store);
    }

    private void start(CardKeyStore keys) {
        ring = Vaults.ring(root, keys, store, Vaults.LIMITS, clock);
        sealer = new DefaultCardSealer(ring, store, keys);
    }

    @AfterEach
    void stop() {
        ring.deactivate();
    }

    private static void assertRefused(ThrowingCallable work, PledgeException.Kind kind) {
        assertThatThrownBy(work).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    private WrappedKey key(Place place) {
        return store.required(() -> store.cardKey(place.tenant(), place.card())).orElseThrow();
    }

    @Test
    void opensWhatItSealed() {
        byte[] sealed = sealer.seal(PLACE, PLAIN);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("real");
        assertThat(sealer.open(PLACE, sealed)).isEqualTo(PLAIN);
        assertThat(sealer.seal(PLACE, PLAIN)).isNotEqualTo(sealed);
    }

    @Test
    void opensAfterARestart() {
        byte[] sealed = sealer.seal(PLACE, PLAIN);
        byte[] token = sealer.token(KX, "number", PLAIN);
        stop();
        clock.set("2027-03-01T00:00:00Z");
        start();
        assertThat(sealer.open(PLACE, sealed)).isEqualTo(PLAIN);
        assertThat(sealer.token(KX, "number", PLAIN)).isEqualTo(token);
    }

    @Test
    void refusesEveryRecordInEveryOtherPlace() {
        List<Place> places = new ArrayList<>();
        for (TenantId tenant : List.of(KX, AN)) {
            for (UUID card : List.of(CARD, new UUID(1, 3), new UUID(2, 2))) {
                for (String column : List.of("number", "expiry", "holder", "address")) {
                    places.add(new Place(tenant, card, "card", column));
                }
                places.add(new Place(tenant, card, "cell", "code"));
                places.add(new Place(tenant, card, "c", "ardnumber"));
            }
        }
        List<byte[]> sealed =
                places.stream().map(place -> sealer.seal(place, PLAIN)).toList();
        int refused = 0;
        for (int from = 0; from < places.size(); from++) {
            assertThat(sealer.open(places.get(from), sealed.get(from))).isEqualTo(PLAIN);
            for (int to = 0; to < places.size(); to++) {
                if (from != to) {
                    Place place = places.get(to);
                    byte[] moved = sealed.get(from);
                    assertThatThrownBy(() -> sealer.open(place, moved))
                            .as("from %s to %s", places.get(from), place)
                            .isInstanceOf(SecurityException.class);
                    refused++;
                }
            }
        }
        assertThat(refused).isEqualTo(36 * 35);
    }

    @Test
    void refusesEveryRecordInEveryOtherPlaceEvenUnderTheSameKey() {
        RecordFormat<Place> records = RecordFormat.ofCards();
        SecretBytes key = SecretBytes.random(32);
        byte[] sealed = records.seal(key, PLACE, PLAIN);
        for (Place place : List.of(
                new Place(AN, CARD, "card", "number"),
                new Place(KX, new UUID(1, 3), "card", "number"),
                new Place(KX, new UUID(3, 2), "card", "number"),
                new Place(KX, CARD, "cell", "number"),
                new Place(KX, CARD, "card", "expiry"),
                new Place(KX, CARD, "cardn", "umber"))) {
            assertThatThrownBy(() -> records.open(key, place, sealed))
                    .as(place.toString())
                    .isInstanceOf(SecurityException.class);
        }
        assertThat(records.open(key, PLACE, sealed)).isEqualTo(PLAIN);
    }

    @Test
    void theRecordsOfCardsAndOfSubjectsNeverStandInForEachOther() {
        SecretBytes key = SecretBytes.random(32);
        byte[] card = RecordFormat.ofCards().seal(key, PLACE, PLAIN);
        Sealer.Place subject = new Sealer.Place(KX, SubjectId.of(CARD), PLACE.entity(), PLACE.column());
        assertThatThrownBy(() -> RecordFormat.ofSubjects().open(key, subject, card))
                .isInstanceOf(SecurityException.class);
        assertThat(RecordFormat.associated(subject)).isNotEqualTo(RecordFormat.associated(PLACE));
    }

    @Test
    void theCommitmentRefusesAnotherKeyEvenWhereItsTagIsRight() {
        RecordFormat<Place> records = RecordFormat.ofCards();
        byte[] salt = new byte[RecordFormat.SALT_BYTES];
        RecordFormat.Derived committed = records.derive(SecretBytes.random(32), salt);
        SecretBytes otherKey = SecretBytes.random(32);
        RecordFormat.Derived used = records.derive(otherKey, salt);
        byte[] ciphertext = new Gcm().encrypt(used.key(), used.nonce(), RecordFormat.associated(PLACE), PLAIN);
        assertThat(records.open(otherKey, PLACE, joined(salt, used.commitment(), ciphertext)))
                .as("the tag is right")
                .isEqualTo(PLAIN);
        assertThatThrownBy(() -> records.open(otherKey, PLACE, joined(salt, committed.commitment(), ciphertext)))
                .isInstanceOf(SecurityException.class);
    }

    private static byte[] joined(byte[] salt, byte[] commitment, byte[] ciphertext) {
        return ByteBuffer.allocate(RecordFormat.HEADER_BYTES + ciphertext.length)
                .put(RecordFormat.VERSION)
                .put(salt)
                .put(commitment)
                .put(ciphertext)
                .array();
    }

    @Test
    void aDeletedCardIsUnreadableAndDeletingAgainIsHarmless() {
        byte[] sealed = sealer.seal(PLACE, PLAIN);
        byte[] other = sealer.seal(new Place(KX, new UUID(1, 3), "card", "number"), PLAIN);
        sealer.destroyKey(KX, CARD);
        sealer.destroyKey(KX, CARD);
        assertRefused(() -> sealer.open(PLACE, sealed), PledgeException.Kind.NOT_FOUND);
        assertThat(sealer.open(new Place(KX, new UUID(1, 3), "card", "number"), other))
                .isEqualTo(PLAIN);
    }

    @Test
    void aCardThatIsDeletedIsUnreadableInTheSameTransactionToo() {
        byte[] sealed = sealer.seal(PLACE, PLAIN);
        store.required(() -> {
            assertThat(sealer.open(PLACE, sealed)).isEqualTo(PLAIN);
            sealer.destroyKey(KX, CARD);
            assertRefused(() -> sealer.open(PLACE, sealed), PledgeException.Kind.NOT_FOUND);
        });
        assertRefused(() -> sealer.open(PLACE, sealed), PledgeException.Kind.NOT_FOUND);
    }

    @Test
    void aDeletionThatIsRolledBackDeletesNothing() {
        byte[] sealed = sealer.seal(PLACE, PLAIN);
        assertThatThrownBy(() -> store.required(() -> {
                    sealer.destroyKey(KX, CARD);
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        assertThat(sealer.open(PLACE, sealed)).isEqualTo(PLAIN);
    }

    @Test
    void aCardCanBeDeletedWhileTheVaultIsSealed() {
        byte[] sealed = sealer.seal(PLACE, PLAIN);
        ring.seal();
        sealer.destroyKey(KX, CARD);
        ring.unseal(new char[0]);
        assertRefused(() -> sealer.open(PLACE, sealed), PledgeException.Kind.NOT_FOUND);
    }

    @Test
    void whileSealedItRefusesAndSaysWhoOpensIt() {
        byte[] sealed = sealer.seal(PLACE, PLAIN);
        IntakeKey intake = sealer.intakeKeys().get(0);
        ring.seal();
        for (ThrowingCallable work : List.<ThrowingCallable>of(
                () -> sealer.seal(PLACE, PLAIN),
                () -> sealer.open(PLACE, sealed),
                () -> sealer.token(KX, "number", PLAIN),
                sealer::intakeKeys,
                () -> sealer.agree(intake.kid(), intake.x(), intake.y()),
                ring::rotate,
                () -> ring.rewrap(done -> {}))) {
            assertThatThrownBy(work).isInstanceOfSatisfying(PledgeException.class, e -> {
                assertThat(e.kind()).isEqualTo(PledgeException.Kind.UNAVAILABLE);
                assertThat(e).hasMessage("the vault is sealed");
                assertThat(e.remedy()).isEqualTo("Custodians: vault:unseal");
            });
        }
    }

    @Test
    void sealingWipesTheRootKeyAndEveryCache() {
        sealer.seal(PLACE, PLAIN);
        IntakeKey intake = sealer.intakeKeys().get(0);
        sealer.agree(intake.kid(), intake.x(), intake.y());
        OpenVault vault = ring.with(open -> open);
        ring.seal();
        assertThat(root.given).singleElement().satisfies(key -> assertThat(key.isDestroyed())
                .isTrue());
        assertThat(vault.isClosed()).isTrue();
        assertThatThrownBy(() -> vault.token(KX, "number", PLAIN)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> vault.dataKeys().found(new OpenVault.Card(KX, CARD)))
                .as("neither a data key nor an epoch key is left, and the root key is wiped")
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> vault.intake().agree(intake.kid(), intake.x(), intake.y()))
                .as("no intake key is left")
                .isInstanceOf(IllegalStateException.class);
        assertThat(ring.status().open()).isFalse();
    }

    @Test
    void whoIsAtWorkWhenItIsSealedIsToldSo() {
        byte[] sealed = sealer.seal(PLACE, PLAIN);
        stop();
        start(Vaults.inFrontOf(store, (method, real) -> {
            if (method.getName().equals("cardKey")) {
                ring.seal();
            }
            return real.result();
        }));
        assertRefused(() -> sealer.open(PLACE, sealed), PledgeException.Kind.UNAVAILABLE);
    }

    @Test
    void aCardWhoseKeyIsWrappedAnewWhileItIsReadOpens() {
        byte[] sealed = sealer.seal(PLACE, PLAIN);
        WrappedKey before = key(PLACE);
        ring.rotate();
        ring.rewrap(done -> {});
        stop();
        AtomicReference<Optional<WrappedKey>> stale = new AtomicReference<>(Optional.of(before));
        start(Vaults.inFrontOf(store, (method, real) -> {
            Optional<WrappedKey> first =
                    method.getName().equals("cardKey") ? stale.getAndSet(Optional.empty()) : Optional.empty();
            return first.isPresent() ? first : real.result();
        }));
        assertThat(sealer.open(PLACE, sealed)).isEqualTo(PLAIN);
        assertThat(stale.get()).isEmpty();
    }

    @Test
    void aMonthsKeysAreWrappedUnderTheKeyOfThatMonth() {
        byte[] first = sealer.seal(PLACE, PLAIN);
        assertThat(key(PLACE).epoch()).isEqualTo("2026-11.1");
        clock.set("2026-12-01T00:00:00Z");
        Place later = new Place(KX, new UUID(1, 3), "card", "number");
        sealer.seal(later, PLAIN);
        assertThat(key(later).epoch()).isEqualTo("2026-12.1");
        assertThat(sealer.open(PLACE, first)).isEqualTo(PLAIN);
        assertThat(key(PLACE).epoch()).isEqualTo("2026-11.1");
    }

    @Test
    void onlyWrappedKeysReachTheStore() {
        sealer.seal(PLACE, PLAIN);
        sealer.intakeKeys();
        assertThat(key(PLACE).wrapped()).hasSize(40);
        store.required(() -> {
            assertThat(store.epochKeys())
                    .hasSize(2)
                    .allSatisfy(each -> assertThat(each.wrapped()).hasSize(41).startsWith(MemoryRootKey.FORM));
            assertThat(store.intakeKeys()).hasSize(2).allSatisfy(each -> assertThat(each.sealed())
                    .hasSize(41));
        });
    }

    @Test
    void aKeyOfAnotherTenantOrCardOrEpochDoesNotOpen() {
        byte[] sealed = sealer.seal(PLACE, PLAIN);
        WrappedKey key = key(PLACE);
        store.required(() -> store.putCardKey(AN, CARD, key));
        assertThatThrownBy(() -> sealer.open(new Place(AN, CARD, "card", "number"), sealed))
                .isInstanceOf(SecurityException.class);
        String next = ring.rotate().name();
        store.required(() -> store.putCardKey(KX, new UUID(1, 3), new WrappedKey(next, key.wrapped())));
        assertThatThrownBy(() -> sealer.open(new Place(KX, new UUID(1, 3), "card", "number"), sealed))
                .isInstanceOf(SecurityException.class);
    }

    @Test
    void tokensAreOfOneTenantAndUse() {
        byte[] token = sealer.token(KX, "number", PLAIN);
        assertThat(token).hasSize(32).isEqualTo(sealer.token(KX, "number", PLAIN.clone()));
        assertThat(token)
                .isNotEqualTo(sealer.token(AN, "number", PLAIN))
                .isNotEqualTo(sealer.token(KX, "customer", PLAIN))
                .isNotEqualTo(sealer.token(KX, "number", Fields.utf8("another")));
    }

    @Test
    void manyThreadsSealTheSameNewCards() {
        List<Place> places = IntStream.range(0, 4)
                .mapToObj(i -> new Place(KX, new UUID(9, i), "card", "number"))
                .toList();
        List<CompletableFuture<byte[]>> running = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> sealer.seal(places.get(i % 4), PLAIN)))
                .toList();
        List<byte[]> sealed = running.stream().map(CompletableFuture::join).toList();
        stop();
        start();
        for (int i = 0; i < sealed.size(); i++) {
            assertThat(sealer.open(places.get(i % 4), sealed.get(i))).isEqualTo(PLAIN);
        }
    }

    @Test
    void aKeyThatIsRolledBackIsNotUsedAgain() {
        assertThatThrownBy(() -> store.required(() -> {
                    sealer.seal(PLACE, PLAIN);
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        byte[] sealed = sealer.seal(PLACE, PLAIN);
        stop();
        start();
        assertThat(sealer.open(PLACE, sealed)).isEqualTo(PLAIN);
    }

    @Test
    void aSenderAndTheVaultAgreeOnTheSameSecret() {
        IntakeKey key = sealer.intakeKeys().get(0);
        P256 curve = new P256();
        try (KeyPairBytes sender = curve.make()) {
            byte[] theirs =
                    curve.agree(sender.secret(), curve.point(key.x(), key.y()).orElseThrow());
            byte[] ours = sealer.agree(key.kid(), P256.x(sender.open()), P256.y(sender.open()));
            assertThat(ours).hasSize(32).isEqualTo(theirs);
        }
        IntakeKey other = sealer.intakeKeys().get(1);
        try (KeyPairBytes sender = X25519.make()) {
            assertThat(X25519.agree(sender.secret(), other.x()))
                    .hasValue(sealer.agree(other.kid(), sender.open(), new byte[0]));
        }
    }

    @Test
    void publishesOneKeyOfEachCurveAndP256First() {
        List<IntakeKey> keys = sealer.intakeKeys();
        assertThat(keys).extracting(key -> key.y().length).containsExactly(32, 0);
        assertThat(sealer.intakeKeys())
                .as("and makes no more of them")
                .extracting(IntakeKey::kid)
                .containsExactly(keys.get(0).kid(), keys.get(1).kid());
        assertThat(keys.get(1).kid()).isEqualTo(X25519.thumbprint(keys.get(1).x()));
    }

    @Test
    void aVaultFromBeforeX25519KeepsItsKeyAndGetsTheOther() {
        IntakeKey p256 = sealer.intakeKeys().get(0);
        store.required(() -> store.removeIntakeKey(sealer.intakeKeys().get(1).kid()));
        assertThat(sealer.intakeKeys()).hasSize(2).first().satisfies(key -> assertThat(key.kid())
                .isEqualTo(p256.kid()));
    }

    @Test
    void aKeyIsTakenOnItsOwnCurveOnlyAlsoWhenItIsInMemory() {
        IntakeKey p256 = sealer.intakeKeys().get(0);
        IntakeKey x25519 = sealer.intakeKeys().get(1);
        for (int i = 0; i < 2; i++) {
            assertNotTaken(() -> sealer.agree(p256.kid(), x25519.x(), new byte[0]));
            assertNotTaken(() -> sealer.agree(x25519.kid(), p256.x(), p256.y()));
            assertThat(sealer.agree(p256.kid(), p256.x(), p256.y())).hasSize(32);
            assertThat(sealer.agree(x25519.kid(), x25519.x(), new byte[0])).hasSize(32);
        }
    }

    @Test
    void refusesPointsThatAreNotOnTheCurveAndUnknownKeysWithOneAnswer() {
        IntakeKey key = sealer.intakeKeys().get(0);
        IntakeKey x25519 = sealer.intakeKeys().get(1);
        byte[] flipped = key.y();
        flipped[31] ^= 1;
        List<ThrowingCallable> works = List.of(
                () -> sealer.agree(key.kid(), key.x(), flipped),
                () -> sealer.agree(key.kid(), new byte[32], new byte[32]),
                () -> sealer.agree(key.kid(), new byte[31], key.y()),
                () -> sealer.agree("unknown", key.x(), key.y()),
                () -> sealer.agree("unknown", x25519.x(), new byte[0]),
                () -> sealer.agree(x25519.kid(), new byte[32], new byte[0]),
                () -> sealer.agree(x25519.kid(), new byte[31], new byte[0]));
        works.forEach(DefaultCardSealerTest::assertNotTaken);
    }

    private static void assertNotTaken(ThrowingCallable work) {
        assertThatThrownBy(work).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID);
            assertThat(e).hasMessage("this is not encrypted to a key that the vault takes");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aRetiredIntakeKeyIsTakenNoMomentLongerAlsoWhenItWasUsedJustBefore(int curve) {
        IntakeKey first = sealer.intakeKeys().get(curve);
        ring.rotate();
        clock.pass(Duration.ofHours(24).minusSeconds(1));
        assertThat(sealer.agree(first.kid(), first.x(), first.y())).hasSize(32);
        clock.pass(Duration.ofSeconds(1));
        assertThatThrownBy(() -> sealer.agree(first.kid(), first.x(), first.y()))
                .hasMessage("this is not encrypted to a key that the vault takes");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aRetiredIntakeKeyIsTakenForADayAndThenDestroyed(int curve) {
        IntakeKey first = sealer.intakeKeys().get(curve);
        clock.pass(Duration.ofHours(1));
        ring.rotate();
        List<IntakeKey> all = sealer.intakeKeys();
        assertThat(all).extracting(key -> key.y().length).containsExactly(32, 0, 32, 0);
        List<String> current = List.of(all.get(0).kid(), all.get(1).kid());
        assertThat(current).doesNotContain(first.kid());
        assertThat(all.get(curve).retired()).isEmpty();
        assertThat(all.get(2 + curve).kid()).isEqualTo(first.kid());
        assertThat(all.get(2 + curve).retired()).isPresent();
        clock.pass(Duration.ofHours(24).minusSeconds(1));
        ring.sweep();
        assertThat(sealer.agree(first.kid(), first.x(), first.y())).hasSize(32);
        clock.pass(Duration.ofMinutes(2));
        assertThat(sealer.intakeKeys()).extracting(IntakeKey::kid).isEqualTo(current);
        assertRefused(() -> sealer.agree(first.kid(), first.x(), first.y()), PledgeException.Kind.INVALID);
        assertThat(store.required(store::intakeKeys)).hasSize(4);
        ring.sweep();
        assertThat(store.required(store::intakeKeys))
                .extracting(IntakeKeyPair::kid)
                .containsExactlyInAnyOrderElementsOf(current);
    }

    @Test
    void thePrivateIntakeKeyOfOneNameDoesNotOpenUnderAnother() {
        IntakeKey key = sealer.intakeKeys().get(0);
        IntakeKeyPair pair = store.required(() -> store.intakeKeys().stream()
                .filter(each -> each.kid().equals(key.kid()))
                .findFirst()
                .orElseThrow());
        store.required(() -> store.putIntakeKey(
                new IntakeKeyPair("other", pair.publicKey(), pair.sealed(), pair.made(), Optional.empty())));
        assertThatThrownBy(() -> sealer.agree("other", key.x(), key.y())).isInstanceOf(SecurityException.class);
    }

    @Test
    void sealsTheFirstValuesOfACardUnderOneKey() {
        Place holder = new Place(KX, CARD, "card", "holder");
        Map<Place, byte[]> both =
                store.required(() -> sealer.sealNew(Map.of(PLACE, PLAIN, holder, Fields.utf8("somebody"))));
        assertThat(store.required(() -> sealer.open(PLACE, both.get(PLACE)))).isEqualTo(PLAIN);
        assertThat(store.required(() -> sealer.open(holder, both.get(holder)))).isEqualTo(Fields.utf8("somebody"));
        assertThat(store.required(() -> store.keysByEpoch()).values()).containsExactly(1L);
        assertRefused(
                () -> store.required(() -> sealer.sealNew(Map.of(PLACE, PLAIN))), PledgeException.Kind.UNAVAILABLE);
        Place elsewhere = new Place(KX, new UUID(1, 9), "card", "number");
        assertThatThrownBy(() -> store.required(() -> sealer.sealNew(Map.of(PLACE, PLAIN, elsewhere, PLAIN))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** As when another node has wrapped all cards anew and destroyed what this one remembers. */
    @Test
    void sealsNothingUnderAWrappingKeyThatIsGoneAndThenFindsTheNewOne() {
        store.required(() -> sealer.sealNew(Map.of(PLACE, PLAIN)));
        store.required(() -> {
            store.removeCardKey(KX, CARD);
            store.keysByEpoch().keySet().forEach(store::removeEpochKey);
            store.epochKeys().stream()
                    .map(CardKeyStore.EpochKey::name)
                    .filter(name -> EpochName.of(name).isPresent())
                    .forEach(store::removeEpochKey);
        });
        Place next = new Place(KX, new UUID(1, 9), "card", "number");
        assertRefused(
                () -> store.required(() -> sealer.sealNew(Map.of(next, PLAIN))), PledgeException.Kind.UNAVAILABLE);
        Map<Place, byte[]> kept = store.required(() -> sealer.sealNew(Map.of(next, PLAIN)));
        assertThat(store.required(() -> sealer.open(next, kept.get(next)))).isEqualTo(PLAIN);
    }

    @Test
    void wipesTheKeysOfATransactionThatIsUndone() {
        List<SecretBytes> keys = new ArrayList<>();
        OpenVault.Card card = new OpenVault.Card(KX, CARD);
        assertThatThrownBy(() -> store.required(() -> {
                    keys.add(ring.with(vault -> vault.newKey(card)));
                    keys.add(ring.with(vault -> vault.dataKeys().found(card)));
                    throw new IllegalStateException("undone");
                }))
                .hasMessage("undone");
        assertThat(keys).hasSize(2).allMatch(SecretBytes::isDestroyed);
    }
}
