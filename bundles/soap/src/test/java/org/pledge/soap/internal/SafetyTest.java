package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.pledge.soap.internal.Platform.element;
import static org.pledge.soap.internal.Platform.envelope;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;

class SafetyTest {
    private static final String ASK = OperationsTest.ASK;
    private static final String DECIDE = element("decide", ASK);

    private static Platform platform;
    private static ServerSocket outside;

    @BeforeAll
    static void open() throws IOException {
        platform = new Platform();
        outside = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterAll
    static void close() throws IOException {
        platform.close();
        outside.close();
    }

    @BeforeEach
    void decideDenies() {
        platform.stopped.clear();
        platform.sharing.calls().clear();
        platform.sharing.on("explain", args -> OperationsTest.DENIED);
    }

    private static HttpResponse<String> send(String text) {
        return platform.send(platform.post(text).header("Authorization", "Bearer " + platform.token(Role.OPERATOR)));
    }

    private static void assertProblem(HttpResponse<String> answer, int http, String code) {
        assertThat(answer.body()).contains("<code>" + code + "</code>");
        assertThat(answer.statusCode()).isEqualTo(http);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/xml;charset=utf-8");
        assertThat(answer.body()).doesNotContain("org.apache", "java.", "Exception", "cvc-", "wstx");
        XsdTest.assertFollowsTheSchema(answer.body());
    }

    static Stream<String> hostile() {
        String url = "http://127.0.0.1:" + outside.getLocalPort() + "/canary";
        String bombs = "<!DOCTYPE d [<!ENTITY a \"ha\">"
                + IntStream.range(1, 30)
                        .mapToObj(
                                i -> "<!ENTITY a" + i + " \"" + ("&a" + (i == 1 ? "" : i - 1) + ";").repeat(10) + "\">")
                        .collect(Collectors.joining())
                + "]>";
        String good = envelope("", DECIDE);
        return Stream.of(
                // entities and document types
                "<!DOCTYPE d [<!ENTITY x SYSTEM \"" + url + "\">]>" + good.replace("email", "&x;"),
                "<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + good.replace("email", "&x;"),
                "<!DOCTYPE d SYSTEM \"" + url + "\">" + good,
                "<!DOCTYPE d PUBLIC \"-//X//Y\" \"" + url + "\">" + good,
                "<!DOCTYPE d [<!ENTITY % p SYSTEM \"" + url + "\"> %p;]>" + good,
                "<!DOCTYPE d>" + good,
                "<?xml version=\"1.0\"?><!DOCTYPE d [<!ATTLIST d a CDATA \"canary\">]>" + good,
                bombs + good.replace("email", "&a29;"),
                good.replace("email", "&canary;"),
                good.replace("email", "&#0;"),
                // inclusion and locations
                good.replace(
                        "<field>email</field>",
                        "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"" + url + "\"/>"),
                envelope(
                        "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"" + url
                                + "\" soap:mustUnderstand=\"1\"/>",
                        DECIDE),
                "<?xml-stylesheet type=\"text/xsl\" href=\"" + url + "\"?>" + good,
                good.replace(
                        "<decide ",
                        "<decide xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" canary=\"1\""
                                + " xsi:schemaLocation=\"" + Platform.NS + " " + url + "\" "),
                good.replace(
                        "<field>email",
                        "<field xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"canary\">email"),
                good.replace(
                        "<field>email",
                        "<field xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\">email"),
                good.replace("<field>email", "<field href=\"cid:canary\">email"),
                good.replace(
                        "email",
                        "<xop:Include xmlns:xop=\"http://www.w3.org/2004/08/xop/include\" href=\"" + url + "\"/>"),
                // size and depth
                envelope("", "<a>".repeat(5_000) + "</a>".repeat(5_000)),
                envelope("<h:a xmlns:h=\"urn:h\">" + "<a>".repeat(60) + "</a>".repeat(60) + "</h:a>", DECIDE),
                good.replace("<field>email</field>", "<field>email</field>".repeat(1_500)),
                good.replace("<field>email</field>", "<field>email</field>".repeat(65)),
                good.replace("<decide ", "<decide " + attributes(2_000)),
                good.replace("<decide ", "<decide canary=\"" + "a".repeat(30_000) + "\" "),
                good.replace("email", "a".repeat(300)),
                good.replace("email", "a".repeat(60_000)),
                // form
                "",
                " ",
                "canary",
                "{\"canary\":1}",
                "<canary/>",
                good.substring(0, good.length() / 2),
                good + good,
                good + "<canary/>",
                good.replace("</soap:Body>", "<canary/></soap:Body>"),
                good.replace("</soap:Body>", DECIDE + "</soap:Body>"),
                "\u0000" + good,
                envelope("", ""),
                envelope("", "<canary/>"),
                envelope("", element("canary", "")),
                envelope("", element("decideResponse", "")),
                envelope("", element("decide", "")),
                envelope("", DECIDE.replace(Platform.NS, "urn:canary")),
                // what the schema does not know
                envelope("", element("decide", "<tenant>anyip</tenant>" + ASK)),
                envelope("", element("decide", ASK + "<tenant>anyip</tenant>")),
                envelope("", element("decide", ASK.replace(OperationsTest.SUBJECT, "canary"))),
                envelope("", element("decide", ASK + "<supplied>canary</supplied>")),
                envelope(
                        "",
                        element("decide", ASK + "<supplied name=\"a\">1</supplied><supplied name=\"a\">2</supplied>")),
                envelope("", element("decide", ASK + "<legalCase>' or 1=1 --</legalCase>")),
                // headers that must be understood
                envelope("<c:canary xmlns:c=\"urn:canary\" soap:mustUnderstand=\"1\"/>", DECIDE),
                envelope(
                        "<wsa:ReplyTo xmlns:wsa=\"http://www.w3.org/2005/08/addressing\" soap:mustUnderstand=\"1\">"
                                + "<wsa:Address>" + url + "</wsa:Address></wsa:ReplyTo>",
                        DECIDE));
    }

    private static String attributes(int count) {
        return IntStream.range(0, count).mapToObj(i -> "canary" + i + "=\"\" ").collect(Collectors.joining());
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void refusesHostileXmlWithoutReachingOut(String text) throws IOException {
        ByteArrayOutputStream captured = new ByteArrayOutputStream();

        HttpResponse<String> answer = logging(captured, () -> send(text));

        assertProblem(answer, 400, "MALFORMED");
        assertThat(platform.sharing.calls()).isEmpty();
        assertThat(answer.body() + captured.toString(StandardCharsets.UTF_8)).doesNotContain("canary");
        assertNobodyCalled();
    }

    /** Messages without a body, and bytes that are no text in the encoding they are sent as. */
    static Stream<Arguments> unreadable() {
        String good = envelope("", DECIDE);
        String soap = " xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"";
        byte[] wide = good.getBytes(StandardCharsets.UTF_16BE);
        return Stream.of(
                arguments("nothing", "text/xml", new byte[0]),
                arguments("blanks", "text/xml", utf8(" \r\n ")),
                arguments("an envelope and nothing in it", "text/xml", utf8("<soap:Envelope" + soap + "/>")),
                arguments("an envelope with blanks", "text/xml", utf8("<soap:Envelope" + soap + "> </soap:Envelope>")),
                arguments(
                        "an envelope with text", "text/xml", utf8("<soap:Envelope" + soap + ">canary</soap:Envelope>")),
                arguments(
                        "a header alone",
                        "text/xml",
                        utf8("<soap:Envelope" + soap + "><soap:Header/></soap:Envelope>")),
                arguments(
                        "a body of another namespace",
                        "text/xml",
                        utf8("<soap:Envelope" + soap + "><Body xmlns=\"urn:canary\"/></soap:Envelope>")),
                arguments(
                        "a body that is empty",
                        "text/xml",
                        utf8("<soap:Envelope" + soap + "><soap:Body/></soap:Envelope>")),
                arguments(
                        "a body of text",
                        "text/xml",
                        utf8("<soap:Envelope" + soap + "><soap:Body>canary</soap:Body></soap:Envelope>")),
                arguments(
                        "two bodies",
                        "text/xml",
                        utf8("<soap:Envelope" + soap + "><soap:Body/><soap:Body/></soap:Envelope>")),
                arguments("no UTF-8 in a text", "text/xml", latin(good.replace("email", "canary\u00ff\u00fe"))),
                arguments(
                        "no UTF-8 in a text, named",
                        "text/xml; charset=utf-8",
                        latin(good.replace("email", "canary\u00ff\u00fe"))),
                arguments("no UTF-8 in a name", "text/xml", latin(good.replace("decide", "d\u00e9cide"))),
                arguments(
                        "no UTF-8 in an attribute",
                        "text/xml",
                        latin(good.replace("<decide ", "<decide a=\"\u00ff\" "))),
                arguments("no UTF-8 in a header", "text/xml", latin(envelope("<a>\u00c3\u0028</a>", DECIDE))),
                arguments("no UTF-8 at the beginning", "text/xml", latin("\u00ff" + good)),
                arguments("no UTF-8 after the end", "text/xml", latin(good + "\u00ff")),
                arguments("half a character at the end", "text/xml", latin(good + "<!--\u00e2\u0082")),
                arguments("too long a form of a character", "text/xml", latin(good.replace("email", "\u00c0\u00af"))),
                arguments("half a pair as UTF-8", "text/xml", latin(good.replace("email", "\u00ed\u00a0\u0080"))),
                arguments(
                        "a character past the last",
                        "text/xml",
                        latin(good.replace("email", "\u00f5\u0080\u0080\u0080"))),
                arguments("no ASCII", "text/xml; charset=us-ascii", utf8(good.replace("email", "\u00e9"))),
                arguments("UTF-8 that is called UTF-16", "text/xml; charset=utf-16", utf8(good)),
                arguments("UTF-16 that is called UTF-8", "text/xml; charset=utf-8", wide),
                arguments(
                        "UTF-16 with a byte too few", "text/xml; charset=utf-16", Arrays.copyOf(wide, wide.length - 1)),
                arguments("half a pair as UTF-16", "text/xml; charset=utf-16", halfPair(good)),
                arguments("UTF-32", "text/xml", good.getBytes(Charset.forName("UTF-32"))),
                arguments(
                        "EBCDIC",
                        "text/xml",
                        ("<?xml version=\"1.0\" encoding=\"Cp037\"?>" + good).getBytes(Charset.forName("Cp037"))),
                arguments(
                        "an encoding nobody knows",
                        "text/xml",
                        utf8("<?xml version=\"1.0\" encoding=\"x-canary\"?>" + good)),
                arguments(
                        "an encoding that has no such name",
                        "text/xml",
                        utf8("<?xml version=\"1.0\" encoding=\"../canary\"?>" + good)),
                arguments(
                        "UTF-16 declared in UTF-8",
                        "text/xml",
                        utf8("<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + good)),
                arguments("a version nobody knows", "text/xml", utf8("<?xml version=\"9.9\"?>" + good)),
                arguments("random bytes", "text/xml", random()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One byte for each character. */
    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] halfPair(String text) {
        byte[] wide = text.getBytes(StandardCharsets.UTF_16BE);
        wide[2 * text.indexOf("email")] = (byte) 0xd8;
        return wide;
    }

    private static byte[] random() {
        byte[] bytes = new byte[2_000];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void whatCannotBeReadIsTheSendersFaultAndNoIncident(String name, String type, byte[] body) {
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        HttpRequest.Builder request = platform.request()
                .header("Content-Type", type)
                .header("Authorization", "Bearer " + platform.token(Role.OPERATOR))
                .POST(BodyPublishers.ofByteArray(body));

        HttpResponse<String> answer = logging(captured, () -> platform.send(request));

        assertThat(captured.toString(StandardCharsets.UTF_8)).doesNotContain("incident", "canary");
        assertProblem(answer, 400, "MALFORMED");
        assertThat(answer.body()).contains("<faultcode>soap:Client</faultcode>").doesNotContain("canary");
        assertThat(platform.sharing.calls()).isEmpty();
    }

    /** SOAP 1.1, section 4.4; SOAP 1.2, appendix A. */
    @Test
    void aMessageOfAnotherVersionOfSoapIsToldWhichOneIsSpoken() {
        String later = envelope("", DECIDE)
                .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
        for (String type : List.of(
                "application/soap+xml",
                "application/soap+xml; charset=utf-8; action=\"urn:pledge:sharing:v1/decide\"",
                "Application/SOAP+xml;charset=canary",
                "text/xml; charset=utf-8")) {
            HttpResponse<String> answer = platform.send(platform.request()
                    .header("Content-Type", type)
                    .header("Authorization", "Bearer " + platform.token(Role.OPERATOR))
                    .POST(BodyPublishers.ofString(later)));

            assertProblem(answer, 415, "VERSION_MISMATCH");
            assertThat(answer.body()).contains("<faultcode>soap:VersionMismatch</faultcode>", "SOAP 1.1");
        }
        assertThat(platform.sharing.calls()).isEmpty();
    }

    private static void assertNobodyCalled() throws IOException {
        outside.setSoTimeout(1);
        try {
            outside.accept().close();
            throw new AssertionError("the platform called out");
        } catch (SocketTimeoutException nobody) {
            assertThat(outside.isBound()).isTrue();
        }
    }

    @Test
    void repliesToTheCallerAndNotToAnAddressInTheMessage() throws IOException {
        String url = "http://127.0.0.1:" + outside.getLocalPort();
        String addressing = "<wsa:%s xmlns:wsa=\"http://www.w3.org/2005/08/addressing\"><wsa:Address>" + url
                + "</wsa:Address></wsa:%s>";

        HttpResponse<String> answer =
                send(envelope(addressing.replace("%s", "ReplyTo") + addressing.replace("%s", "FaultTo"), DECIDE));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("decideResponse").doesNotContain("addressing");
        assertNobodyCalled();
    }

    @Test
    void anActionThatNamesAnotherOperationIsNotFollowed() {
        HttpRequest.Builder request = HttpRequest.newBuilder(platform.address())
                .header("Content-Type", "text/xml")
                .header("Authorization", "Bearer " + platform.token(Role.OPERATOR))
                .header("SOAPAction", "\"urn:pledge:sharing:v1/withdraw\"")
                .POST(BodyPublishers.ofString(envelope("", DECIDE)));

        HttpResponse<String> answer = platform.send(request);

        assertThat(answer.statusCode()).isIn(200, 400);
        assertThat(platform.consents.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/related; type=\"application/xop+xml\"; boundary=b; start=\"<a>\"; start-info=\"text/xml\"",
                "application/xop+xml",
                "application/json",
                "text/plain",
                "text/xml; charset=utf-7",
                "text/xml; charset=ebcdic-cp-us",
                "text/xml; charset=canary",
                "application/fastinfoset",
                "text/xml, multipart/related"
            })
    void takesNoOtherType(String type) {
        HttpRequest.Builder request = HttpRequest.newBuilder(platform.address())
                .header("Content-Type", type)
                .header("Authorization", "Bearer " + platform.token(Role.OPERATOR))
                .POST(BodyPublishers.ofString(envelope("", DECIDE)));

        assertProblem(platform.send(request), 415, "UNSUPPORTED_TYPE");
    }

    @Test
    void takesNoMessageWithoutAType() {
        HttpRequest.Builder request = HttpRequest.newBuilder(platform.address())
                .header("Authorization", "Bearer " + platform.token(Role.OPERATOR))
                .POST(BodyPublishers.ofString(envelope("", DECIDE)));

        assertProblem(platform.send(request), 415, "UNSUPPORTED_TYPE");
    }

    @Test
    void takesNoCompressedMessage() {
        assertProblem(
                platform.send(platform.post(envelope("", DECIDE)).header("Content-Encoding", "gzip")),
                415,
                "UNSUPPORTED_TYPE");
    }

    @Test
    void takesUtf16() {
        HttpRequest.Builder request = HttpRequest.newBuilder(platform.address())
                .header("Content-Type", "text/xml; charset=\"utf-16\"")
                .header("Authorization", "Bearer " + platform.token(Role.OPERATOR))
                .POST(BodyPublishers.ofByteArray(envelope("", DECIDE).getBytes(StandardCharsets.UTF_16)));

        assertThat(platform.send(request).statusCode()).isEqualTo(200);
    }

    @Test
    void takes64KiBAtMostWhateverTheAnnouncedLength() {
        String padding = " ".repeat(Intake.LIMIT - envelope("", DECIDE).length());
        assertThat(send(envelope("", DECIDE) + padding).statusCode()).isEqualTo(200);
        String large = envelope("", DECIDE) + padding + " ";
        assertProblem(send(large), 413, "TOO_LARGE");
        assertProblem(
                platform.send(platform.request()
                        .header("Content-Type", "text/xml")
                        .POST(BodyPublishers.ofInputStream(
                                () -> new ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8))))),
                413,
                "TOO_LARGE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"})
    void takesNoOtherMethod(String method) {
        HttpResponse<String> answer = platform.send(platform.request()
                .header("Content-Type", "text/xml")
                .method(method, BodyPublishers.ofString(envelope("", DECIDE))));

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET, POST");
        assertThat(platform.sharing.calls()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void mapsEachKindToTheStatusOfRest(Kind kind) {
        platform.sharing.on("explain", args -> {
            throw new PledgeException(kind, "a fixed text")
                    .because(List.of("KX-1", "KX-2"))
                    .remedy("do this");
        });

        HttpResponse<String> answer = send(envelope("", DECIDE));

        int status =
                switch (kind) {
                    case MALFORMED -> 400;
                    case UNAUTHENTICATED -> 401;
                    case DENIED -> 403;
                    case NOT_FOUND -> 404;
                    case CONFLICT -> 409;
                    case STALE -> 412;
                    case INVALID -> 422;
                    case UNAVAILABLE -> 503;
                };
        assertProblem(answer, List.of(400, 401, 503).contains(status) ? status : 500, kind.name());
        assertThat(answer.body())
                .contains("<status>" + status + "</status>", "<detail>a fixed text</detail>")
                .contains("<promise>KX-1</promise><promise>KX-2</promise><remedy>do this</remedy>");
        assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(kind == Kind.UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sharing", "access"})
    void staysUpAndDeniesWhileAPartIsStopped(String part) {
        platform.stopped.add(part);

        HttpResponse<String> answer = send(envelope("", DECIDE));

        assertProblem(answer, 503, "UNAVAILABLE");
        assertThat(answer.body()).contains("Server</faultcode>", "the part '" + part + "' is stopped", "Retry");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        platform.stopped.clear();
        assertThat(send(envelope("", DECIDE)).statusCode()).isEqualTo(200);
    }

    @Test
    void tellsOnlyAnIncidentWhenSomethingUnexpectedHappensAndLogsNoMessage() {
        platform.sharing.on("explain", args -> {
            throw new IllegalStateException("canary@example.org", new RuntimeException("canary"));
        });
        ByteArrayOutputStream captured = new ByteArrayOutputStream();

        HttpResponse<String> answer = logging(captured, () -> send(envelope("", DECIDE)));

        assertProblem(answer, 500, "INCIDENT");
        String log = captured.toString(StandardCharsets.UTF_8);
        String incident = answer.body().replaceAll("(?s).*urn:uuid:([0-9a-f-]{36}).*", "$1");
        assertThat(log).contains("incident " + incident, "java.lang.IllegalStateException", "SafetyTest");
        assertThat(log + answer.body()).doesNotContain("canary");
    }

    @Test
    void anErrorIsAnIncident() {
        platform.sharing.on("explain", args -> {
            throw new StackOverflowError("canary");
        });

        HttpResponse<String> answer = send(envelope("", DECIDE));

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("<code>INCIDENT</code>").doesNotContain("canary", "StackOverflow");
    }

    @Test
    void saysWhereAMessageBreaksTheSchema() {
        assertThat(send(envelope("", "\n\n<decide xmlns=\"" + Platform.NS + "\">\n<tenant/></decide>"))
                        .body())
                .contains(
                        "<line>4</line>",
                        "subject is expected where another element stands",
                        "<remedy>Compare the message with the schema");
    }

    @Test
    void everyAnswerCarriesTheSecurityHeaders() {
        for (HttpResponse<String> answer : List.of(
                send(envelope("", DECIDE)),
                send("<x/>"),
                platform.send(platform.request().GET()))) {
            Map<String, List<String>> headers = answer.headers().map();
            assertThat(headers.get("X-Content-Type-Options")).containsExactly("nosniff");
            assertThat(headers.get("Cache-Control")).containsExactly("no-store");
            assertThat(headers.get("Content-Security-Policy")).hasSize(1);
            assertThat(headers).doesNotContainKeys("Access-Control-Allow-Origin", "Set-Cookie");
        }
    }

    private static <T> T logging(ByteArrayOutputStream into, Supplier<T> work) {
        PrintStream before = System.err;
        PrintStream capture = new PrintStream(into, true, StandardCharsets.UTF_8);
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                capture.println(
                        entry.getMessage() + " " + entry.getThrown() + " " + Arrays.toString(entry.getParameters()));
            }

            @Override
            public void flush() {
                capture.flush();
            }

            @Override
            public void close() {
                capture.flush();
            }
        };
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        System.setErr(capture);
        try {
            return work.get();
        } finally {
            System.setErr(before);
            root.removeHandler(handler);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "decide      | <partner>parcel-post</partner>                     | subject is expected where another",
                "decide      |                                                    | subject is missing",
                "decide      | <subject>018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31</subject> | partner is missing",
                "decide      | <subject>canary</subject>                          | a value that is no ",
                "openRequest | <subject>018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31</subject><type>canary</type> | none of ACCESS, ",
            })
    void namesWhatIsMissingOrMayStandThere(String operation, String content, String told) {
        HttpResponse<String> answer = send(envelope("", element(operation, content == null ? "" : content)));

        assertProblem(answer, 400, "MALFORMED");
        assertThat(answer.body()).contains(told, "<remedy>").doesNotContain("canary");
        assertThat(platform.sharing.calls()).isEmpty();
    }

    @Test
    void aNameOfTheCallersIsNotTold() {
        String message = envelope(
                "",
                "<decide xmlns=\"urn:pledge:sharing:v1\"><canary xmlns=\"One of '{x:canary}' is expected.\"/></decide>");

        HttpResponse<String> answer = send(message);

        assertProblem(answer, 400, "MALFORMED");
        assertThat(answer.body()).contains("subject is expected").doesNotContain("canary");
    }
}
