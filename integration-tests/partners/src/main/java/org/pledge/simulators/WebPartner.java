package org.pledge.simulators;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/**
 * An HTTP and SOAP server: {@code WebPartner FOLDER [PORT]}. Writes each request to {@code FOLDER/NNNN.head} (request
 * line and headers, sorted) and {@code .body}. The path says how it answers: {@code /status/N} with that status,
 * {@code /soap} with an acknowledgement, {@code /soap/client} and {@code /soap/server} with a fault, {@code /soap/dtd},
 * {@code /soap/huge} and {@code /soap/other} with what nobody should accept, everything else with 204.
 *
 * <p>With {@code FOLDER/server.p12} ({@link Certificates}) it speaks HTTPS. With {@code FOLDER/secret} it checks each
 * signature, writes {@code genuine} or what is wrong to {@code .signature}, and answers 401 to what is not. A file
 * {@code FOLDER/die} makes it end after the next request, before the answer.
 */
public final class WebPartner {
    private static final String ENVELOPE =
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>" + "%s</s:Body></s:Envelope>";
    private static final String ACKNOWLEDGEMENT =
            "<acknowledgement xmlns=\"urn:pledge:callback:v1\"><reference>%s</reference></acknowledgement>";
    private static final String FAULT = "<s:Fault><faultcode>s:%s</faultcode><faultstring>no</faultstring></s:Fault>";

    private WebPartner() {}

    private record Answer(int status, String body) {}

    /** Starts it; prints {@code PORT <n>}. */
    public static void main(String[] arguments) throws IOException {
        Record record = new Record(Path.of(arguments[0]));
        int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        Path folder = Path.of(arguments[0]);
        HttpServer server = server(folder, new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> answer(exchange, record, folder));
        server.start();
        System.out.println("PORT " + server.getAddress().getPort());
        Until.inputEnds();
    }

    static HttpServer server(Path folder, InetSocketAddress address) throws IOException {
        if (!Files.exists(folder.resolve(Certificates.SERVER))) {
            return HttpServer.create(address, 64);
        }
        HttpsServer server = HttpsServer.create(address, 64);
        server.setHttpsConfigurator(new HttpsConfigurator(Certificates.context(folder)));
        return server;
    }

    private static void answer(HttpExchange exchange, Record record, Path folder) throws IOException {
        StringBuilder head = new StringBuilder(exchange.getRequestMethod() + " " + exchange.getRequestURI() + "\n");
        new TreeMap<>(exchange.getRequestHeaders())
                .forEach((name, values) -> values.forEach(
                        value -> head.append(name).append(": ").append(value).append('\n')));
        byte[] received = exchange.getRequestBody().readAllBytes();
        Map<String, byte[]> parts = new TreeMap<>(Map.of("head", bytes(head.toString())));
        Path secret = folder.resolve("secret");
        String fault =
                Files.exists(secret) ? WebhookSignature.fault(secret, exchange.getRequestHeaders(), received) : "";
        if (Files.exists(secret)) {
            parts.put("signature", bytes(fault.isEmpty() ? "genuine" : fault));
        }
        record.add(parts, "body", received);
        if (Files.deleteIfExists(folder.resolve("die"))) {
            Runtime.getRuntime().halt(1);
        }
        Answer answer = fault.isEmpty() ? answer(exchange.getRequestURI().getPath()) : new Answer(401, "");
        byte[] body = bytes(answer.body());
        exchange.getResponseHeaders().set("Content-Type", "text/xml; charset=utf-8");
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Answer answer(String path) {
        if (path.startsWith("/status/")) {
            return new Answer(Integer.parseInt(path.substring("/status/".length())), "");
        }
        String acknowledgement = ENVELOPE.formatted(ACKNOWLEDGEMENT.formatted("ref-1"));
        return switch (path) {
            case "/soap" -> new Answer(200, acknowledgement);
            case "/soap/client" -> new Answer(500, ENVELOPE.formatted(FAULT.formatted("Client")));
            case "/soap/server" -> new Answer(500, ENVELOPE.formatted(FAULT.formatted("Server")));
            case "/soap/dtd" ->
                new Answer(
                        200,
                        "<!DOCTYPE e [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
                                + acknowledgement.replace("ref-1", "&x;"));
            case "/soap/huge" -> new Answer(200, ENVELOPE.formatted(ACKNOWLEDGEMENT.formatted("x".repeat(1 << 20))));
            case "/soap/other" -> new Answer(200, ENVELOPE.formatted("<thanks/>"));
            default -> new Answer(204, "");
        };
    }
}
