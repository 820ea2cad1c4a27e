package org.pledge.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.logging.LogManager;

/** Runs one benchmark and prints its table; {@code run} beside the sources calls it. */
public final class Benchmarks {
    private Benchmarks() {}

    /** Takes the name of the benchmark and the checkout's folder; {@code hot} takes what HotUpdateIT printed, too. */
    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        LogManager.getLogManager().reset(); // tables only
        Path checkout = Path.of(arguments[1]).toAbsolutePath();
        Path module = checkout.resolve("integration-tests/benchmarks");
        Path folder = module.resolve("target/run");
        Path packs = checkout.resolve("etc/policies");
        Path archive = Path.of(System.getProperty("distribution", "")).toAbsolutePath();
        Duration each = Duration.ofMillis(Long.getLong("millis", 3_000));
        int rounds = Integer.getInteger("rounds", 5);
        Table table = new Table();
        String before = Usage.pressure();
        switch (arguments[0]) {
            case "decide" ->
                new Deciding(packs, module.resolve("conf/pdp.xml"), each, Long.getLong("people", 1_000_000)).run(table);
            case "rest" -> new Resting(archive, folder, each, rounds, Integer.getInteger("people", 1_000)).run(table);
            case "route" -> new Routing(folder.resolve("route"), each, rounds).run(table);
            case "share" -> {
                new SharingAtOnce(packs, folder.resolve("at-once"), each, rounds).run(table);
                new Sharing(archive, folder, each, rounds, Integer.getInteger("people", 1_000)).run(table);
            }
            case "hot" -> new Updating(hot(arguments, checkout)).run(table);
            case "write" -> new Writing(packs, folder.resolve("write"), each, rounds).run(table);
            case "vault" ->
                new Vaulting(packs, folder.resolve("vault"), each, rounds, Integer.getInteger("keys", 100_000))
                        .run(table);
            case "purge" -> new Purging(folder.resolve("purge"), Integer.getInteger("rows", 1_000_000)).run(table);
            case "erase" ->
                new Erasing(
                                folder.resolve("erase"),
                                Integer.getInteger("people", 5),
                                Integer.getInteger("records", 100_000))
                        .run(table);
            case "export" ->
                new Exporting(packs, folder.resolve("export"), Integer.getInteger("records", 100_000)).run(table);
            case "start" -> new Starting(archive, folder, Math.min(rounds, 3)).run(table);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        table.print();
        System.out.println(
                "Waiting for a processor: " + before + " of the time before, " + Usage.pressure() + " after.");
        System.exit(0); // threads of drivers and peers may be left
    }

    private static Path hot(String[] arguments, Path checkout) {
        return arguments.length > 2
                ? Path.of(arguments[2])
                : checkout.resolve("integration-tests/distribution/target/failsafe-reports");
    }
}
