package org.pledge.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Records shared in the distribution: each is asked for, one by one or all people's at once, decided, made durable and
 * audited, then delivered to a partner.
 */
final class Sharing {
    private static final int MANY = 16;
    private static final int BATCHES = 2;
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final Path archive;
    private final Path folder;
    private final Duration each;
    private final int rounds;
    private final int people;

    Sharing(Path archive, Path folder, Duration each, int rounds, int people) {
        this.archive = archive;
        this.folder = folder;
        this.each = each;
        this.rounds = rounds;
        this.people = people;
    }

    void run(Table table) throws IOException, InterruptedException {
        try (Inbox inbox = new Inbox();
                Served served = new Served(archive, folder.resolve("share"))) {
            served.prepare(inbox.uri(), "");
            List<byte[]> shares = new ArrayList<>();
            List<byte[]> decisions = new ArrayList<>();
            List<String> bodies = new ArrayList<>();
            for (String subject : served.register(people)) {
                String body = "{\"subject\":\"" + subject + "\",\"partner\":\"" + Served.PARTNER
                        + "\",\"purpose\":\"marketing\",\"fields\":[\"email\"]}";
                bodies.add(body);
                shares.add(Http.request("POST", "/api/v1/disclosures", served.token(), body));
                decisions.add(Http.request("POST", "/api/v1/decisions", served.token(), body));
            }
            int half = bodies.size() / BATCHES;
            List<byte[]> batches = List.of(
                    batch(served.token(), bodies.subList(0, half)),
                    batch(served.token(), bodies.subList(half, 2 * half)));
            List<Load.Cost> costs = Load.inTurns(
                    rounds,
                    each,
                    List.of(
                            served.side(shares, 1, 202),
                            served.side(shares, MANY, 202),
                            served.side(decisions, MANY, 200),
                            served.side(batches, BATCHES, 200)));
            table.value(
                    "records shared, durable and audited, 1 client",
                    costs.get(0).perSecond(),
                    "/s",
                    Goal.NONE);
            table.value(
                    "records shared, durable and audited, 16 clients",
                    costs.get(1).perSecond(),
                    "/s",
                    Goal.NONE);
            table.value(
                    "records shared, durable and audited, 2 clients, " + half + " at once",
                    costs.get(3).perSecond() * half,
                    "/s",
                    Goal.atLeast(20_000, "/s"));
            table.value("  server CPU", costs.get(3).cpu() / 1000 / half, " us", Goal.NONE);
            table.ratio(
                    "  server CPU, deliveries beside it included",
                    costs.get(1).cpu() / 1000,
                    "the decision alone",
                    costs.get(2).cpu() / 1000,
                    " us",
                    Goal.NONE);
            delivered(table, inbox, served.karaf());
        }
    }

    private static byte[] batch(String token, List<String> bodies) {
        return Http.request(
                "POST", "/api/v1/disclosures/batch", token, "{\"disclosures\":[" + String.join(",", bodies) + "]}");
    }

    /** What waits is delivered while nothing else is asked. */
    private void delivered(Table table, Inbox inbox, Karaf karaf) throws InterruptedException {
        inbox.forget();
        long cpu = Usage.cpu(karaf.pid());
        long start = System.nanoTime();
        long last = start;
        long count = 0;
        long most = each.toNanos() * rounds;
        while (System.nanoTime() - start < most && inbox.next(QUIET)) {
            count++;
            last = System.nanoTime();
        }
        if (count < 100) {
            table.skipped("records delivered and audited", "nothing waited any more");
            return;
        }
        table.value("records delivered and audited", count * 1e9 / (last - start), "/s", Goal.NONE);
        table.value("  server CPU", (Usage.cpu(karaf.pid()) - cpu) / 1e3 / count, " us", Goal.NONE);
    }
}
