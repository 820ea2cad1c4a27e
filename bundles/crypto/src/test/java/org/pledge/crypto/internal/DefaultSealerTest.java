package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer.Place;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.memory.MemoryStore;

final class DefaultSealerTest {
    private static final TenantId KX = new TenantId("kx");
    private static final TenantId AN = new TenantId("an");
    private static final SubjectId SUBJECT = new SubjectId(1, 2);
    private static final byte[] PLAIN = Fields.utf8("someone");

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private RootKeys roots;
    private DefaultSealer sealer;

    @BeforeEach
    void open() {
        roots = new RootKeys(folder.resolve("pledge.p12"), folder.resolve("pledge.pin"), store, store);
        sealer = sealer("2026-11-22T10:00:00Z", 10);
    }

    private DefaultSealer sealer(String now, int cacheEntries) {
        Clock clock = Clock.fixed(Instant.parse(now), ZoneOffset.UTC);
        return new DefaultSealer(roots, store, store, cacheEntries, Duration.ofMinutes(1), clock);
    }

    private static Place place(TenantId tenant, SubjectId subject) {
        return new Place(tenant, subject, "person", "email");
    }

    private static final Place PLACE = place(KX, SUBJECT);

    private byte[] sealed(Place place) {
        return store.required(() -> sealer.seal(place, PLAIN));
    }

    private byte[] opened(Place place, byte[] sealed) {
        return store.required(() -> sealer.open(place, sealed));
    }

    private void assertErased(byte[] sealed) {
        assertThatThrownBy(() -> opened(PLACE, sealed))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.NOT_FOUND));
    }

    private WrappedKey key(TenantId tenant, SubjectId subject) {
        return store.required(() -> store.subjectKey(tenant, subject)).orElseThrow();
    }

    @Test
    void opensWhatItSealed() {
        byte[] sealed = sealed(PLACE);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("someone");
        assertThat(opened(PLACE, sealed)).isEqualTo(PLAIN);
        assertThat(opened(PLACE, sealed(PLACE))).isEqualTo(PLAIN);
    }

    @Test
    void opensInTheTransactionThatSealed() {
        store.required(() -> {
            byte[] sealed = sealer.seal(PLACE, PLAIN);
            assertThat(sealer.open(PLACE, sealed)).isEqualTo(PLAIN);
        });
    }

    @Test
    void opensAfterARestartAndWithoutAnyCache() {
        byte[] sealed = sealed(PLACE);
        sealer.deactivate();
        roots.deactivate();
        open();
        assertThat(opened(PLACE, sealed)).isEqualTo(PLAIN);
        sealer = sealer("2027-03-01T00:00:00Z", 0);
        assertThat(opened(PLACE, sealed)).isEqualTo(PLAIN);
        assertThat(opened(PLACE, sealed(PLACE))).isEqualTo(PLAIN);
    }

    @Test
    void eachSubjectOfEachTenantHasAKeyOfItsOwn() {
        List<Place> places = List.of(PLACE, place(KX, new SubjectId(1, 3)), place(AN, SUBJECT));
        List<byte[]> sealed = places.stream().map(this::sealed).toList();
        store.required(() -> sealer.destroyKey(KX, SUBJECT));
        assertErased(sealed.get(0));
        assertThat(opened(places.get(1), sealed.get(1))).isEqualTo(PLAIN);
        assertThat(opened(places.get(2), sealed.get(2))).isEqualTo(PLAIN);
    }

    @Test
    void refusesARecordThatWasMovedToAnotherPersonOrTenant() {
        byte[] sealed = sealed(PLACE);
        Place person = place(KX, new SubjectId(1, 3));
        Place tenant = place(AN, SUBJECT);
        sealed(person);
        sealed(tenant);
        assertThatThrownBy(() -> opened(person, sealed)).isInstanceOf(SecurityException.class);
        assertThatThrownBy(() -> opened(tenant, sealed)).isInstanceOf(SecurityException.class);
        assertThatThrownBy(() -> opened(new Place(KX, SUBJECT, "person", "name"), sealed))
                .isInstanceOf(SecurityException.class);
    }

    @Test
    void keysOfAMonthAreWrappedUnderTheKeyOfThatMonth() {
        sealed(PLACE);
        assertThat(key(KX, SUBJECT).epoch()).isEqualTo("2026-11");
        sealer = sealer("2026-12-01T00:00:00Z", 10);
        Place later = place(KX, new SubjectId(1, 3));
        sealed(later);
        assertThat(key(KX, later.subject()).epoch()).isEqualTo("2026-12");
        assertThat(opened(PLACE, sealed(PLACE))).isEqualTo(PLAIN);
        assertThat(key(KX, SUBJECT).epoch()).isEqualTo("2026-11");
    }

    @Test
    void onlyWrappedKeysReachTheStore() {
        sealed(PLACE);
        assertThat(key(KX, SUBJECT).wrapped()).hasSize(40);
        assertThat(store.required(() -> store.epochKey("2026-11")).orElseThrow())
                .hasSize(40);
    }

    @Test
    void aKeyWrappedForAnotherTenantDoesNotOpen() {
        byte[] sealed = sealed(PLACE);
        WrappedKey key = key(KX, SUBJECT);
        store.required(() -> store.putSubjectKey(AN, SUBJECT, key));
        assertThatThrownBy(() -> opened(place(AN, SUBJECT), sealed)).isInstanceOf(SecurityException.class);
    }

    @Test
    void whatWasErasedIsUnreadableAndDestroyingAgainIsHarmless() {
        byte[] sealed = sealed(PLACE);
        assertThat(opened(PLACE, sealed)).isEqualTo(PLAIN);
        store.required(() -> sealer.destroyKey(KX, SUBJECT));
        assertErased(sealed);
        store.required(() -> sealer.destroyKey(KX, SUBJECT));
        byte[] fresh = sealed(PLACE);
        assertThat(opened(PLACE, fresh)).isEqualTo(PLAIN);
        assertThatThrownBy(() -> opened(PLACE, sealed)).isInstanceOf(SecurityException.class);
    }

    @Test
    void aDestructionThatIsRolledBackDestroysNothing() {
        byte[] sealed = sealed(PLACE);
        assertThatThrownBy(() -> store.required(() -> {
                    sealer.destroyKey(KX, SUBJECT);
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        assertThat(opened(PLACE, sealed)).isEqualTo(PLAIN);
    }

    @Test
    void whoReadsWhileAKeyIsDestroyedLeavesNoCopyBehind() {
        byte[] sealed = sealed(PLACE);
        sealer = sealer("2026-11-22T10:00:00Z", 10);
        store.required(() -> {
            assertThat(sealer.open(PLACE, sealed)).isEqualTo(PLAIN);
            sealer.destroyKey(KX, SUBJECT);
        });
        assertErased(sealed);
    }

    @Test
    void aKeyThatIsRolledBackIsNotUsedAgain() {
        assertThatThrownBy(() -> store.required(() -> {
                    sealer.seal(PLACE, PLAIN);
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        assertErased(new byte[0]);
        byte[] sealed = sealed(PLACE);
        open();
        assertThat(opened(PLACE, sealed)).isEqualTo(PLAIN);
    }

    @Test
    void aDestroyedMonthErasesWhatDependsOnIt() {
        byte[] sealed = sealed(PLACE);
        WrappedKey key = key(KX, SUBJECT);
        store.required(() -> {
            store.removeSubjectKey(KX, SUBJECT);
            store.putSubjectKey(KX, SUBJECT, new WrappedKey("2020-01", key.wrapped()));
        });
        sealer = sealer("2026-11-22T10:00:00Z", 10);
        assertErased(sealed);
    }

    @Test
    void manyThreadsSealForTheSameNewSubjects() {
        List<CompletableFuture<byte[]>> running = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> sealed(place(KX, new SubjectId(5, i % 4)))))
                .toList();
        List<byte[]> sealed = running.stream().map(CompletableFuture::join).toList();
        open();
        for (int i = 0; i < sealed.size(); i++) {
            assertThat(opened(place(KX, new SubjectId(5, i % 4)), sealed.get(i)))
                    .isEqualTo(PLAIN);
        }
    }

    @Test
    void aStoppedSealerSealsNothing() {
        sealed(PLACE);
        sealer.deactivate();
        roots.deactivate();
        assertThatThrownBy(() -> sealed(PLACE)).isInstanceOf(IllegalStateException.class);
    }
}
