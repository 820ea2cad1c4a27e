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
import java.util.function.LongSupplier;

/**
 * Records shared in this process, a thousand at once and one by one, durable and audited, against what the database needs
 * for as many bare rows.
 */
final class SharingAtOnce {
    private static final int AT_ONCE = 1000;
    private static final int BATCHES = 2;
    private static final int MANY = 16;
    private static final String H2_OPTIONS = ";TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0;DB_CLOSE_ON_EXIT=FALSE"
            + ";TIME ZONE=UTC;LOCK_TIMEOUT=5000;QUERY_CACHE_SIZE=256";

    private final Path packs;
    private final Path folder;
    private final Duration each;
    private final int rounds;

    SharingAtOnce(Path packs, Path folder, Duration each, int rounds) {
        this.packs = packs;
        this.folder = folder;
        this.each = each;
        this.rounds = rounds;
    }

    void run(Table table) throws IOException, SQLException {
        Karaf.delete(folder);
        Files.createDirectories(folder);
        measure(table, "H2", new Database(h2("durable:", "ours"), h2("", "floor"), "sa", true, Usage::ownCpu));
        Path data = folder.resolve("postgresql");
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start()) {
            String url = server.getJdbcUrl("postgres", "postgres");
            long postmaster = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
            measure(
                    table,
                    "PostgreSQL",
                    new Database(
                            url,
                            url + "&reWriteBatchedInserts=true",
                            "postgres",
                            false,
                            () -> Usage.ownCpu() + Usage.cpu(postmaster)));
        }
    }

    private record Database(String url, String floor, String user, boolean sync, LongSupplier cpu) {}

    private String h2(String files, String name) {
        return "jdbc:h2:" + files + "retry:" + folder.resolve(name).toAbsolutePath() + H2_OPTIONS;
    }

    private void measure(Table table, String name, Database database) throws SQLException {
        try (Recording ours = new Recording(database.url(), database.user(), packs);
                Floor floor = new Floor(database.floor(), database.user())) {
            List<Callable<?>> bare = new ArrayList<>();
            List<Callable<?>> batches = new ArrayList<>();
            for (int i = 0; i < BATCHES; i++) {
                bare.add(floor.records(i, AT_ONCE, database.sync()));
                batches.add(ours.many(i, AT_ONCE));
            }
            List<Callable<?>> single = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                single.add(ours.one(i));
            }
            List<Load.Cost> costs = Load.inTurns(
                    rounds,
                    each,
                    List.of(
                            new Load.Side(batches, database.cpu()),
                            new Load.Side(bare, database.cpu()),
                            new Load.Side(single, database.cpu())));
            double shared = costs.get(0).perSecond() * AT_ONCE;
            String what = "records shared on " + name + ", ";
            table.value(what + BATCHES + " clients, 1,000 at once", shared, "/s", Goal.atLeast(20_000, "/s"));
            table.ratio("  the same", shared, "as many bare rows", costs.get(1).perSecond() * AT_ONCE, "/s", Goal.NONE);
            table.ratio(
                    "  CPU",
                    costs.get(0).cpu() / 1000 / AT_ONCE,
                    "as many bare rows",
                    costs.get(1).cpu() / 1000 / AT_ONCE,
                    " us",
                    Goal.NONE);
            table.value(what + MANY + " clients, one by one", costs.get(2).perSecond(), "/s", Goal.NONE);
            table.value("  CPU", costs.get(2).cpu() / 1000, " us", Goal.NONE);
        }
    }
}
