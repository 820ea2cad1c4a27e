package org.pledge.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
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
        measure(
                table,
                "H2",
                new Database(
                        OpenUnit.h2(folder.resolve("ours")),
                        OpenUnit.bareH2(folder.resolve("floor")),
                        "sa",
                        true,
                        Usage::ownCpu));
        try (Postgresql server = new Postgresql(folder.resolve("postgresql"))) {
            String url = server.url();
            measure(
                    table,
                    "PostgreSQL",
                    new Database(url, url + "&reWriteBatchedInserts=true", Postgresql.USER, false, server::cpu));
        }
    }

    private record Database(String url, String floor, String user, boolean sync, LongSupplier cpu) {}

    private void measure(Table table, String name, Database database) throws SQLException {
        try (Recording ours = new Recording(database.url(), database.user(), packs);
                Floor floor = new Floor(database.floor(), database.user())) {
            List<Callable<?>> bare = Load.clients(BATCHES, seed -> floor.records(seed, AT_ONCE, database.sync()));
            List<Callable<?>> batches = Load.clients(BATCHES, seed -> ours.many(seed, AT_ONCE));
            List<Callable<?>> single = Load.clients(MANY, ours::one);
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
