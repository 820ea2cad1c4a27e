package org.pledge.front.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.servlet.AsyncContext;
import javax.servlet.DispatcherType;
import javax.servlet.http.Cookie;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.cookies.CookieRules;
import org.pledge.cookies.RegisteredCookie;

/** The front on a real server on loopback. */
class FrontTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final String REGISTER =
            "prefs first-party preferences PREFERENCE P1Y, sid first-party service SESSION session,"
                    + " seen first-party counting STATISTICS P1D";

    private final Entrance api = new Entrance("/api/v1");
    private final Entrance soap = new Entrance("/soap/v1");
    private final List<String> stripped = new CopyOnWriteArrayList<>();
    private final List<String> withheld = new CopyOnWriteArrayList<>();
    private final Backend backend = new Backend();
    private final Server server = new Server();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ServerConnector connector;

    /** What stands behind the front. */
    private static final class Backend extends HttpServlet {
        private static final long serialVersionUID = 1L;
        final transient CountDownLatch go = new CountDownLatch(1);
        final AtomicBoolean gpc = new AtomicBoolean();

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            gpc.set(Boolean.TRUE.equals(request.getAttribute(Front.GPC)));
            switch (request.getParameter("do") == null ? "" : request.getParameter("do")) {
                case "wait" -> pause();
                case "later" -> {
                    AsyncContext later = request.startAsync();
                    later.start(() -> {
                        pause();
                        later.complete();
                    });
                }
                case "cookie" -> response.addHeader("Set-Cookie", request.getHeader("X-Cookie"));
                case "cookie-set" -> response.setHeader("Set-Cookie", request.getHeader("X-Cookie"));
                case "cookie-object" -> {
                    Cookie cookie = new Cookie("sid", "abc");
                    cookie.setMaxAge(60);
                    response.addCookie(cookie);
                }
                case "session" -> request.getSession();
                case "not-found" -> response.sendError(404);
                case "conflict" -> response.sendError(409, "john@example.org");
                case "cxf" -> {
                    response.setStatus(404);
                    response.setContentType("text/html");
                    response.getWriter().write("<html><body>No service was found.</body></html>");
                }
                case "problem" -> {
                    response.setStatus(404);
                    response.setContentType("application/problem+json");
                    response.getOutputStream().print("{}");
                }
                case "number" -> number(request.getParameter("how"), response);
                case "number-later" -> {
                    AsyncContext later = request.startAsync();
                    later.start(() -> numberLater(later, request.getParameter("how")));
                }
                default -> {
                    response.addHeader("Cache-Control", "max-age=3600");
                    response.getOutputStream().print("served");
                }
            }
        }

        private static void number(String how, HttpServletResponse response) throws IOException {
            response.setHeader("ETag", "\"1\"");
            switch (how) {
                case "json" -> response.getOutputStream().print("{\"n\":\"4111111111111111\"}");
                case "length" -> {
                    response.setContentLength(16);
                    response.getOutputStream().print("4111111111111111");
                }
                case "error" -> {
                    response.setStatus(422);
                    response.setContentType("application/problem+json");
                    response.getOutputStream().print("{\"detail\":\"4111 1111 1111 1111\"}");
                }
                case "writer" -> {
                    response.setContentType("text/plain");
                    response.setCharacterEncoding("UTF-16");
                    response.getWriter().print("é 4111-1111-1111-1111");
                }
                case "header" -> {
                    response.setHeader("X-Card", "4111111111111111");
                    response.getOutputStream().print("{}");
                }
                case "redirect" -> response.sendRedirect("/api/v1/cards/4111111111111111");
                case "compressed" -> {
                    response.setHeader("Content-Encoding", "gzip");
                    response.getOutputStream().print("whatever");
                }
                case "chunked" -> {
                    response.getOutputStream().print("{\"n\":\"4111");
                    response.flushBuffer();
                    response.getOutputStream().print("1111");
                    response.flushBuffer();
                    response.getOutputStream().print("11111111\"}");
                }
                case "none" -> {
                    response.setContentType("text/plain;charset=UTF-8");
                    response.getWriter().print("é 4111");
                    response.flushBuffer();
                    response.getWriter().print("111111111112");
                }
                default -> throw new IllegalArgumentException(how);
            }
        }

        private static void numberLater(AsyncContext later, String how) {
            try {
                number(how, (HttpServletResponse) later.getResponse());
                later.complete();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void pause() {
            try {
                go.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @BeforeEach
    void start() throws Exception {
        connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);
        Front front = new Front(
                List.of(api, soap),
                new CookieRules(RegisteredCookie.register(REGISTER), Clock.fixed(NOW, ZoneOffset.UTC)),
                new Front.Settings("2026-11-22", "cookie-consent"),
                (fault, cookie, place) -> stripped.add(fault + " " + cookie + " " + place),
                withheld::add);
        FilterHolder filter = new FilterHolder(front);
        filter.setAsyncSupported(true);
        context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
        ServletHolder holder = new ServletHolder(backend);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/api/*");
        context.addServlet(holder, "/soap/*");
        context.addServlet(holder, "/other/*");
        server.setHandler(context);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        backend.go.countDown();
        threads.shutdownNow();
        server.stop();
    }

    private HttpResponse<String> send(String method, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + connector.getLocalPort() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, headers);
    }

    private static List<String> header(HttpResponse<String> answer, String name) {
        return answer.headers().allValues(name);
    }

    private static void assertComeBack(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(header(answer, "Retry-After")).containsExactly("1");
        assertThat(header(answer, "Cache-Control")).containsExactly("no-store");
        assertThat(header(answer, "Content-Type")).containsExactly("application/problem+json");
        assertThat(answer.body()).contains("\"status\":503", "\"code\":\"UNAVAILABLE\"", "\"remedy\":");
    }

    // who serves, and who does not

    @Test
    void saysComeBackWhileNobodyServes() {
        List.of("/api/v1", "/api/v1/", "/api/v1/health?x=1", "/%61pi/v1/health", "/api;a=b/v1/x", "/other/../api/v1/x")
                .forEach(path -> assertComeBack(get(path)));
        assertThat(get("/api/v10/x").statusCode()).isEqualTo(200);
    }

    @Test
    void tellsASoapCallerByAFault() {
        HttpResponse<String> answer = send("POST", "/soap/v1");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(header(answer, "Retry-After")).containsExactly("1");
        assertThat(header(answer, "Content-Type")).containsExactly("text/xml;charset=utf-8");
        assertThat(answer.body()).contains("<faultcode>soap:Server</faultcode>", "<code>UNAVAILABLE</code>");
    }

    @Test
    void letsThroughWhatIsServed() {
        api.open();

        assertThat(get("/api/v1/x").body()).isEqualTo("served");
        assertThat(send("POST", "/soap/v1").statusCode()).isEqualTo(503);
        assertThat(api.inside()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "later"})
    void whoIsInsideEndsBeforeThePartGoesAndNobodyElseComesIn(String how) throws Exception {
        api.open();
        Future<HttpResponse<String>> inside = threads.submit(() -> get("/api/v1/x?do=" + how));
        await().until(() -> api.inside() == 1);
        Future<Integer> closing = threads.submit(() -> api.close(Duration.ofSeconds(20)));
        await().until(() -> get("/api/v1/x").statusCode() == 503);
        assertThat(closing.isDone()).isFalse();

        backend.go.countDown();

        assertThat(inside.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(closing.get(20, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void waitsNoLongerThanItMay() throws Exception {
        api.open();
        Future<HttpResponse<String>> inside = threads.submit(() -> get("/api/v1/x?do=wait"));
        await().until(() -> api.inside() == 1);

        assertThat(api.close(Duration.ofMillis(1))).isOne();

        backend.go.countDown();
        assertThat(inside.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void aPartThatIsReplacedWhileItsSuccessorServesNeedNotBeEmpty() {
        api.open();
        api.open();
        assertThat(api.enter()).isTrue();

        assertThat(api.close(Duration.ofSeconds(20))).isZero();
        assertThat(api.enter()).isTrue();
    }

    /** No request is answered by the server's own page, however often the part goes and comes. */
    @Test
    void underLoadEveryAnswerIsThePartsOwnOrComeBack() throws Exception {
        AtomicBoolean on = new AtomicBoolean(true);
        List<Future<Set<Integer>>> callers = IntStream.range(0, 4)
                .mapToObj(caller -> threads.submit(() -> {
                    Set<Integer> seen = new TreeSet<>();
                    while (on.get()) {
                        seen.add(get("/api/v1/x").statusCode());
                    }
                    return seen;
                }))
                .toList();
        for (int i = 0; i < 50; i++) {
            api.open();
            await().until(() -> get("/api/v1/x").statusCode() == 200);
            assertThat(api.close(Duration.ofSeconds(20))).isZero();
            assertThat(api.inside()).isZero();
            assertThat(get("/api/v1/x").statusCode()).isEqualTo(503);
        }
        on.set(false);
        for (Future<Set<Integer>> caller : callers) {
            assertThat(Set.of(200, 503)).containsAll(caller.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void aPathWhosePartIsJustGoingIsNoMissingPath() {
        api.open();

        assertComeBack(get("/api/v1/x?do=not-found"));
        assertComeBack(get("/api/v1/x?do=cxf"));
        HttpResponse<String> own = get("/api/v1/x?do=problem");
        assertThat(own.statusCode()).isEqualTo(404);
        assertThat(own.body()).isEqualTo("{}");
    }

    // pages, headers, methods

    @Test
    void showsNoPageOfTheServer() {
        for (String path : List.of("/nothing", "/other/x?do=not-found", "/other/x?do=cxf")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(header(answer, "Content-Type")).containsExactly("application/problem+json");
            assertThat(answer.body()).contains("\"code\":\"NOT_FOUND\"").doesNotContain("html", "Jetty");
        }
        HttpResponse<String> conflict = get("/other/x?do=conflict");
        assertThat(conflict.statusCode()).isEqualTo(409);
        assertThat(conflict.body()).contains("\"status\":409").doesNotContain("john");
    }

    @Test
    void everyAnswerHasTheSecurityHeadersOnce() {
        api.open();
        for (String path : List.of("/", "/nothing", "/api/v1/x", "/soap/v1", "/api/v1/x?do=cxf", "/other/x")) {
            HttpResponse<String> answer = get(path);
            assertThat(header(answer, "X-Content-Type-Options")).as(path).containsExactly("nosniff");
            assertThat(header(answer, "Referrer-Policy")).as(path).containsExactly("no-referrer");
            assertThat(header(answer, "Content-Security-Policy")).as(path).hasSize(1);
            assertThat(header(answer, "Cache-Control")).as(path).hasSize(1);
        }
        assertThat(header(get("/api/v1/x"), "Cache-Control")).containsExactly("max-age=3600");
    }

    @Test
    void neitherTraceNorTrackIsTaken() {
        api.open();
        for (String method : List.of("TRACE", "TRACK", "track", "connect")) {
            HttpResponse<String> answer = send(method, "/api/v1/x", "X-Secret", "s3cret");
            assertThat(answer.statusCode()).as(method).isEqualTo(405);
            assertThat(header(answer, "Allow")).hasSize(1);
            assertThat(answer.body()).doesNotContain("s3cret");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/<x> HTTP/1.1",
                "GET /api/v1/%u0041 HTTP/1.1",
                "GET /api/v1/x?a=%zz HTTP/1.1",
                "GET /api/v1/x?a=% HTTP/1.1",
                "GET /api/v1/x HTTP/1.1\r\nContent-Type: text/plain; charset=no-such-set",
                "GET /api/v1/x HTTP/1.1\r\nContent-Type: text/plain; charset=<x>"
            })
    void whatCannotBeReadIsRefused(String line) throws IOException {
        api.open();

        assertThat(raw(line)).startsWith("HTTP/1.1 400 ").contains("the request cannot be read");
    }

    @Test
    void nobodyIsConnectedToAnywhere() throws IOException {
        assertThat(raw("CONNECT 127.0.0.1:1 HTTP/1.1")).startsWith("HTTP/1.1 405 ");
    }

    @Test
    void anEscapedSlashEndsASegmentAsItDoesInTheServer() throws IOException {
        api.open();

        assertThat(RequestPath.of("/api/v1/..%2f..%2fetc/a%2Fb")).isEqualTo("/etc/a/b");
        assertThat(raw("GET /api/v1/x/..%2f..%2f..%2fnobody/serves HTTP/1.1")).doesNotContain(" 503 ");
    }

    private String raw(String line) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", connector.getLocalPort());
                OutputStream out = socket.getOutputStream()) {
            out.write((line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aHeaderWithALineBreakInsideIsRefused() throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\rSet-Cookie: b=c\r\nConnection: close\r\n\r\n";
        try (Socket socket = new Socket("127.0.0.1", connector.getLocalPort());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void saysAtTheRootWhereToGo() {
        assertThat(get("/").body()).contains("\"documentation\":\"/api/v1/docs/\"");
        assertThat(send("POST", "/").statusCode()).isEqualTo(405);
        assertThat(send("HEAD", "/").body()).isEmpty();
    }

    // global privacy control and cookies

    @Test
    void publishesThatItHonoursGlobalPrivacyControl() {
        assertThat(get("/.well-known/gpc.json").body()).isEqualTo("{\"gpc\":true,\"lastUpdate\":\"2026-11-22\"}");
        get("/other/x", "Sec-GPC", "1");
        assertThat(backend.gpc).isTrue();
        get("/other/x", "Sec-GPC", "0");
        assertThat(backend.gpc).isFalse();
    }

    private List<String> cookies(String cookie, String... headers) {
        String[] all =
                Stream.concat(Stream.of("X-Cookie", cookie), Stream.of(headers)).toArray(String[]::new);
        List<String> added = header(get("/other/x?do=cookie", all), "Set-Cookie");
        assertThat(header(get("/other/x?do=cookie-set", all), "Set-Cookie")).isEqualTo(added);
        return added;
    }

    @Test
    void setsWhatIsRegistered() {
        List.of(
                        "prefs=lang:en; Max-Age=31536000",
                        "sid=8b1f0c5e7a; HttpOnly",
                        "prefs=dark; Expires=Wed, 21 Oct 2020 07:28:00 GMT")
                .forEach(cookie -> assertThat(cookies(cookie)).containsExactly(cookie));
        assertThat(stripped).isEmpty();
    }

    @Test
    void stripsWhatIsNotRegistered() {
        assertThat(cookies("tracker=1")).isEmpty();
        assertThat(cookies("no-value")).isEmpty();
        assertThat(stripped).contains("UNREGISTERED tracker elsewhere");
    }

    @Test
    void aSessionCookieEndsWithTheBrowser() {
        assertThat(cookies("sid=1; Max-Age=60")).isEmpty();
        assertThat(cookies("sid=1; max-age=x")).isEmpty();
        assertThat(cookies("sid=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT")).isEmpty();
        assertThat(cookies("sid=1; Max-Age=0")).hasSize(1);
        assertThat(header(get("/other/x?do=cookie-object"), "Set-Cookie")).isEmpty();
        assertThat(stripped).contains("LIVES_TOO_LONG sid elsewhere");
    }

    @Test
    void noCookieOutlivesItsRegisteredLife() {
        assertThat(cookies("prefs=dark; Max-Age=31536001")).isEmpty();
        assertThat(cookies("prefs=dark; Expires=Mon, 21 Nov 2027 07:28:00 GMT")).isEmpty();
        assertThat(cookies("prefs=dark; Expires=Sun, 21 Nov 2027 07:28:00 GMT")).hasSize(1);
    }

    @Test
    void noCookieHoldsAnAddressOrANumber() {
        List.of(
                        "john@example.org",
                        "am9obkBleGFtcGxlLm9yZw==",
                        "john%40example.org",
                        "192.0.2.7",
                        "v%3A192.0.2.7",
                        "2001:db8::1",
                        "4111-1111-1111-1111",
                        "4111111111111111")
                .forEach(value -> {
                    assertThat(cookies("prefs=" + value)).as(value).isEmpty();
                    assertThat(cookies("sid=" + value)).as(value).isEmpty();
                });
        assertThat(stripped).allMatch(each -> each.startsWith("PERSONAL_VALUE"));
    }

    @Test
    void aPreferenceHoldsNoSecret() {
        List.of("8f14e45fceea167a5a36dedd4bea2543", "password=hunter2", "Zm9vYmFyMTIzNDU2Nzg5MA", "token%3Dx")
                .forEach(
                        value -> assertThat(cookies("prefs=" + value)).as(value).isEmpty());
        List.of("lang:en|theme:dark", "en-GB", "columns=3", "collapsed-sidebar")
                .forEach(
                        value -> assertThat(cookies("prefs=" + value)).as(value).hasSize(1));
        assertThat(cookies("sid=8f14e45fceea167a5a36dedd4bea2543")).hasSize(1);
    }

    @Test
    void whatAVisitorRefusesIsNotSet() {
        for (String[] refusal : List.of(new String[] {"Sec-GPC", "1"}, new String[] {"DNT", "1"}, new String[] {
            "Cookie", "cookie-consent=refused"
        })) {
            assertThat(cookies("prefs=dark", refusal)).isEmpty();
            assertThat(cookies("seen=yes", refusal)).isEmpty();
            assertThat(cookies("sid=1", refusal)).hasSize(1);
            assertThat(cookies("seen=; Max-Age=0", refusal)).as("its removal").hasSize(1);
        }
        assertThat(cookies("seen=yes", "Cookie", "cookie-consent=granted", "Sec-GPC", "1"))
                .isEmpty();
    }

    @Test
    void statisticsNeedAYes() {
        assertThat(cookies("seen=yes")).isEmpty();
        assertThat(stripped).containsOnly("NO_PRIOR_CONSENT seen elsewhere");
        assertThat(cookies("seen=yes", "Cookie", "cookie-consent=granted")).hasSize(1);
        assertThat(cookies("seen=yes", "Cookie", "cookie-consent=preference.statistics"))
                .hasSize(1);
        assertThat(cookies("seen=yes", "Cookie", "cookie-consent=granted; cookie-consent=refused"))
                .isEmpty();
    }

    @Test
    void thereIsNoSessionWithoutItsCookieInTheRegister() {
        api.open();
        HttpResponse<String> answer = get("/api/v1/x?do=session");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(header(answer, "Set-Cookie")).isEmpty();
        assertThat(answer.body()).contains("\"code\":\"INCIDENT\"").doesNotContain("html", "Exception", "JSESSIONID");
        assertThat(api.inside()).isZero();
    }

    // card numbers

    @ParameterizedTest
    @ValueSource(strings = {"json", "length", "error", "writer", "header", "redirect", "compressed"})
    void noAnswerHoldsACardNumber(String how) {
        List.of("/other/x?do=number&how=", "/other/x?do=number-later&how=").forEach(path -> {
            withheld.clear();
            HttpResponse<String> answer = get(path + how, "Accept-Encoding", "gzip");

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body())
                    .contains("\"code\":\"WITHHELD\"", "\"remedy\":")
                    .doesNotContain("1111");
            assertThat(header(answer, "Content-Type")).containsExactly("application/problem+json");
            assertThat(answer.headers().map()).doesNotContainKeys("etag", "x-card", "location", "content-encoding");
            assertThat(header(answer, "Cache-Control")).containsExactly("no-store");
            assertThat(withheld).containsExactly("elsewhere");
        });
    }

    @Test
    void aSoapCallerGetsAFaultInsteadOfACardNumber() {
        soap.open();
        HttpResponse<String> answer = get("/soap/v1/x?do=number&how=json");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("<code>WITHHELD</code>").doesNotContain("1111");
        assertThat(withheld).containsExactly("/soap/v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"number", "number-later"})
    void anAnswerThatHasBegunIsCutBeforeTheNumber(String how) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", connector.getLocalPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /other/x?do=" + how + "&how=chunked HTTP/1.1\r\nHost: x\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(all).contains("{\"n\":\"").doesNotContain("4111", "1111", "\r\n0\r\n");
        }
        assertThat(withheld).containsExactly("elsewhere");
    }

    @ParameterizedTest
    @ValueSource(strings = {"number", "number-later"})
    void whatOnlyLooksLikeACardNumberArrivesWhole(String how) {
        assertThat(get("/other/x?do=" + how + "&how=none").body()).isEqualTo("é 4111111111111112");
        assertThat(withheld).isEmpty();
    }
}
