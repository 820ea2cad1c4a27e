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
 * Cards taken in, opened for the clearing house and revealed, durable and audited, against what the database needs for
 * one bare row; the same in this process; and all keys wrapped anew.
 */
final class Vaulting {
    private static final int MANY = 16;
    private static final double GOAL = 0.6;
    /** One of so many cards is there before. */
    private static final int KEYS_FOR_A_CARD = 50;
    /** More than are used up. */
    private static final int REVEALS_PER_SECOND = 5_000;

    private static final int OPENINGS_PER_SECOND = 12_000;

    private static final int IN_PROCESS_SHARE = 3;

    private final Path packs;
    private final Path folder;
    private final Duration each;
    private final int rounds;
    private final int keys;

    Vaulting(Path packs, Path folder, Duration each, int rounds, int keys) {
        this.packs = packs;
        this.folder = folder;
        this.each = each;
        this.rounds = rounds;
        this.keys = keys;
    }

    void run(Table table) throws IOException, InterruptedException, SQLException {
        Karaf.delete(folder);
        Files.createDirectories(folder);
        inProcess(table);
        h2(table);
        try (Postgresql server = new Postgresql(folder.resolve("postgresql"))) {
            postgresql(table, server);
            new Rewrapping(server, each, keys).run(table, server.make("rewrapping"), folder.resolve("rewrapping.p12"));
        }
    }

    private int cards() {
        return Math.max(MANY, keys / KEYS_FOR_A_CARD);
    }

    private int count(int perSecond) {
        return (int) (perSecond * Load.all(rounds, each).toSeconds());
    }

    private static Load.Side side(Vault vault, List<Callable<?>> clients, LongSupplier cpu) {
        return new Load.Side(clients, cpu, vault::settle);
    }

    private void inProcess(Table table) throws SQLException {
        try (Vault vault = Vault.inMemory(packs, folder.resolve("memory.p12"), MANY)) {
            List<Load.Cost> costs = Load.inTurns(
                    rounds,
                    each.dividedBy(IN_PROCESS_SHARE),
                    List.of(
                            side(vault, Load.clients(1, seed -> vault.tokenising()), Usage::ownCpu),
                            side(vault, Load.clients(1, seed -> vault.detokenising()), Usage::ownCpu),
                            side(vault, Load.clients(1, seed -> vault.agreeing()), Usage::ownCpu)));
            value(table, "new cards in this process, 1 client", costs.get(0));
            table.value("  CPU of their key agreements alone", costs.get(2).cpu() / 1000, " us", Goal.NONE);
            value(table, "cards opened to be charged in this process, 1 client", costs.get(1));
        }
    }

    private static void value(Table table, String what, Load.Cost cost) {
        table.value(what, cost.perSecond(), "/s", Goal.NONE);
        table.value("  CPU, the audit log included", cost.cpu() / 1000, " us", Goal.NONE);
    }

    private void h2(Table table) throws SQLException {
        try (Vault vault = Vault.onDisk(
                        OpenUnit.h2(folder.resolve("main")),
                        OpenUnit.h2(folder.resolve("own")),
                        "sa",
                        packs,
                        folder.resolve("h2.p12"),
                        MANY);
                Floor floor = new Floor(OpenUnit.bareH2(folder.resolve("floor")), "sa")) {
            List<Load.Cost> costs = Load.inTurns(
                    rounds,
                    each,
                    List.of(
                            new Load.Side(List.of(floor.synced(1)), Usage::ownCpu),
                            side(vault, Load.clients(MANY, seed -> vault.tokenising()), Usage::ownCpu)));
            ratio(
                    table,
                    "new cards on H2, 16 clients",
                    costs.get(1),
                    "1 client, a synced commit each",
                    costs.get(0),
                    Goal.NONE);
        }
    }

    private void postgresql(Table table, Postgresql server) throws SQLException {
        try (Vault vault = Vault.onDisk(
                        server.url(),
                        server.make("vault"),
                        Postgresql.USER,
                        packs,
                        folder.resolve("postgresql.p12"),
                        cards());
                Floor floor = new Floor(server.url(), Postgresql.USER)) {
            vault.approve(count(REVEALS_PER_SECOND));
            vault.intend(count(OPENINGS_PER_SECOND));
            List<Load.Cost> costs = Load.inTurns(
                    rounds,
                    each,
                    List.of(
                            new Load.Side(Load.clients(MANY, floor::insert), server::cpu),
                            side(vault, Load.clients(MANY, seed -> vault.tokenising()), server::cpu),
                            side(vault, Load.clients(MANY, vault::again), server::cpu),
                            side(vault, Load.clients(MANY, seed -> vault.detokenising()), server::cpu),
                            side(vault, Load.clients(MANY, vault::authorising), server::cpu),
                            side(vault, Load.clients(MANY, seed -> vault.revealing()), server::cpu),
                            side(vault, Load.clients(MANY, seed -> bare(floor, vault, seed)), server::cpu)));
            String against = "one bare INSERT each";
            Load.Cost bare = costs.get(0);
            Goal goal = Goal.atLeast(GOAL, "x");
            ratio(table, "new cards on PostgreSQL, 16 clients", costs.get(1), against, bare, goal);
            ratio(table, "  the same", costs.get(1), "one bare INSERT and key agreement each", costs.get(6), Goal.NONE);
            ratio(table, "the same cards again", costs.get(2), against, bare, goal);
            ratio(table, "cards opened to be charged", costs.get(3), against, bare, goal);
            ratio(table, "whole authorisations, answered at once", costs.get(4), against, bare, Goal.NONE);
            ratio(table, "reveals", costs.get(5), against, bare, goal);
        }
    }

    /** What taking in a card that comes as a JWE costs at least. */
    private static Callable<?> bare(Floor floor, Vault vault, long seed) throws SQLException {
        Callable<?> agreeing = vault.agreeing();
        Callable<?> insert = floor.insert(MANY + seed);
        return () -> {
            agreeing.call();
            return insert.call();
        };
    }

    private static void ratio(Table table, String what, Load.Cost ours, String against, Load.Cost theirs, Goal goal) {
        table.ratio(what, ours.perSecond(), against, theirs.perSecond(), "/s", goal);
        table.ratio("  CPU, the audit log included", ours.cpu() / 1000, against, theirs.cpu() / 1000, " us", Goal.NONE);
    }
}
