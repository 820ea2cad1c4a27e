package org.pledge.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** Consent recorded, durable and audited, against what the database needs for the bare rows. */
final class Writing {
    private static final int MANY = 16;

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
        try (OnDisk ours = new OnDisk(OpenUnit.h2(folder.resolve("ours")), "sa", packs);
                Floor floor = new Floor(OpenUnit.bareH2(folder.resolve("floor")), "sa")) {
            List<Load.Cost> costs = Load.inTurns(
                    rounds,
                    each,
                    List.of(
                            side(List.of(ours.client(1))),
                            side(List.of(floor.synced(1))),
                            side(Load.clients(MANY, ours::client))));
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

    private static Load.Side side(List<Callable<?>> clients) {
        return new Load.Side(clients, Usage::ownCpu);
    }

    private void postgresql(Table table) throws IOException, SQLException {
        try (Postgresql server = new Postgresql(folder.resolve("postgresql"));
                OnDisk ours = new OnDisk(server.url(), Postgresql.USER, packs);
                Floor floor = new Floor(server.url(), Postgresql.USER)) {
            List<Load.Cost> costs = Load.inTurns(
                    rounds,
                    each,
                    List.of(
                            new Load.Side(Load.clients(MANY, ours::client), server::cpu),
                            new Load.Side(Load.clients(MANY, floor::upsertAndEvent), server::cpu)));
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
