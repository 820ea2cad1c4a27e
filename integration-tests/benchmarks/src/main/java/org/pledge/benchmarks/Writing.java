package org.pledge.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Consent recorded, durable and audited, against what the database needs for the bare rows. */
final class Writing {
    private static final int MANY = 16;
    private static final String H2_OPTIONS = ";TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0;DB_CLOSE_ON_EXIT=FALSE"
            + ";TIME ZONE=UTC;LOCK_TIMEOUT=5000;QUERY_CACHE_SIZE=256";

    private final Path packs;
    private final Path folder;
    private final Duration each;
    private final int rounds;

    Writing(Path packs, Path folder, Duration each, int rounds) {
        this.packs = packs;
        this.folder = folder;
        this.each = each;
        this.rounds = rounds;
    }

    void run(Table table) throws IOException, SQLException {
        Karaf.delete(folder);
        Files.createDirectories(folder);
        h2(table);
        postgresql(table);
    }

    private void h2(Table table) throws SQLException {
        try (OnDisk ours = new OnDisk(h2("durable:", "ours"), "sa", packs);
                Floor floor = new Floor(h2("", "floor"), "sa")) {
            List<Load.Cost> costs = Load.inTurns(
                    rounds,
                    each,
                    List.of(
                            side(List.of(ours.client(1))),
                            side(List.of(floor.synced(1))),
                            side(clients(MANY, ours::client))));
            double synced = costs.get(1).perSecond();
            String against = "1 client, a synced commit each";
            table.ratio(
                    "consent on H2, 1 client", costs.get(0).perSecond(), against, synced, "/s", Goal.atLeast(0.7, "x"));
            table.ratio(
                    "consent on H2, 16 clients", costs.get(2).perSecond(), against, synced, "/s", Goal.atLeast(5, "x"));
            double cpu = costs.get(1).cpu() / 1000;
            table.ratio("  CPU, 1 client", costs.get(0).cpu() / 1000, against, cpu, " us", Goal.NONE);
            table.ratio("  CPU, 16 clients", costs.get(2).cpu() / 1000, against, cpu, " us", Goal.NONE);
        }
    }

    private String h2(String files, String name) {
        return "jdbc:h2:" + files + "retry:" + folder.resolve(name).toAbsolutePath() + H2_OPTIONS;
    }

    private static Load.Side side(List<Callable<?>> clients) {
        return new Load.Side(clients, Usage::ownCpu);
    }

    private void postgresql(Table table) throws IOException, SQLException {
        Path data = folder.resolve("postgresql");
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start()) {
            String url = server.getJdbcUrl("postgres", "postgres");
            long postmaster = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
            try (OnDisk ours = new OnDisk(url, "postgres", packs);
                    Floor floor = new Floor(url, "postgres")) {
                List<Load.Cost> costs = Load.inTurns(
                        rounds,
                        each,
                        List.of(
                                new Load.Side(clients(MANY, ours::client), () -> cpuWith(postmaster)),
                                new Load.Side(clients(MANY, floor::upsertAndEvent), () -> cpuWith(postmaster))));
                String against = "the same upsert + event";
                table.ratio(
                        "consent on PostgreSQL, 16 clients",
                        costs.get(0).perSecond(),
                        against,
                        costs.get(1).perSecond(),
                        "/s",
                        Goal.atLeast(0.8, "x"));
                table.ratio(
                        "  CPU, client and server",
                        costs.get(0).cpu() / 1000,
                        against,
                        costs.get(1).cpu() / 1000,
                        " us",
                        Goal.NONE);
            }
        }
    }

    private static long cpuWith(long postmaster) {
        return Usage.ownCpu() + Usage.cpu(postmaster);
    }

    private interface Client {
        Callable<?> of(long seed) throws SQLException;
    }

    private static List<Callable<?>> clients(int count, Client client) throws SQLException {
        List<Callable<?>> clients = new ArrayList<>();
        for (int seed = 0; seed < count; seed++) {
            clients.add(client.of(seed));
        }
        return clients;
    }
}
