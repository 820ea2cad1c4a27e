package org.pledge.front.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.AbstractHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gates in a real server on loopback, before a context that finds nothing, and below {@code /restarting} none. */
class GateTest {
    private static final int NOTHING_THERE = 404;

    private final Server server = new Server();
    private final HttpConfiguration configuration = new HttpConfiguration();
    private final ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(configuration));
    private final HttpClient client = HttpClient.newHttpClient();
    private final Gate gate = new Gate();

    @BeforeEach
    void start() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        configuration.addCustomizer(gate);
        server.setHandler(new AbstractHandler() {
            @Override
            public void handle(String target, Request base, HttpServletRequest request, HttpServletResponse response)
                    throws IOException {
                if (target.equals("/restarting/inside")) {
                    base.setHandled(true);
                    response.sendError(503);
                } else if (!target.startsWith("/restarting") && !target.startsWith("/soap")) {
                    base.setHandled(true);
                    response.setStatus(NOTHING_THERE);
                }
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + connector.getLocalPort() + path);
        HttpRequest.BodyPublisher body =
                method.equals("POST") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody();
        return client.send(HttpRequest.newBuilder(uri).method(method, body).build(), BodyHandlers.ofString());
    }

    /** A context that restarts answers nothing, and the server itself would. */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
    void answersToComeBackInsteadOfTheServer(String method) throws IOException, InterruptedException {
        gate.open();
        for (String path : List.of("/restarting", "/restarting/inside", "/soap/v1", "/restarting")) {
            HttpResponse<String> answer = send(method, path);
            assertThat(answer.statusCode()).as(path).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(answer.headers().allValues("Content-Type"))
                    .containsExactly(path.startsWith("/soap") ? "text/xml;charset=utf-8" : "application/problem+json");
            assertThat(answer.body())
                    .isEqualTo(
                            method.equals("HEAD")
                                    ? ""
                                    : new String(
                                            Refusal.UNAVAILABLE
                                                    .message(path.startsWith("/soap"))
                                                    .body(),
                                            StandardCharsets.UTF_8));
        }
        assertThat(send(method, "/").statusCode()).isEqualTo(NOTHING_THERE);
    }

    @Test
    void answersEverybodyToComeBackUntilItIsOpen() throws IOException, InterruptedException {
        for (String path : List.of("/", "/api/v1/decisions", "/elsewhere", "/WEB-INF/web.xml")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(answer.body()).contains("\"code\":\"UNAVAILABLE\"");
        }
        assertThat(get("/soap/v1").body()).contains("<faultcode>soap:Server</faultcode>");
        gate.open();
        assertThat(get("/api/v1/decisions").statusCode()).isEqualTo(NOTHING_THERE);
        gate.shut();
        assertThat(get("/api/v1/decisions").statusCode()).isEqualTo(503);
    }

    @Test
    void hidesTheFoldersOfAWebApplicationWithoutTheServersPage() throws IOException, InterruptedException {
        gate.open();
        for (String path : List.of("/WEB-INF/web.xml", "/web-inf", "/x/../META-INF/MANIFEST.MF", "/%57EB-INF/")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body()).as(path).contains("\"code\":\"NOT_FOUND\"");
        }
        assertThat(get("/api/v1/WEB-INF").body()).doesNotContain("NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/cards/4111111111111111",
                "/api/v1/cards/4111-1111-1111-1111/uses",
                "/api/v1/cards/4111%201111%201111%201111",
                "/api/v1/cards/%34111111111111111",
                "/api/v1/cards/4111111111111111;x=y",
                "/4111111111111111"
            })
    void aNumberInAPathGoesNoFurther(String path) throws IOException, InterruptedException {
        gate.open();
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("\"code\":\"NOT_FOUND\"").doesNotContain("1111");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/payments/41111111-1111-4111-8111-111111111111",
                "/api/v1/cards/4111111111111112",
                "/api/v1/subjects/a4111111111111111"
            })
    void whatOnlyLooksLikeANumberGoesOn(String path) throws IOException, InterruptedException {
        gate.open();
        assertThat(get(path).body()).doesNotContain("NOT_FOUND");
    }

    @Test
    void saysNothingMoreOnceAnotherHasTakenItsPlace() throws IOException, InterruptedException {
        configuration.addCustomizer(gate);
        Gate next = new Gate();
        configuration.addCustomizer(next);
        gate.run();
        assertThat(get("/").statusCode()).isEqualTo(503);
        next.open();
        assertThat(get("/").statusCode()).isEqualTo(NOTHING_THERE);
        assertThat(configuration.getCustomizers()).containsExactly(next);
    }
}
