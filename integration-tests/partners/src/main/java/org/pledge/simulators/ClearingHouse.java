package org.pledge.simulators;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A clearing house: {@code ClearingHouse FOLDER [PORT]}. {@code POST /movements} does what it is told once for each
 * identifier, {@code GET /movements/ID} says what became of one. {@link ClearingLedger} says which cards are declined and
 * which codes and addresses do not match. It keeps nothing of a card: only the names of the fields that came last, each
 * with the SHA-256 of its value, and those in memory.
 *
 * <p>With {@code FOLDER/token} callers prove themselves by that bearer token; with {@code FOLDER/server.p12}
 * ({@link Certificates}) it speaks HTTPS.
 *
 * <p>Tests read {@code GET /control/ledger} (every movement with the times it was carried out, and how often it was
 * sent) and {@code GET /control/last}, and write {@code PUT /control/mode} with one {@link Mode} and how many requests
 * it holds for, such as {@code SILENT_AFTER 1}.
 */
public final class ClearingHouse {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path folder;
    private final ClearingLedger ledger = new ClearingLedger();
    private final AtomicReference<Plan> plan = new AtomicReference<>(new Plan(Mode.NORMAL, 0));
    private final AtomicReference<Map<String, String>> last = new AtomicReference<>(Map.of());
    private final CountDownLatch never = new CountDownLatch(1);

    /** What goes wrong. */
    public enum Mode {
        /** Nothing. */
        NORMAL,
        /** It does nothing and never answers. */
        SILENT_BEFORE,
        /** It does it and never answers. */
        SILENT_AFTER,
        /** It does nothing and hangs up. */
        HANG_UP_BEFORE,
        /** It does it and hangs up. */
        HANG_UP_AFTER,
        /** It does nothing and answers with 500. */
        ERROR_BEFORE,
        /** It does it and answers with 500. */
        ERROR_AFTER,
        /** It does it and its answer, a byte each second, has no end. */
        DRIP_AFTER,
        /** It does it and its answer has no end. */
        FLOOD_AFTER,
        /** It does it and answers with what nobody understands. */
        GARBAGE_AFTER,
        /** It does it and answers about another movement. */
        OTHER_AFTER,
        /** It does nothing and answers with 429 and a problem. */
        BUSY;

        private boolean before() {
            return this == SILENT_BEFORE || this == HANG_UP_BEFORE || this == ERROR_BEFORE || this == BUSY;
        }
    }

    private record Plan(Mode mode, int left) {}

    private ClearingHouse(Path folder) {
        this.folder = folder;
    }

    /** Starts it; prints {@code PORT <n>}. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        ClearingHouse house = new ClearingHouse(folder);
        HttpServer server = WebPartner.server(folder, new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/movements", exchange -> house.edge(exchange, house::movement));
        server.createContext("/control", exchange -> house.edge(exchange, house::control));
        server.start();
        System.out.println("PORT " + server.getAddress().getPort());
        Until.inputEnds();
    }

    private interface Work {
        void handle(HttpExchange exchange) throws IOException;
    }

    private void edge(HttpExchange exchange, Work work) throws IOException {
        try (exchange) {
            work.handle(exchange);
        }
    }

    private void control(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
            case "GET /control/ledger" -> answer(exchange, 200, ledger.json(JSON.createArrayNode()));
            case "GET /control/last" -> answer(exchange, 200, JSON.valueToTree(last.get()));
            case "PUT /control/mode" -> {
                String[] words = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII)
                        .strip()
                        .split(" ");
                plan.set(new Plan(Mode.valueOf(words[0]), Integer.parseInt(words[1])));
                answer(exchange, 200, JSON.createObjectNode());
            }
            default -> answer(exchange, 404, problem("not_found"));
        }
    }

    private void movement(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!authorised(exchange)) {
            answer(exchange, 401, problem("unauthorised"));
            return;
        }
        Mode mode = plan.getAndUpdate(now -> new Plan(now.left() > 1 ? now.mode() : Mode.NORMAL, now.left() - 1))
                .mode();
        String path = exchange.getRequestURI().getPath();
        if (mode.before()) {
            fail(exchange, mode);
        } else if (exchange.getRequestMethod().equals("GET") && path.startsWith("/movements/")) {
            Optional<ObjectNode> known = ledger.asked(path.substring("/movements/".length()), JSON.createObjectNode());
            finish(exchange, mode, known.isPresent() ? 200 : 404, known.orElseGet(() -> problem("unknown")));
        } else if (exchange.getRequestMethod().equals("POST") && path.equals("/movements")) {
            post(exchange, mode, body);
        } else {
            answer(exchange, 404, problem("not_found"));
        }
    }

    private void post(HttpExchange exchange, Mode mode, byte[] body) throws IOException {
        JsonNode said;
        try {
            said = JSON.readTree(body);
        } catch (IOException e) {
            answer(exchange, 400, problem("malformed"));
            return;
        }
        remember(exchange, said);
        String id = said.path("id").asText();
        if (!id.equals(exchange.getRequestHeaders().getFirst("Idempotency-Key"))) {
            answer(exchange, 400, problem("idempotency_key"));
            return;
        }
        ClearingLedger.Outcome outcome = ledger.carryOut(said);
        if (outcome.conflict()) {
            answer(exchange, 409, problem("conflict"));
        } else {
            finish(exchange, mode, 200, outcome.entry().json(JSON.createObjectNode()));
        }
    }

    private void finish(HttpExchange exchange, Mode mode, int status, ObjectNode said) throws IOException {
        switch (mode) {
            case NORMAL -> answer(exchange, status, said);
            case OTHER_AFTER -> answer(exchange, 200, said.put("id", "00000000-0000-0000-0000-000000000000"));
            case GARBAGE_AFTER -> write(exchange, 200, "{\"status\":\"confirmed\"".getBytes(StandardCharsets.US_ASCII));
            default -> fail(exchange, mode);
        }
    }

    private void fail(HttpExchange exchange, Mode mode) throws IOException {
        switch (mode) {
            case SILENT_BEFORE, SILENT_AFTER -> silence();
            case ERROR_BEFORE, ERROR_AFTER -> answer(exchange, 500, problem("internal"));
            case BUSY -> answer(exchange, 429, problem("busy"));
            case DRIP_AFTER -> endless(exchange, "{", 1);
            case FLOOD_AFTER -> endless(exchange, " ".repeat(65_536), 0);
            default -> {
                // closing the exchange without an answer hangs up
            }
        }
    }

    private void silence() {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void endless(HttpExchange exchange, String again, long seconds) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        while (true) {
            out.write(again.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
        }
    }

    private boolean authorised(HttpExchange exchange) throws IOException {
        Path token = folder.resolve("token");
        String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        return !Files.exists(token)
                || given.equals("Bearer " + Files.readString(token).strip());
    }

    /** The fields, not what they said. */
    private void remember(HttpExchange exchange, JsonNode said) {
        Map<String, String> fields = new TreeMap<>();
        flat("", said, fields);
        fields.put("(connection)", String.valueOf(exchange.getRequestHeaders().getFirst("Connection")));
        exchange.getRequestHeaders().keySet().forEach(header -> fields.put("(header) " + header, ""));
        last.set(fields);
    }

    private static void flat(String name, JsonNode node, Map<String, String> fields) {
        if (node.isObject()) {
            node.properties()
                    .forEach(member ->
                            flat(name + (name.isEmpty() ? "" : ".") + member.getKey(), member.getValue(), fields));
        } else {
            fields.put(name, sha256(node.asText()));
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode problem(String reason) {
        return JSON.createObjectNode().put("type", "about:blank").put("reason", reason);
    }

    private static void answer(HttpExchange exchange, int status, JsonNode said) throws IOException {
        write(exchange, status, JSON.writeValueAsBytes(said));
    }

    private static void write(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders()
                .set("Content-Type", status < 400 ? "application/json" : "application/problem+json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
