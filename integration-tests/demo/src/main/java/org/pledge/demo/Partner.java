package org.pledge.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A partner's system, running as a process of its own. */
public final class Partner implements AutoCloseable {
    private static final String DISCLOSURE = "\"type\":\"org.pledge.disclosure.v1\"";

    private final Process process;
    private final int inbox;
    private final int control;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();

    private Partner(Process process, int inbox, int control) {
        this.process = process;
        this.inbox = inbox;
        this.control = control;
    }

    /**
     * Starts the process and waits until it listens.
     *
     * @param name the partner's
     * @param secrets the folder of the secrets that the platform shares with partners
     * @param stay whether it goes on after this process ends
     */
    public static Partner start(String name, Path secrets, boolean stay) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PartnerSystem.class.getName(),
                name,
                secrets.toString()));
        if (stay) {
            command.add("--stay");
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        return new Partner(process, port(out.readLine()), port(out.readLine()));
    }

    private static int port(String line) throws IOException {
        if (line == null) {
            throw new IOException("the partner's system did not start");
        }
        return Integer.parseInt(line.substring(line.indexOf(' ') + 1));
    }

    /** Where it takes deliveries. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + inbox + "/inbox");
    }

    /** The process's identifier. */
    public long pid() {
        return process.pid();
    }

    /**
     * How many connections brought neither one of these disclosures nor the notice of a withdrawal or a correction.
     * Nothing while a connection is under way, as what it brings is not known yet.
     */
    public OptionalInt strays(Set<String> disclosures) {
        JsonNode received = received();
        int connections = received.path("connections").asInt();
        if (received.path("ended").asInt() != connections) {
            return OptionalInt.empty();
        }
        int strays = connections;
        for (JsonNode message : received.path("messages")) {
            String body = message.path("body").asText();
            strays -= !body.contains(DISCLOSURE) || disclosures.stream().anyMatch(body::contains) ? 1 : 0;
        }
        return OptionalInt.of(strays);
    }

    /**
     * The body of the message that carries a disclosure, to the letter, once it has arrived.
     *
     * @throws IllegalStateException when its signature or its envelope is wrong
     */
    public Optional<String> message(String disclosure) {
        for (JsonNode message : received().path("messages")) {
            String body = message.path("body").asText();
            if (body.contains(DISCLOSURE) && body.contains(disclosure)) {
                if (!message.path("fault").asText().isEmpty()) {
                    throw new IllegalStateException("the partner refused the message: "
                            + message.path("fault").asText());
                }
                return Optional.of(body);
            }
        }
        return Optional.empty();
    }

    /**
     * Everything it received: {@code connections}, how many of them {@code ended}, and {@code messages} with request, headers and body, when each
     * connection {@code arrived}, the {@code status} it was answered with, and whether it had an {@code effect}.
     */
    public JsonNode received() {
        return call(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + control + "/received"))
                .build());
    }

    /** Sets the status that it answers with from now on. */
    public void answerWith(int status) {
        call(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + control + "/answer/" + status))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    private JsonNode call(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return json.readTree(response.body());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the partner's system does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
