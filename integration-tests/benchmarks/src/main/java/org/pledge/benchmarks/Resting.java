package org.pledge.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Decisions over REST, against a CXF service in the same Karaf that says hello. */
final class Resting {
    private static final int CONNECTIONS = 8;
    private static final int BATCH = 10_000;
    private static final Pattern TOKEN = Pattern.compile("pl_[A-Za-z0-9_-]{20,}");
    private static final Pattern ID = Pattern.compile("\"id\" *: *\"([0-9a-f-]{36})\"");
    private static final String QUESTION = "\"partner\":\"mailhaus\",\"purpose\":\"marketing\",\"fields\":[\"email\"]";

    private final Path archive;
    private final Path folder;
    private final Duration each;
    private final int rounds;
    private final int people;
    private final List<Http> open = new ArrayList<>();

    Resting(Path archive, Path folder, Duration each, int rounds, int people) {
        this.archive = archive;
        this.folder = folder;
        this.each = each;
        this.rounds = rounds;
        this.people = people;
    }

    void run(Table table) throws IOException, InterruptedException {
        try (Karaf karaf = Karaf.unpack(archive, folder.resolve("rest"))) {
            karaf.start("/api/v1/health", "\"UP\"");
            String token = prepare(karaf);
            List<String> subjects = register(karaf.port(), token);
            measure(table, karaf, token, subjects);
        } finally {
            for (Http connection : open) {
                connection.close();
            }
        }
    }

    private String prepare(Karaf karaf) throws IOException, InterruptedException {
        Path hello = HelloBundle.write(folder);
        karaf.sign(hello);
        String printed = karaf.shell(
                """
                bundle:install -s %s
                partner:put --tenant korax --recipient marketing-partner --field email --purpose marketing \
                --region CA --until %s mailhaus https://mailhaus.example/inbox
                pledge:credential-issue --tenant korax --role operator bench"""
                        .formatted(hello.toUri(), LocalDate.now().plusYears(1)));
        Matcher token = TOKEN.matcher(printed);
        if (!token.find()) {
            throw new IOException("no credential was issued: " + printed);
        }
        return token.group();
    }

    /** Registers people and their consent, through the front door. */
    private List<String> register(int port, String token) throws IOException {
        List<String> subjects = new ArrayList<>();
        try (Http connection = new Http(port)) {
            for (int i = 0; i < people; i++) {
                String account =
                        """
                        {"tier":"standard","holder":"INDIVIDUAL","jurisdiction":"CA","fields":{"name":["Person %d"],\
                        "email":["p%d@example.org"],"street":["1 Example Street"],"phone":["+1 555 0100"]}}"""
                                .formatted(i, i);
                Matcher id = ID.matcher(connection
                        .send(Http.request("POST", "/api/v1/accounts", token, account))
                        .expect(201)
                        .body());
                if (!id.find()) {
                    throw new IOException("an account without an identifier");
                }
                String grant =
                        """
                        {"purpose":"marketing","recipient":"mailhaus","categories":["email"],"level":"OPT_IN",\
                        "wording":{"channel":"web","version":"w-1","sha256":"%s"}}"""
                                .formatted("00".repeat(32));
                connection
                        .send(Http.request("POST", "/api/v1/subjects/" + id.group(1) + "/consents", token, grant))
                        .expect(201);
                subjects.add(id.group(1));
            }
        }
        return subjects;
    }

    private void measure(Table table, Karaf karaf, String token, List<String> subjects) throws IOException {
        int port = karaf.port();
        List<byte[]> decisions = new ArrayList<>();
        for (String subject : subjects) {
            String body = "{\"subject\":\"" + subject + "\"," + QUESTION + "}";
            decisions.add(Http.request("POST", "/api/v1/decisions", token, body));
        }
        List<byte[]> hello = List.of(Http.request("GET", "/api/hello", "", ""));
        String example = permitted(port, decisions.get(0));
        List<byte[]> bytes = List.of(Http.request(
                "POST", "/api/hello?length=" + example.length(), token, "{" + QUESTION + " ".repeat(50) + "}"));
        List<Load.Cost> costs = Load.inTurns(
                rounds,
                each,
                List.of(
                        side(karaf, decisions, CONNECTIONS),
                        side(karaf, hello, CONNECTIONS),
                        side(karaf, bytes, CONNECTIONS)));
        double ours = costs.get(0).cpu() / 1000;
        table.ratio(
                "decision over REST, server CPU",
                ours,
                "CXF hello",
                costs.get(1).cpu() / 1000,
                " us",
                Goal.atMost(1.2, "x"));
        table.ratio(
                "decision over REST, server CPU",
                ours,
                "CXF, as many bytes",
                costs.get(2).cpu() / 1000,
                " us",
                Goal.NONE);
        table.ratio(
                "decision over REST, 8 connections",
                costs.get(0).perSecond(),
                "CXF hello",
                costs.get(1).perSecond(),
                "/s",
                Goal.NONE);
        String many = new Random(1)
                .ints(BATCH, 0, subjects.size())
                .mapToObj(i -> "\"" + subjects.get(i) + "\"")
                .collect(Collectors.joining(","));
        byte[] batch = Http.request(
                "POST", "/api/v1/decisions/batch", token, "{" + QUESTION + ",\"subjects\":[" + many + "]}");
        permitted(port, batch);
        Load.Cost cost = Load.inTurns(rounds, each, List.of(side(karaf, List.of(batch), 2)))
                .get(0);
        table.value("decisions in batches of 10,000", cost.perSecond() * BATCH, "/s", Goal.atLeast(500_000, "/s"));
        table.value("  server CPU per decision", cost.cpu() / BATCH, " ns", Goal.NONE);
    }

    private static String permitted(int port, byte[] request) throws IOException {
        try (Http connection = new Http(port)) {
            String body = connection.send(request).expect(200).body();
            if (!body.contains("PERMITTED") || body.contains("DENIED")) {
                throw new IOException("an answer that was not expected: " + body);
            }
            return body;
        }
    }

    private Load.Side side(Karaf karaf, List<byte[]> requests, int connections) throws IOException {
        List<Callable<?>> clients = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Http connection = new Http(karaf.port());
            open.add(connection);
            clients.add(new Caller(connection, requests, i));
        }
        return new Load.Side(clients, () -> Usage.cpu(karaf.pid()));
    }

    private static final class Caller implements Callable<Http.Answer> {
        private final Http connection;
        private final List<byte[]> requests;
        private int next;

        Caller(Http connection, List<byte[]> requests, int first) {
            this.connection = connection;
            this.requests = requests;
            this.next = first;
        }

        @Override
        public Http.Answer call() throws IOException {
            next = (next + 1) % requests.size();
            return connection.send(requests.get(next)).expect(200);
        }
    }
}
