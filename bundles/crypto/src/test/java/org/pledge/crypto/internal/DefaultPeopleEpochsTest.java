package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.crypto.PeopleEpochs.Epoch;
import org.pledge.crypto.Sealer.Place;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.memory.MemoryStore;

final class DefaultPeopleEpochsTest {
    private static final TenantId KX = new TenantId("kx");
    private static final TenantId AN = new TenantId("an");
    private static final Caller ADMIN = new Caller(new TenantId("platform"), "boss", Set.of(Role.ADMIN));
    private static final YearMonth OCTOBER = YearMonth.parse("2026-10");
    private static final String LATER = "2026-11-02T10:00:00Z";
    private static final byte[] PLAIN = Fields.utf8("someone");

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private final List<Leaf> leaves = new ArrayList<>();
    private final Map<Place, byte[]> sealed = new HashMap<>();
    private RootKeys roots;
    private DefaultSealer sealer;
    private DefaultPeopleEpochs epochs;

    @BeforeEach
    void open() {
        roots = new RootKeys(folder.resolve("pledge.p12"), folder.resolve("pledge.pin"), store, store);
        at("2026-10-20T10:00:00Z");
    }

    private void at(String now) {
        Clock clock = Clock.fixed(Instant.parse(now), ZoneOffset.UTC);
        sealer = new DefaultSealer(roots, store, store, 0, Duration.ofMinutes(1), clock);
        epochs = new DefaultPeopleEpochs(sealer, store, store, new Leaves(), 2, clock);
    }

    private final class Leaves implements AuditLog {
        @Override
        public void append(Leaf leaf) {
            leaves.add(leaf);
        }

        @Override
        public List<Entry> tail(TenantId tenant, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Verification verify(TenantId tenant) {
            throw new UnsupportedOperationException();
        }
    }

    private Place person(TenantId tenant) {
        Place place = new Place(tenant, SubjectId.random(), "person", "email");
        sealed.put(place, store.required(() -> sealer.seal(place, PLAIN)));
        return place;
    }

    private byte[] opened(Place place) {
        return store.required(() -> sealer.open(place, sealed.get(place)));
    }

    private WrappedKey key(Place place) {
        return store.required(() -> store.subjectKey(place.tenant(), place.subject()))
                .orElseThrow();
    }

    private void assertRefused(PledgeException.Kind kind, YearMonth month) {
        assertThatThrownBy(() -> epochs.destroy(ADMIN, month))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void movesEveryKeyToTheCurrentMonthAndEverythingOpensAsBefore() {
        List<Place> people = Stream.of(KX, KX, AN, KX, AN).map(this::person).toList();
        at(LATER);
        Place newer = person(KX);
        WrappedKey untouched = key(newer);
        List<Long> told = new ArrayList<>();
        assertThat(epochs.rotate(ADMIN, told::add)).isEqualTo(5);
        assertThat(told).containsExactly(2L, 4L, 5L, 5L);
        assertThat(people).allSatisfy(each -> {
            assertThat(key(each).epoch()).isEqualTo("2026-11");
            assertThat(opened(each)).isEqualTo(PLAIN);
        });
        assertThat(key(newer).wrapped()).isEqualTo(untouched.wrapped());
        assertThat(epochs.epochs(ADMIN))
                .containsExactly(
                        new Epoch(OCTOBER, false, 0, false), new Epoch(YearMonth.parse("2026-11"), true, 6, false));
        assertThat(leaves).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Leaf.Act.EPOCHS_REWRAPPED);
            assertThat(leaf.actor()).isEqualTo("boss");
            assertThat(leaf.details()).containsOnly(Map.entry("people", "5"), Map.entry("unreadable", "0"));
        });
        assertThat(epochs.rotate(ADMIN, count -> {})).isZero();
    }

    @Test
    void goesOnWhereItWasStopped() {
        List<Place> people = Stream.of(KX, KX, KX, KX, KX).map(this::person).toList();
        at(LATER);
        assertThatThrownBy(() -> epochs.rotate(ADMIN, count -> {
                    throw new IllegalStateException("stopped");
                }))
                .hasMessage("stopped");
        assertThat(leaves.get(0).details()).containsEntry("people", "2");
        assertThat(epochs.rotate(ADMIN, count -> {})).isEqualTo(3);
        assertThat(people).allSatisfy(each -> assertThat(opened(each)).isEqualTo(PLAIN));
    }

    @Test
    void leavesAKeyThatDoesNotOpenAsItIsAndSaysSo() {
        Place damaged = person(KX);
        List<Place> others = Stream.of(KX, KX, AN).map(this::person).toList();
        WrappedKey junk = new WrappedKey("2026-10", new byte[40]);
        store.required(() -> {
            store.removeSubjectKey(damaged.tenant(), damaged.subject());
            store.putSubjectKey(damaged.tenant(), damaged.subject(), junk);
        });
        at(LATER);
        assertThat(epochs.rotate(ADMIN, count -> {})).isEqualTo(3);
        assertThat(key(damaged).wrapped()).isEqualTo(junk.wrapped());
        assertThat(leaves.get(0).details()).containsEntry("unreadable", "1");
        assertThat(others).allSatisfy(each -> assertThat(opened(each)).isEqualTo(PLAIN));
        assertRefused(PledgeException.Kind.CONFLICT, OCTOBER);
    }

    @Test
    void destroysNoKeyThatSomebodyHangsOn() {
        Place person = person(KX);
        at(LATER);
        assertRefused(PledgeException.Kind.CONFLICT, OCTOBER);
        assertThat(opened(person)).isEqualTo(PLAIN);
        assertThat(leaves).isEmpty();
        epochs.rotate(ADMIN, count -> {});
        epochs.destroy(ADMIN, OCTOBER);
        assertThat(opened(person)).isEqualTo(PLAIN);
        assertThat(store.required(() -> store.epochKey("2026-10"))).isEmpty();
        assertThat(leaves.get(1).act()).isEqualTo(Leaf.Act.EPOCH_DESTROYED);
        assertThat(leaves.get(1).details()).containsOnly(Map.entry("epoch", "2026-10"));
        assertRefused(PledgeException.Kind.NOT_FOUND, OCTOBER);
    }

    @Test
    void destroysNoKeyOfAMonthThatIsNotOver() {
        Place person = person(KX);
        store.required(() -> sealer.destroyKey(KX, person.subject()));
        assertRefused(PledgeException.Kind.CONFLICT, OCTOBER);
        at("2026-11-01T00:59:59Z");
        assertRefused(PledgeException.Kind.CONFLICT, OCTOBER);
        at("2026-11-01T01:00:00Z");
        epochs.destroy(ADMIN, OCTOBER);
        assertRefused(PledgeException.Kind.CONFLICT, YearMonth.parse("2027-01"));
    }

    /** Whoever has an older copy of the wrapped keys, the root keys and what is left of the epochs' keys. */
    @Test
    void ofADestroyedEpochNothingOpensAlthoughAnOldCopyOfEverybodysKeysIsThere() {
        Place gone = person(KX);
        Place stays = person(KX);
        Map<Place, WrappedKey> copied = Map.of(gone, key(gone), stays, key(stays));
        store.required(() -> sealer.destroyKey(KX, gone.subject()));
        at(LATER);
        epochs.rotate(ADMIN, count -> {});
        assertThat(openedWith(copied, gone)).isEqualTo(PLAIN);
        epochs.destroy(ADMIN, OCTOBER);
        assertThat(opened(stays)).isEqualTo(PLAIN);
        for (Place each : copied.keySet()) {
            assertThatThrownBy(() -> openedWith(copied, each))
                    .isInstanceOfSatisfying(
                            PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.NOT_FOUND));
        }
    }

    private byte[] openedWith(Map<Place, WrappedKey> copied, Place place) {
        WrappedKey now = store.required(() -> store.subjectKey(place.tenant(), place.subject()))
                .orElse(null);
        put(place, copied.get(place));
        try {
            return opened(place);
        } finally {
            store.required(() -> store.removeSubjectKey(place.tenant(), place.subject()));
            if (now != null) {
                put(place, now);
            }
        }
    }

    private void put(Place place, WrappedKey key) {
        store.required(() -> {
            store.removeSubjectKey(place.tenant(), place.subject());
            store.putSubjectKey(place.tenant(), place.subject(), key);
        });
    }

    @Test
    void takesAnAdministrator() {
        Caller officer = new Caller(KX, "officer", Set.of(Role.OFFICER));
        assertThatThrownBy(() -> epochs.epochs(officer)).isInstanceOf(PledgeException.class);
        assertThatThrownBy(() -> epochs.rotate(officer, count -> {})).isInstanceOf(PledgeException.class);
        at(LATER);
        assertThatThrownBy(() -> epochs.destroy(officer, OCTOBER)).isInstanceOf(PledgeException.class);
        assertThat(leaves).isEmpty();
    }
}
