package org.pledge.crypto.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer.Place;
import org.pledge.crypto.spi.TombstoneStore;
import org.pledge.crypto.spi.TombstoneStore.Kind;
import org.pledge.crypto.spi.TombstoneStore.Tombstone;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.policy.Policy.Holder;
import org.pledge.store.memory.MemoryLinkStore;
import org.pledge.store.memory.MemoryStore;
import org.pledge.store.memory.MemoryVault;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.Removal;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;
import org.pledge.visitor.spi.HeldRecords;
import org.pledge.visitor.spi.LinkStore;
import org.pledge.visitor.spi.LinkStore.StoredLink;
import org.pledge.visitor.spi.LinkStore.StoredRecord;

final class TombstonesTest {
    private static final TenantId KX = new TenantId("kx");
    private static final SubjectId GONE = SubjectId.random();
    private static final SubjectId STAYS = SubjectId.random();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private DefaultSealer sealer;
    private WrappedKey older;

    @BeforeEach
    void open() {
        sealer = sealer(store);
        for (SubjectId each : List.of(GONE, STAYS)) {
            store.required(() -> sealer.seal(new Place(KX, each, "person", "email"), new byte[1]));
        }
        older = key(store, GONE).orElseThrow();
    }

    private Path tombstones() {
        return folder.resolve("tombstones");
    }

    private Path file() {
        return tombstones().resolve("pledge.tombstones");
    }

    /** As at a start of the platform. */
    private DefaultSealer sealer(MemoryStore on) {
        SubjectTombstones left = people(on);
        return new DefaultSealer(roots(on), on, on, 10, Duration.ofMinutes(1), CLOCK, left::leave);
    }

    private RootKeys roots(MemoryStore on) {
        return new RootKeys(folder.resolve("pledge.p12"), folder.resolve("pledge.pin"), on, on);
    }

    private SubjectTombstones people(MemoryStore on) {
        return people(on, new MemoryLinkStore(on));
    }

    private SubjectTombstones people(MemoryStore on, LinkStore links) {
        return new SubjectTombstones(roots(on), on, on, on, links, tombstones(), CLOCK);
    }

    private static Optional<WrappedKey> key(MemoryStore on, SubjectId subject) {
        return on.required(() -> on.subjectKey(KX, subject));
    }

    private static List<Tombstone> inTable(MemoryStore on) {
        return on.required(() -> on.tombstones(Optional.empty(), 10));
    }

    /** The database as a backup kept it before the removal. */
    private MemoryStore restored() {
        MemoryStore restored = new MemoryStore();
        restored.required(() -> {
            for (String epoch : List.of("0000-00", "2026-11")) {
                store.required(() -> store.epochKey(epoch)).ifPresent(key -> restored.putEpochKey(epoch, key));
            }
            restored.putSubjectKey(KX, GONE, older);
            restored.putSubjectKey(KX, STAYS, key(store, STAYS).orElseThrow());
        });
        return restored;
    }

    @Test
    void aDestroyedKeyLeavesATombstoneInTableAndFileThatNamesNobody() throws IOException {
        sealer.destroyKey(KX, GONE);
        assertThat(inTable(store)).hasSize(1);
        assertThat(Files.readString(file()))
                .startsWith("pledge kx " + inTable(store).get(0).token() + " 2026-11-22T10:00:00Z ENDED - ")
                .doesNotContain(GONE.toUuid().toString());
        sealer.destroyKey(KX, GONE);
        assertThat(inTable(store)).hasSize(1);
    }

    @Test
    void whoWasRemovedAfterTheBackupIsRemovedAgain() {
        sealer.destroyKey(KX, GONE);
        MemoryStore restored = restored();
        sealer(restored);
        assertThat(key(restored, GONE)).isEmpty();
        assertThat(key(restored, STAYS)).isPresent();
        assertThat(restored.required(() -> restored.unrecorded(10, Set.of()))).hasSize(1);
        assertThat(inTable(restored)).isEqualTo(inTable(store));
        assertThat(restored.required(() -> restored.owners(Optional.empty(), 10)))
                .hasSize(1);
    }

    @Test
    void aRestoreHasTheTableLookedThroughToo() throws IOException {
        sealer.destroyKey(KX, GONE);
        MemoryStore restored = restored();
        Tombstone left = inTable(store).get(0);
        restored.required(() -> restored.put(left));
        sealer(restored);
        assertThat(key(restored, GONE)).isPresent();
        Files.createFile(tombstones().resolve("replay-pledge"));
        sealer(restored);
        assertThat(key(restored, GONE)).isEmpty();
        assertThat(tombstones().resolve("replay-pledge")).doesNotExist();
    }

    @Test
    void aRemovalThatIsUndoneLeavesNone() {
        assertThatThrownBy(() -> store.required(() -> {
                    sealer.destroyKey(KX, GONE);
                    throw new PledgeException(PledgeException.Kind.CONFLICT, "no");
                }))
                .isInstanceOf(PledgeException.class);
        assertThat(inTable(store)).isEmpty();
        assertThat(file()).doesNotExist();
    }

    @Test
    void aLostOrTornFileIsCompletedFromTheTable() throws IOException {
        sealer.destroyKey(KX, GONE);
        String whole = Files.readString(file());
        Files.delete(file());
        sealer(store);
        assertThat(Files.readString(file())).isEqualTo(whole);
        Files.writeString(file(), whole.substring(0, 50), StandardOpenOption.TRUNCATE_EXISTING);
        sealer(store);
        assertThat(Files.readString(file())).isEqualTo(whole.substring(0, 50) + "\n" + whole);
    }

    @Test
    void whileTheFileCannotBeWrittenNobodyElseIsRemoved() throws IOException {
        Files.writeString(tombstones(), "a file where the folder belongs");
        sealer.destroyKey(KX, GONE);
        assertThatThrownBy(() -> sealer.destroyKey(KX, STAYS))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.UNAVAILABLE));
        assertThat(key(store, STAYS)).isPresent();
        Files.delete(tombstones());
        sealer.destroyKey(KX, STAYS);
        assertThat(Files.readAllLines(file())).hasSize(2);
    }

    @Test
    void whatAnEarlierRunOfOursIsInTheWayOfIsWrittenLater() throws IOException {
        Files.createDirectories(tombstones());
        try (FileChannel earlier = FileChannel.open(file(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            earlier.lock();
            sealer.destroyKey(KX, GONE);
        }
        assertThat(file()).isEmptyFile();
        sealer.destroyKey(KX, STAYS);
        assertThat(Files.readAllLines(file())).hasSize(2);
    }

    /** The database as a backup kept it before the removal, with two fields of who was removed. */
    private MemoryStore restoredWithFields() {
        MemoryStore restored = restored();
        addPerson(restored);
        restored.required(() -> fields(store).forEach((name, bytes) -> restored.putField(KX, GONE, name, bytes)));
        return restored;
    }

    private static Map<String, byte[]> fields(MemoryStore on) {
        return on.required(() -> on.fields(KX, GONE));
    }

    private static Place place(String field) {
        return new Place(KX, GONE, "person", field);
    }

    private static void addPerson(MemoryStore on) {
        SubjectId account = SubjectId.random();
        on.required(() -> {
            on.addAccount(new StoredAccount(KX, account, "personal", Holder.INDIVIDUAL, "EU", 1));
            on.addPerson(new StoredPerson(KX, GONE, account, Set.of("owner"), 0));
        });
    }

    private void hold(String... names) {
        addPerson(store);
        store.required(() -> {
            for (String name : names) {
                store.putField(KX, GONE, name, sealer.seal(place(name), name.getBytes(US_ASCII)));
            }
        });
    }

    private static byte[] opened(DefaultSealer sealer, MemoryStore on, String field) {
        byte[] sealed = fields(on).get(field);
        return on.required(() -> sealer.open(place(field), sealed));
    }

    @Test
    void whatAHoldKeepsSurvivesSealedUnderANewKey() {
        hold("email", "phone");
        sealer.changeKey(KX, GONE, Set.of("email", "card-number"));
        MemoryStore restored = restoredWithFields();
        byte[] before = fields(restored).get("email");
        DefaultSealer after = sealer(restored);
        assertThat(fields(restored)).containsOnlyKeys("email");
        assertThat(fields(restored).get("email")).isNotEqualTo(before);
        assertThat(opened(after, restored, "email")).isEqualTo("email".getBytes(US_ASCII));
        assertThatThrownBy(() -> restored.required(() -> after.open(place("email"), before)))
                .as("the key that backups have opens nothing any more")
                .isInstanceOf(SecurityException.class);
        assertThat(restored.required(() -> restored.marks(KX, GONE))).contains(Mark.ERASED);
        assertThat(restored.required(() -> restored.unrecorded(10, Set.of())))
                .extracting(Tombstone::kind, Tombstone::kept)
                .containsExactly(tuple(Kind.CHANGED, Set.of("email", "card-number")));
    }

    private static Place recordPlace(SubjectId subject, StoredRecord one) {
        return HeldRecords.place(KX, subject, one.id(), one.category());
    }

    private StoredRecord seen(StoredLink link, String category) {
        StoredRecord empty =
                new StoredRecord(KX, UUID.randomUUID(), LocalDate.EPOCH, link.id(), GONE, category, new byte[0]);
        byte[] sealed = store.required(() -> sealer.seal(recordPlace(GONE, empty), category.getBytes(US_ASCII)));
        return new StoredRecord(KX, empty.id(), empty.day(), link.id(), GONE, category, sealed);
    }

    @Test
    void whatDevicesDidAndAHoldKeepsSurvivesAsideAndOnlyWhatDoesNotOpenIsLost() {
        StoredLink link = new StoredLink(KX, UUID.randomUUID(), GONE, new byte[] {1}, CLOCK.instant());
        List<StoredRecord> records = new ArrayList<>();
        for (int i = 0; i < 501; i++) {
            records.add(seen(link, "url-requests"));
        }
        records.add(seen(link, "device-type"));
        StoredRecord whole = records.get(0);
        byte[] altered = whole.sealed().clone();
        altered[altered.length - 1]++;
        records.set(0, new StoredRecord(KX, whole.id(), whole.day(), link.id(), GONE, whole.category(), altered));
        sealer.changeKey(KX, GONE, Set.of("url-requests", "email"));
        MemoryStore restored = restored();
        addPerson(restored);
        MemoryLinkStore links = new MemoryLinkStore(restored);
        restored.required(() -> {
            links.addLink(link);
            links.addRecords(records);
        });

        SubjectTombstones left = people(restored, links);

        DefaultSealer after =
                new DefaultSealer(roots(restored), restored, restored, 10, Duration.ofMinutes(1), CLOCK, left::leave);
        SubjectId aside = HeldRecords.aside(GONE, "url-requests");
        assertThat(restored.required(() -> links.records(KX, aside, 0, 1000)))
                .hasSize(500)
                .allSatisfy(
                        one -> assertThat(restored.required(() -> after.open(recordPlace(aside, one), one.sealed())))
                                .isEqualTo("url-requests".getBytes(US_ASCII)));
        assertThat(restored.required(() -> links.links(KX, HeldRecords.aside(GONE, "device-type"))))
                .isEmpty();
        assertThat(key(restored, GONE)).as("the key that backups have").isEmpty();
        assertThat(restored.required(() -> restored.removals(KX, GONE)))
                .as("by which a later removal finds them")
                .extracting(Removal::kept)
                .containsExactly(Set.of("url-requests", "email"));
    }

    @Test
    void whatWasKeptBeforeABackupStaysAsItIs() throws IOException {
        hold("email", "phone");
        sealer.changeKey(KX, GONE, Set.of("email"));
        MemoryStore restored = restoredWithFields();
        sealer(restored);
        byte[] kept = fields(restored).get("email");
        Files.createFile(tombstones().resolve("replay-pledge"));
        DefaultSealer after = sealer(restored);
        assertThat(fields(restored).get("email")).isEqualTo(kept);
        assertThat(opened(after, restored, "email")).isEqualTo("email".getBytes(US_ASCII));
    }

    @Test
    void whoEndedAfterAHoldIsRemovedEntirely() throws IOException {
        hold("email", "phone");
        sealer.changeKey(KX, GONE, Set.of("email"));
        MemoryStore restored = restoredWithFields();
        sealer(restored);
        sealer.destroyKey(KX, GONE);
        assertThat(inTable(store)).extracting(Tombstone::kind).containsExactly(Kind.ENDED);
        Files.createFile(tombstones().resolve("replay-pledge"));
        sealer(restored);
        assertThat(fields(restored)).isEmpty();
        assertThat(key(restored, GONE)).isEmpty();
        assertThat(inTable(restored)).extracting(Tombstone::kind).containsExactly(Kind.ENDED);
    }

    @Test
    void whatAHoldKeepsAndNobodyCanOpenIsLostAlone() {
        hold("email", "phone");
        sealer.changeKey(KX, GONE, Set.of("email", "phone"));
        MemoryStore restored = restoredWithFields();
        restored.required(() -> {
            byte[] altered = restored.fields(KX, GONE).get("phone").clone();
            altered[altered.length - 1]++;
            restored.putField(KX, GONE, "phone", altered);
        });
        DefaultSealer after = sealer(restored);
        assertThat(fields(restored)).containsOnlyKeys("email");
        assertThat(opened(after, restored, "email")).isEqualTo("email".getBytes(US_ASCII));
    }

    @Test
    void whatAHoldKeepsIsLostOnceItsMonthIsDestroyed() {
        hold("email");
        sealer.changeKey(KX, GONE, Set.of("email"));
        MemoryStore restored = restoredWithFields();
        restored.required(() -> restored.removeEpochKey("2026-11"));
        sealer(restored);
        assertThat(fields(restored)).isEmpty();
        assertThat(restored.required(() -> restored.marks(KX, GONE))).contains(Mark.ERASED);
    }

    /** Lines of the first version did not tell an end from a change. */
    @Test
    void anOldLineRemovesWhoIsNotMarkedAsErased() throws IOException {
        hold("email");
        sealer.destroyKey(KX, GONE);
        String old = "pledge kx " + inTable(store).get(0).token() + " 2026-11-22T10:00:00Z";
        Files.writeString(file(), old + " " + TombstoneFiles.check(old) + "\n");
        MemoryStore marked = restoredWithFields();
        marked.required(() -> marked.mark(KX, GONE, Mark.ERASED));
        sealer(marked);
        assertThat(fields(marked)).containsOnlyKeys("email");
        MemoryStore restored = restoredWithFields();
        sealer(restored);
        assertThat(fields(restored)).isEmpty();
        assertThat(key(restored, GONE)).isEmpty();
    }

    @Test
    void cardsGoWithWhoEndedAndNotWithWhomAHoldConcerns() throws IOException {
        SubjectTombstones people = people(store);
        store.required(() -> people.leave(KX, GONE, Kind.CHANGED, Set.of("card-number")));
        store.required(() -> people.leave(KX, STAYS, Kind.ENDED, Set.of()));
        Files.createFile(tombstones().resolve("replay-pledge-vault"));
        MemoryVault vault = new MemoryVault();
        UUID kept = UUID.randomUUID();
        UUID gone = UUID.randomUUID();
        Cards cards = new Cards(Map.of(kept, GONE.toUuid(), gone, STAYS.toUuid()));
        new CardTombstones(roots(store), people, vault, cards, tombstones(), CLOCK);
        assertThat(cards.removed).containsExactly(gone);
    }

    /** The cards of a restored vault. */
    private static final class Cards implements TombstoneStore {
        private final Map<UUID, UUID> owners;
        private final List<UUID> removed = new ArrayList<>();

        Cards(Map<UUID, UUID> owners) {
            this.owners = owners;
        }

        @Override
        public void put(Tombstone tombstone) {}

        @Override
        public List<Tombstone> tombstones(Optional<Tombstone> after, int limit) {
            return List.of();
        }

        @Override
        public List<Owner> owners(Optional<Owner> after, int limit) {
            return after.isPresent()
                    ? List.of()
                    : owners.entrySet().stream()
                            .map(card -> new Owner(KX, card.getKey(), Optional.of(card.getValue())))
                            .toList();
        }

        @Override
        public void removeRestored(Owner owner, Tombstone tombstone) {
            removed.add(owner.id());
        }

        @Override
        public List<Tombstone> unrecorded(int limit, Set<TenantId> without) {
            return List.of();
        }

        @Override
        public void recorded(Tombstone tombstone) {}
    }
}
