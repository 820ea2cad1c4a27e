package org.pledge.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Decisions over REST and over SOAP, against a CXF service in the same Karaf that says hello. */
final class Resting {
    private static final int CONNECTIONS = 8;
    private static final int BATCH = 10_000;
    private static final URI NOWHERE = URI.create("https://mailhaus.example/inbox");
    private static final String QUESTION = "\"partner\":\"mailhaus\",\"purpose\":\"marketing\",\"fields\":[\"email\"]";
    private static final String ENVELOPE =
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
                    + "<decide xmlns=\"urn:pledge:sharing:v1\"><subject>%s</subject><partner>mailhaus</partner>"
                    + "<purpose>marketing</purpose><field>email</field></decide></soap:Body></soap:Envelope>";

    private final Path archive;
    private final Path folder;
    private final Duration each;
    private final int rounds;
    private final int people;

    Resting(Path archive, Path folder, Duration each, int rounds, int people) {
        this.archive = archive;
        this.folder = folder;
        this.each = each;
        this.rounds = rounds;
        this.people = people;
    }

    void run(Table table) throws IOException, InterruptedException {
        try (Served served = new Served(archive, folder.resolve("rest"))) {
            Path hello = HelloBundle.write(folder);
            served.karaf().sign(hello);
            served.prepare(NOWHERE, "bundle:install -s " + hello.toUri());
            List<String> subjects = served.register(people);
            single(table, served, subjects);
            batches(table, served, subjects);
        }
    }

    private void single(Table table, Served served, List<String> subjects) throws IOException {
        List<byte[]> decisions = new ArrayList<>();
        List<byte[]> soap = new ArrayList<>();
        for (String subject : subjects) {
            String body = "{\"subject\":\"" + subject + "\"," + QUESTION + "}";
            decisions.add(Http.request("POST", "/api/v1/decisions", served.token(), body));
            soap.add(Http.request("POST", "/soap/v1", served.token(), "text/xml", ENVELOPE.formatted(subject)));
        }
        List<byte[]> hello = List.of(Http.request("GET", "/api/hello", "", ""));
        int length = permitted(served, decisions.get(0)).length();
        permitted(served, soap.get(0));
        List<byte[]> bytes = List.of(Http.request(
                "POST", "/api/hello?length=" + length, served.token(), "{" + QUESTION + " ".repeat(50) + "}"));
        List<Load.Cost> costs = Load.inTurns(
                rounds,
                each,
                List.of(
                        served.side(decisions, CONNECTIONS, 200),
                        served.side(hello, CONNECTIONS, 200),
                        served.side(bytes, CONNECTIONS, 200),
                        served.side(soap, CONNECTIONS, 200)));
        double rest = costs.get(0).cpu() / 1000;
        double floor = costs.get(1).cpu() / 1000;
        String what = "decision over REST, server CPU";
        table.ratio(what, rest, "CXF hello", floor, " us", Goal.atMost(1.2, "x"));
        table.ratio(what, rest, "CXF, as many bytes", costs.get(2).cpu() / 1000, " us", Goal.NONE);
        table.ratio(
                "decision over REST, 8 connections",
                costs.get(0).perSecond(),
                "CXF hello",
                costs.get(1).perSecond(),
                "/s",
                Goal.NONE);
        double ours = costs.get(3).cpu() / 1000;
        table.ratio("decision over SOAP, server CPU", ours, "the same over REST", rest, " us", Goal.NONE);
        table.ratio(
                "decision over SOAP, 8 connections",
                costs.get(3).perSecond(),
                "the same over REST",
                costs.get(0).perSecond(),
                "/s",
                Goal.NONE);
    }

    private void batches(Table table, Served served, List<String> subjects) throws IOException {
        String many = new Random(1)
                .ints(BATCH, 0, subjects.size())
                .mapToObj(i -> "\"" + subjects.get(i) + "\"")
                .collect(Collectors.joining(","));
        byte[] batch = Http.request(
                "POST", "/api/v1/decisions/batch", served.token(), "{" + QUESTION + ",\"subjects\":[" + many + "]}");
        permitted(served, batch);
        Load.Cost cost = Load.inTurns(rounds, each, List.of(served.side(List.of(batch), 2, 200)))
                .get(0);
        table.value("decisions in batches of 10,000", cost.perSecond() * BATCH, "/s", Goal.atLeast(500_000, "/s"));
        table.value("  server CPU per decision", cost.cpu() / BATCH, " ns", Goal.NONE);
    }

    private static String permitted(Served served, byte[] request) throws IOException {
        try (Http connection = new Http(served.karaf().port())) {
            String body = connection.send(request).expect(200).body();
            if (!body.contains("PERMITTED") || body.contains("DENIED")) {
                throw new IOException("an answer that was not expected: " + body);
            }
            return body;
        }
    }
}
