package org.pledge.connectors.opendsr.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** A partner on loopback that takes data at {@code /inbox}, requests at {@code /opendsr/v2}, and signs its answers. */
final class FakeProcessor implements AutoCloseable {
    private static final String PASSWORD = "correct-horse";

    /** What arrived. */
    record Received(String method, String path, Headers headers, byte[] body) {}

    final List<Received> received = new CopyOnWriteArrayList<>();
    final AtomicReference<Integer> status = new AtomicReference<>(201);
    final AtomicReference<String> stands = new AtomicReference<>("pending");
    final AtomicReference<String> domain = new AtomicReference<>("127.0.0.1");
    final AtomicReference<String> about = new AtomicReference<>("");
    final AtomicReference<UnaryOperator<ObjectNode>> change = new AtomicReference<>(it -> it);
    final AtomicReference<UnaryOperator<byte[]>> afterSigning = new AtomicReference<>(it -> it);
    private final PrivateKey key;
    private final HttpServer server;

    FakeProcessor(Path folder, String name) {
        try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            key = (PrivateKey) store.getKey("key", PASSWORD.toCharArray());
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    /** Makes a key, and its certificate as {@code NAME.pem}. */
    static byte[] certificate(Path folder, String name, String... algorithm) {
        keytool(
                folder,
                name,
                "-genkeypair",
                List.of("-validity", "3650", "-startdate", "2026/01/01 00:00:00", "-dname", "CN=" + name),
                algorithm);
        keytool(folder, name, "-exportcert", List.of("-rfc", "-file", folder.resolve(name + ".pem") + ""));
        try {
            return Files.readAllBytes(folder.resolve(name + ".pem"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void keytool(Path folder, String name, String command, List<String> more, String... algorithm) {
        List<String> line = new CopyOnWriteArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                command,
                "-alias",
                "key",
                "-keystore",
                folder.resolve(name + ".p12").toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        line.addAll(more);
        line.addAll(List.of(algorithm));
        try {
            Process process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().toString();
        received.add(new Received(exchange.getRequestMethod(), path, exchange.getRequestHeaders(), body));
        if (!path.startsWith("/opendsr/v2/requests")) {
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
            return;
        }
        boolean asked = exchange.getRequestMethod().equals("GET");
        ObjectNode answer = Json.made().put("controller_id", "korax");
        if (asked) {
            answer.put("subject_request_id", path.substring(path.lastIndexOf('/') + 1))
                    .put("request_status", stands.get());
        } else {
            answer.put(
                    "subject_request_id",
                    Json.object(body)
                            .map(it -> it.path("subject_request_id"))
                            .map(JsonNode::asText)
                            .orElse(""));
        }
        byte[] bytes = Json.bytes(change.get().apply(answer));
        exchange.getResponseHeaders().add("X-OpenDSR-Processor-Domain", domain.get());
        exchange.getResponseHeaders().add("X-OpenDSR-Signature", sign(bytes));
        if (!about.get().isEmpty()) {
            exchange.getResponseHeaders().add("PledgeIdempotencyKey", about.get());
        }
        byte[] sent = afterSigning.get().apply(bytes);
        exchange.sendResponseHeaders(asked ? 200 : status.get(), sent.length);
        exchange.getResponseBody().write(sent);
        exchange.close();
    }

    private String sign(byte[] bytes) {
        try {
            Signature signature =
                    Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initSign(key);
            signature.update(bytes);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
