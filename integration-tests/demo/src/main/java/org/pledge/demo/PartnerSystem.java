package org.pledge.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A partner's system: an HTTP server that takes what is posted to it, refuses what is not signed for it, and remembers
 * every connection and every byte. It acts once on each {@code webhook-id}, however often that is posted.
 *
 * <p>It listens on two free loopback ports and prints them as {@code INBOX n} and {@code CONTROL n}. The control port
 * answers {@code GET /received} and {@code POST /answer/STATUS}, which sets the status it answers with from then on.
 * It ends when its standard input does. Its arguments are its name, the folder of the secrets, and {@code --stay}.
 */
public final class PartnerSystem {
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int UNAUTHORIZED = 401;

    private final List<Map<String, Object>> messages = new ArrayList<>();
    private final Set<String> acted = new HashSet<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger answer = new AtomicInteger(200);

    private final Webhook webhook;

    private PartnerSystem(Webhook webhook) {
        this.webhook = webhook;
    }

    /** Runs until the standard input ends, or for ever with the argument {@code --stay}. */
    public static void main(String[] arguments) throws IOException {
        PartnerSystem system = new PartnerSystem(new Webhook(Path.of(arguments[1]), arguments[0]));
        ServerSocket inbox = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        HttpServer control = system.control();
        Thread acceptor = new Thread(() -> system.accept(inbox), "inbox");
        acceptor.setDaemon(true);
        acceptor.start();
        control.start();
        System.out.println("INBOX " + inbox.getLocalPort());
        System.out.println("CONTROL " + control.getAddress().getPort());
        if (List.of(arguments).contains("--stay")) {
            new java.util.concurrent.CompletableFuture<Void>().join();
        }
        InputStream in = System.in;
        while (in.read() >= 0) {
            // nothing is said to it
        }
        control.stop(0);
        inbox.close();
    }

    private HttpServer control() throws IOException {
        HttpServer control = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        control.createContext("/received", exchange -> {
            byte[] body;
            synchronized (messages) {
                int before = ended.get(); // with as many connections afterwards, none is under way
                body = new ObjectMapper()
                        .writeValueAsBytes(
                                Map.of("ended", before, "connections", connections.get(), "messages", messages));
            }
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        control.createContext("/answer/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            answer.set(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        return control;
    }

    private void accept(ServerSocket inbox) {
        while (!inbox.isClosed()) {
            try {
                Socket socket = inbox.accept();
                Instant arrived = Instant.now();
                connections.incrementAndGet();
                Thread worker = new Thread(() -> serve(socket, arrived), "connection");
                worker.setDaemon(true);
                worker.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, Instant arrived) {
        try (socket) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String request = line(in);
            Map<String, String> headers = new TreeMap<>();
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                int colon = header.indexOf(':');
                headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).trim());
            }
            byte[] body = body(in, headers);
            String fault = webhook.fault(headers, body);
            int status = fault.isEmpty() ? answer.get() : UNAUTHORIZED;
            synchronized (messages) {
                messages.add(Map.of(
                        "request", request,
                        "headers", headers,
                        "body", new String(body, StandardCharsets.UTF_8),
                        "fault", fault,
                        "arrived", arrived.toString(),
                        "status", status,
                        "effect", status / 100 == 2 && acted.add(headers.get("webhook-id"))));
            }
            String reply = "HTTP/1.1 " + status + " -\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(reply.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
        } catch (IOException e) {
            System.err.println("connection ended: " + e.getClass().getSimpleName());
        } finally {
            ended.incrementAndGet();
        }
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        if (!headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return exactly(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            body.write(exactly(in, size));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        if (length > MAX_BODY_BYTES) {
            throw new IOException("body too large");
        }
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
            throw new EOFException();
        }
        return content;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
