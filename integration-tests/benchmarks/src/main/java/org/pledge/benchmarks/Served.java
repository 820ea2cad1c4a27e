package org.pledge.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The running distribution with people who agreed that one partner gets their email, and a credential to ask. */
final class Served implements AutoCloseable {
    static final String PARTNER = "mailhaus";
    private static final Pattern TOKEN = Pattern.compile("pl_[A-Za-z0-9_-]{20,}");
    private static final Pattern ID = Pattern.compile("\"id\" *: *\"([0-9a-f-]{36})\"");

    private final Karaf karaf;
    private final List<Http> open = new ArrayList<>();
    private String token = "";

    /** Unpacks and starts it. */
    Served(Path archive, Path folder) throws IOException, InterruptedException {
        karaf = Karaf.unpack(archive, folder);
        karaf.start("/api/v1/health", "\"UP\"");
    }

    Karaf karaf() {
        return karaf;
    }

    String token() {
        return token;
    }

    /** Runs these commands, registers the partner, and issues the credential. */
    void prepare(URI endpoint, String commands) throws IOException, InterruptedException {
        String printed = karaf.shell(
                """
                %s
                partner:put --tenant korax --recipient marketing-partner --field email --purpose marketing \
                --region CA --until %s %s %s
                pledge:credential-issue --tenant korax --role operator bench"""
                        .formatted(commands, LocalDate.now().plusYears(1), PARTNER, endpoint)
                        .strip());
        Matcher issued = TOKEN.matcher(printed);
        if (!issued.find()) {
            throw new IOException("no credential was issued: " + printed);
        }
        token = issued.group();
    }

    /** Registers people and their consent, through the front door. */
    List<String> register(int people) throws IOException {
        List<String> subjects = new ArrayList<>();
        try (Http connection = new Http(karaf.port())) {
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
                        {"purpose":"marketing","recipient":"%s","categories":["email"],"level":"OPT_IN",\
                        "wording":{"channel":"web","version":"w-1","sha256":"%s"}}"""
                                .formatted(PARTNER, "00".repeat(32));
                connection
                        .send(Http.request("POST", "/api/v1/subjects/" + id.group(1) + "/consents", token, grant))
                        .expect(201);
                subjects.add(id.group(1));
            }
        }
        return subjects;
    }

    /** Clients that send these requests one after the other, each on a connection of its own. */
    Load.Side side(List<byte[]> requests, int connections, int status) throws IOException {
        List<Callable<?>> clients = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Http connection = new Http(karaf.port());
            open.add(connection);
            clients.add(new Caller(connection, requests, status, i));
        }
        return new Load.Side(clients, () -> Usage.cpu(karaf.pid()));
    }

    private static final class Caller implements Callable<Http.Answer> {
        private final Http connection;
        private final List<byte[]> requests;
        private final int status;
        private int next;

        Caller(Http connection, List<byte[]> requests, int status, int first) {
            this.connection = connection;
            this.requests = requests;
            this.status = status;
            this.next = first;
        }

        @Override
        public Http.Answer call() throws IOException {
            next = (next + 1) % requests.size();
            return connection.send(requests.get(next)).expect(status);
        }
    }

    @Override
    public void close() throws IOException {
        for (Http connection : open) {
            connection.close();
        }
        karaf.close();
    }
}
