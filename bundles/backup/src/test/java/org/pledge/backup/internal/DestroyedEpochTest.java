package org.pledge.backup.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
import org.pledge.crypto.Sealer.Place;
import org.pledge.crypto.internal.DefaultPeopleEpochs;
import org.pledge.crypto.internal.DefaultSealer;
import org.pledge.crypto.internal.RootKeys;
import org.pledge.crypto.internal.SubjectTombstones;
import org.pledge.crypto.spi.WrappedKeyStore.SubjectKey;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.memory.MemoryLinkStore;
import org.pledge.store.memory.MemoryStore;

/** Whoever has every backup, the newest file of keys, the root keys and the backup key. */
final class DestroyedEpochTest {
    private static final TenantId KX = new TenantId("kx");
    private static final byte[] PLAIN = "someone".getBytes(StandardCharsets.UTF_8);
    private static final Place GONE = new Place(KX, SubjectId.random(), "person", "email");
    private static final Place STAYS = new Place(KX, SubjectId.random(), "person", "email");
    private static final YearMonth OLD = YearMonth.now(ZoneOffset.UTC).minusMonths(2);

    @TempDir
    Path folder;

    private final byte[] privateKey = X25519.newPrivate();

    /** The keys of a platform, in memory. */
    private final class Keys {
        final MemoryStore store = new MemoryStore();
        DefaultSealer sealer;

        /** Without anybody's tombstones, which whoever has only the files would leave out. */
        void open() {
            Config config = new Config(folder);
            RootKeys roots = new RootKeys(config, store, store);
            SubjectTombstones none = new SubjectTombstones(
                    roots,
                    store,
                    store,
                    store,
                    new MemoryLinkStore(store),
                    folder.resolve(UUID.randomUUID().toString()));
            sealer = new DefaultSealer(config, roots, store, store, none);
        }

        byte[] opened(Place place, byte[] sealed) {
            return store.required(() -> sealer.open(place, sealed));
        }

        List<SubjectKey> people() {
            return store.required(() -> store.subjectKeysOutside("", Optional.empty(), 10));
        }
    }

    /** The same root keys for all, and nothing kept in memory. */
    private record Config(Path folder) implements RootKeys.Config {
        @Override
        public String keystore() {
            return folder.resolve("pledge.p12").toString();
        }

        @Override
        public String passwordFile() {
            return folder.resolve("pledge.pin").toString();
        }

        @Override
        public int cache_entries() {
            return 0;
        }

        @Override
        public int cache_seconds() {
            return 0;
        }

        @Override
        public String tombstones() {
            return "";
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return RootKeys.Config.class;
        }
    }

    private static final class NoLog implements AuditLog {
        @Override
        public void append(Leaf leaf) {}

        @Override
        public List<Entry> tail(TenantId tenant, int limit) {
            return List.of();
        }

        @Override
        public Verification verify(TenantId tenant) {
            throw new UnsupportedOperationException();
        }
    }

    /** What was sealed this month becomes what was sealed then: nothing but its name tells the month of a key. */
    private static void age(MemoryStore store, List<SubjectKey> people) {
        store.required(() -> {
            String now = people.get(0).key().epoch();
            store.putEpochKey(OLD.toString(), store.epochKey(now).orElseThrow());
            store.removeEpochKey(now);
            for (SubjectKey each : people) {
                store.removeSubjectKey(each.tenant(), each.subject());
                store.putSubjectKey(
                        each.tenant(),
                        each.subject(),
                        new WrappedKey(OLD.toString(), each.key().wrapped()));
            }
        });
    }

    private BackupWriter.Made backup(Keys keys, Instant at) throws SQLException, IOException {
        Platform platform =
                Platform.h2(folder.resolve(UUID.randomUUID().toString())).migrated();
        for (SubjectKey each : keys.people()) {
            Platform.run(
                    platform.main(),
                    "insert into subject_key (tenant, subject, epoch, wrapped) values ('kx', ?, ?, ?)",
                    each.subject().toUuid(),
                    each.key().epoch(),
                    each.key().wrapped());
        }
        for (String each : keys.store.required(keys.store::epochsWithKeys)) {
            Platform.run(
                    platform.main(),
                    "insert into epoch_key (epoch, wrapped) values (?, ?)",
                    each,
                    keys.store.required(() -> keys.store.epochKey(each)).orElseThrow());
        }
        return new BackupWriter(platform.sources(), X25519.publicOf(privateKey))
                .write(folder.resolve("backups"), at, rows -> {});
    }

    /** The keys as these two files have them. */
    private Keys restored(Path data, Path epochs) throws SQLException, IOException {
        Platform platform = Platform.h2(folder.resolve(UUID.randomUUID().toString()));
        new Restore(data, epochs, privateKey, rows -> {}).into(platform.addresses(), () -> {});
        Keys keys = new Keys();
        try (Connection connection = platform.main().connect();
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("select epoch, wrapped from epoch_key")) {
                while (row.next()) {
                    String epoch = row.getString(1);
                    byte[] wrapped = row.getBytes(2);
                    keys.store.required(() -> keys.store.putEpochKey(epoch, wrapped));
                }
            }
            try (ResultSet row = statement.executeQuery("select subject, epoch, wrapped from subject_key")) {
                while (row.next()) {
                    SubjectId subject = SubjectId.of(row.getObject(1, UUID.class));
                    WrappedKey key = new WrappedKey(row.getString(2), row.getBytes(3));
                    keys.store.required(() -> keys.store.putSubjectKey(KX, subject, key));
                }
            }
        }
        keys.open();
        return keys;
    }

    @Test
    void ofADestroyedEpochNothingOpensWithEveryFileInHand() throws SQLException, IOException {
        Keys live = new Keys();
        live.open();
        byte[] ofGone = live.store.required(() -> live.sealer.seal(GONE, PLAIN));
        byte[] ofStays = live.store.required(() -> live.sealer.seal(STAYS, PLAIN));
        age(live.store, live.people());
        BackupWriter.Made old = backup(live, Instant.parse("2026-11-22T10:00:00Z"));

        live.store.required(() -> live.sealer.destroyKey(KX, GONE.subject()));
        DefaultPeopleEpochs epochs = new DefaultPeopleEpochs(live.sealer, live.store, live.store, new NoLog());
        Caller admin = new Caller(KX, "boss", Set.of(Role.ADMIN));
        assertThat(epochs.rotate(admin, count -> {})).isEqualTo(1);
        BackupWriter.Made between = backup(live, Instant.parse("2026-11-22T11:00:00Z"));
        assertThat(restored(old.data(), between.keys()).opened(GONE, ofGone))
                .as("as long as the epoch's key is there, an old backup opens")
                .isEqualTo(PLAIN);

        epochs.destroy(admin, OLD);
        BackupWriter.Made newest = backup(live, Instant.parse("2026-11-22T12:00:00Z"));
        Keys all = restored(old.data(), newest.keys());
        assertThatThrownBy(() -> all.opened(GONE, ofGone)).isInstanceOf(PledgeException.class);
        assertThatThrownBy(() -> all.opened(STAYS, ofStays)).isInstanceOf(PledgeException.class);
        List<SubjectKey> wrapped = all.people();
        assertThat(wrapped).hasSize(2);
        for (String other : all.store.required(all.store::epochsWithKeys)) {
            all.store.required(() -> {
                all.store.removeSubjectKey(KX, GONE.subject());
                all.store.putSubjectKey(KX, GONE.subject(), new WrappedKey(other, ofGoneIn(wrapped)));
            });
            assertThatThrownBy(() -> all.opened(GONE, ofGone)).as(other).isInstanceOf(SecurityException.class);
        }
        for (BackupWriter.Made each : List.of(between, newest)) {
            Keys back = restored(each.data(), newest.keys());
            assertThat(back.opened(STAYS, ofStays)).isEqualTo(PLAIN);
            assertThatThrownBy(() -> back.opened(GONE, ofGone)).isInstanceOf(PledgeException.class);
        }
    }

    private static byte[] ofGoneIn(List<SubjectKey> wrapped) {
        return wrapped.stream()
                .filter(each -> each.subject().equals(GONE.subject()))
                .findFirst()
                .orElseThrow()
                .key()
                .wrapped();
    }
}
