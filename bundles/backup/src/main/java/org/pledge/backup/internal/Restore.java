package org.pledge.backup.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Brings the rows of a backup and the keys of the same or a later one into empty databases. Until everything was read and
 * compared, the platform refuses these databases; a restore that was broken off begins anew, and one that was broken off
 * while it let the databases go ends as it would have.
 */
final class Restore {
    private static final int TOLD_EVERY = 10_000;

    /** What was restored. */
    record Done(String name, Instant made, Map<String, Long> rowsByTable) {
        long rows() {
            return rowsByTable.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Does what has to be done before the platform may use the databases. */
    interface Before {
        /** Does it. */
        void opening() throws IOException;
    }

    private final Path data;
    private final Path keys;
    private final byte[] privateKey;
    private final LongConsumer progress;

    Restore(Path data, Path keys, byte[] privateKey, LongConsumer progress) {
        this.data = data;
        this.keys = keys;
        this.privateKey = privateKey;
        this.progress = progress;
    }

    /**
     * Restores, and has the platform accept the databases in the end.
     *
     * @throws DamagedFileException saying what is wrong with a file or a database
     */
    Done into(List<Target.Address> addresses, Before before) throws IOException, SQLException {
        Map<String, Target> targets = new LinkedHashMap<>();
        try (BackupReader dataReader = new BackupReader(data, privateKey);
                BackupReader keyReader = new BackupReader(keys, privateKey)) {
            if (keyReader.made().isBefore(dataReader.made())) {
                throw new DamagedFileException(
                        "the file of keys is older than the backup and may lack keys: give the newest one");
            }
            for (Target.Address address : addresses) {
                targets.put(address.unit().name(), new Target(address));
            }
            List<Target> all = List.copyOf(targets.values());
            if (isBrokenOffAtTheEnd(all, dataReader.name())) {
                before.opening();
                finish(all, dataReader.name());
                return new Done(dataReader.name(), dataReader.made(), Map.of());
            }
            for (Target target : all) {
                target.requireUnused();
            }
            for (Target target : all) {
                target.clear();
            }
            Filler filler = new Filler(targets);
            dataReader.read(filler);
            Set<String> missing = new HashSet<>(targets.keySet());
            missing.removeAll(filler.begun);
            if (!missing.isEmpty()) {
                throw new DamagedFileException(
                        "the backup lacks a database: " + missing.iterator().next());
            }
            keyReader.read(filler);
            for (Target target : all) {
                target.settle();
            }
            before.opening();
            for (Target target : all) {
                target.compared(dataReader.name());
            }
            finish(all, dataReader.name());
            return new Done(dataReader.name(), dataReader.made(), filler.rows);
        } finally {
            for (Target target : targets.values()) {
                target.close();
            }
        }
    }

    /** Whether all are restored, and some were let go already. */
    private static boolean isBrokenOffAtTheEnd(List<Target> all, String backup) throws SQLException {
        boolean some = false;
        for (Target target : all) {
            boolean compared = target.isCompared(backup);
            some |= compared;
            if (!compared && !target.isInUse()) {
                return false;
            }
        }
        return some;
    }

    private static void finish(List<Target> all, String backup) throws SQLException, IOException {
        for (Target target : all) {
            if (target.isCompared(backup)) {
                target.finish();
            }
        }
    }

    /** Puts rows where they belong. */
    private final class Filler implements BackupReader.Taker {
        private final Map<String, Target> targets;
        private final Set<String> begun = new HashSet<>();
        private final Map<String, Long> rows = new LinkedHashMap<>();
        private Optional<Target> current = Optional.empty();
        private String table = "";
        private long all;

        Filler(Map<String, Target> targets) {
            this.targets = targets;
        }

        @Override
        public void unit(String name, List<String> changes) throws IOException, SQLException {
            Target target = targets.get(name);
            if (target == null) {
                throw new DamagedFileException("the backup holds a database that this version does not know: " + name);
            }
            if (begun.add(name)) {
                target.begin(changes);
            }
            current = Optional.of(target);
        }

        @Override
        public void table(Table filled, long counted) throws IOException, SQLException {
            table = filled.name();
            target().table(filled, counted);
        }

        @Override
        public void row(byte[] row) throws IOException, SQLException {
            target().row(row);
            all++;
            if (all % TOLD_EVERY == 0) {
                progress.accept(all);
            }
        }

        @Override
        public void tableEnd(long count) throws IOException, SQLException {
            target().tableEnd();
            rows.put(table, count);
        }

        private Target target() throws DamagedFileException {
            return current.orElseThrow(() -> new DamagedFileException("the backup does not begin with a database"));
        }
    }
}
