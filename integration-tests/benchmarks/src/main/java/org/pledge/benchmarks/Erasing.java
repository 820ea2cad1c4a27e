package org.pledge.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.jpa.internal.JpaLinkStore;
import org.pledge.store.jpa.internal.JpaTransactions;
import org.pledge.store.jpa.internal.JpaWrappedKeyStore;
import org.pledge.store.jpa.internal.OpenDatabase;
import org.pledge.visitor.spi.LinkStore.StoredLink;
import org.pledge.visitor.spi.LinkStore.StoredRecord;

/**
 * People with few and with many records made unreadable: their key destroyed and the links of their devices removed in
 * one durable transaction, against a commit of one row. The rows themselves leave with the next sweep.
 */
final class Erasing {
    private static final int[] RECORDS = {10, 1_000, 100_000};
    private static final int WARM = 200;
    private static final int CHUNK = 5_000;
    private static final int SEALED_BYTES = 150;
    private static final int WRAPPED_BYTES = 40;
    private static final int TOKEN_BYTES = 32;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Path folder;
    private final int people;
    private final int most;

    /** So many people of each kind; none with more records than {@code most}. */
    Erasing(Path folder, int people, int most) {
        this.folder = folder;
        this.people = people;
        this.most = most;
    }

    void run(Table table) throws IOException, SQLException {
        Karaf.delete(folder);
        Files.createDirectories(folder);
        try (Postgresql server = new Postgresql(folder.resolve("postgresql"))) {
            on(table, "PostgreSQL", server.make("erase"), Postgresql.USER, false);
        }
        on(table, "H2", OpenUnit.h2(folder.resolve("erase")), "sa", true);
    }

    private void on(Table table, String database, String url, String user, boolean h2) throws SQLException {
        try (OpenUnit unit = new OpenUnit(url, user, "pledge", OpenDatabase::open)) {
            JpaTransactions transactions = new JpaTransactions(unit.database());
            JpaLinkStore links = new JpaLinkStore(transactions);
            JpaWrappedKeyStore keys = new JpaWrappedKeyStore(transactions);
            for (int i = 0; i < WARM; i++) {
                erase(transactions, links, keys, person(transactions, links, keys, 1));
            }
            for (int records : RECORDS) {
                if (records > most) {
                    table.skipped(Table.number(records) + " records on " + database, "more than asked for");
                    continue;
                }
                List<SubjectId> erased = new ArrayList<>();
                for (int i = 0; i < people; i++) {
                    erased.add(person(transactions, links, keys, records));
                }
                double[] ours = new double[people];
                double[] bare = new double[people];
                try (Connection floor = h2 ? unit.pool().getConnection() : DriverManager.getConnection(url, user, "")) {
                    floor.setAutoCommit(false);
                    make(floor);
                    for (int i = 0; i < people; i++) {
                        SubjectId person = erased.get(i);
                        long begun = System.nanoTime();
                        erase(transactions, links, keys, person);
                        ours[i] = System.nanoTime() - begun;
                        begun = System.nanoTime();
                        oneRow(floor, h2);
                        bare[i] = System.nanoTime() - begun;
                    }
                }
                table.ratio(
                        Table.number(records) + " records unreadable on " + database,
                        median(ours),
                        h2 ? "a commit of one row, synced" : "a commit of one row",
                        median(bare),
                        " ms",
                        Goal.atMost(2, "x"));
            }
        }
    }

    private static void erase(
            JpaTransactions transactions, JpaLinkStore links, JpaWrappedKeyStore keys, SubjectId person) {
        transactions.required(() -> {
            links.erase(Korax.TENANT, person);
            keys.removeSubjectKey(Korax.TENANT, person);
        });
    }

    private static SubjectId person(
            JpaTransactions transactions, JpaLinkStore links, JpaWrappedKeyStore keys, int records) {
        SubjectId person = SubjectId.random();
        UUID link = UUID.randomUUID();
        Instant now = Instant.now();
        transactions.required(() -> {
            keys.putSubjectKey(Korax.TENANT, person, new WrappedKey("2026-11", new byte[WRAPPED_BYTES]));
            byte[] token = Arrays.copyOf(person.toString().getBytes(US_ASCII), TOKEN_BYTES);
            links.addLink(new StoredLink(Korax.TENANT, link, person, token, now));
        });
        for (int done = 0; done < records; done += CHUNK) {
            List<StoredRecord> chunk = new ArrayList<>();
            for (int i = done; i < Math.min(records, done + CHUNK); i++) {
                chunk.add(new StoredRecord(
                        Korax.TENANT,
                        UUID.randomUUID(),
                        LocalDate.EPOCH.plusDays(i % 30),
                        link,
                        person,
                        "url-requests",
                        new byte[SEALED_BYTES]));
            }
            transactions.required(() -> links.addRecords(chunk));
        }
        return person;
    }

    private static void make(Connection floor) throws SQLException {
        try (Statement statement = floor.createStatement()) {
            statement.execute("create table if not exists floor_erasure (id uuid primary key)");
        }
        floor.commit();
    }

    private static void oneRow(Connection floor, boolean h2) throws SQLException {
        try (PreparedStatement insert = floor.prepareStatement("insert into floor_erasure values (?)")) {
            insert.setObject(1, UUID.randomUUID());
            insert.executeUpdate();
        }
        floor.commit();
        if (h2) {
            try (Statement sync = floor.createStatement()) {
                sync.execute("checkpoint sync");
            }
        }
    }

    private static double median(double[] nanos) {
        double[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2] / NANOS_PER_MILLI;
    }
}
