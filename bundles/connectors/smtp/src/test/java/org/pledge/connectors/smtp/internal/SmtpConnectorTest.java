package org.pledge.connectors.smtp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.connectors.outlet.Outlet;
import org.pledge.connectors.outlet.Outlet.Ended;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.Partner;
import org.pledge.simulators.Certificates;
import org.pledge.simulators.Simulator;

/** Against a mail server in a process of its own. */
class SmtpConnectorTest {
    private static final String LINK = "https://pledge.example/api/v1/unsubscribe/AbC-_9";

    @TempDir
    static Path folder;

    private static Simulator server;

    private final SmtpConnector connector = new SmtpConnector();
    private final Outlet outlet = new Outlet();
    private int before;

    @BeforeAll
    static void start() {
        server = Simulator.start("SmtpPartner", folder.resolve("plain"));
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @BeforeEach
    void connect() {
        outlet.add(connector);
        before = server.received(".eml").size();
    }

    @AfterEach
    void disconnect() {
        outlet.close();
    }

    private static Partner partner(int port, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of("from", "privacy@korax.example"));
        settings.putAll(more);
        return Outlet.partner("smtp", "smtp://127.0.0.1:" + port, settings);
    }

    private static Partner here(Map<String, String> more) {
        return partner(server.port(), more);
    }

    private static Map<String, List<String>> fields(String email, String... content) throws JsonProcessingException {
        Map<String, String> message = new TreeMap<>();
        for (int i = 0; i < content.length; i += 2) {
            message.put(content[i], content[i + 1]);
        }
        return Map.of("email", List.of(email), "message", List.of(new ObjectMapper().writeValueAsString(message)));
    }

    private static Map<String, List<String>> plain() throws JsonProcessingException {
        return fields("vera@person.example", "template", "t", "subject", "Hello", "text", "One\nTwo\n.\nThree\n");
    }

    /** The lines of the mail that came, as the server wrote it down. */
    private List<String> mail() throws IOException {
        await().until(() -> server.received(".eml").size() > before);
        Path file = server.received(".eml").get(before);
        return new ArrayList<>(
                Arrays.asList(new String(Files.readAllBytes(file), StandardCharsets.US_ASCII).split("\r\n", -1)));
    }

    private static List<String> head(List<String> mail) {
        return mail.subList(0, mail.indexOf("")).stream()
                .filter(line -> !line.startsWith("Received:")
                        && !line.startsWith("Return-Path:")
                        && !line.startsWith("\t")
                        && !line.startsWith("         "))
                .toList();
    }

    private static String decoded(List<String> lines) {
        return new String(Base64.getDecoder().decode(String.join("", lines).strip()), StandardCharsets.UTF_8);
    }

    @Test
    void sendsAPlainMessageToThePersonAlone() throws IOException {
        assertThat(outlet.deliver(connector, here(Map.of()), plain()).result()).isEqualTo(Result.DELIVERED);
        List<String> mail = mail();
        assertThat(head(mail))
                .containsExactly(
                        "Date: Sun, 22 Nov 2026 08:00:00 +0000",
                        "From: privacy@korax.example",
                        "To: vera@person.example",
                        "Message-ID: <k-1@korax.example>",
                        "Auto-Submitted: auto-generated",
                        "Subject: Hello",
                        "MIME-Version: 1.0",
                        "Content-Type: text/plain; charset=UTF-8",
                        "Content-Transfer-Encoding: base64");
        assertThat(decoded(mail.subList(mail.indexOf("") + 1, mail.size()))).isEqualTo("One\r\nTwo\r\n.\r\nThree\r\n");
    }

    @Test
    void offersToUnsubscribeWithOneClick() throws IOException {
        Map<String, List<String>> fields = fields(
                "vera@person.example",
                "subject",
                "Grüße aus einem sehr langen Betreff, der ganz gewiss mehr als eine Zeile füllt ✓",
                "text",
                "Ünlü",
                "html",
                "<p>Ünlü</p>",
                "unsubscribe",
                LINK);
        outlet.deliver(connector, here(Map.of("from-name", "Korax", "reply-to", "help@korax.example")), fields);
        List<String> mail = mail();
        assertThat(head(mail))
                .contains(
                        "From: \"Korax\" <privacy@korax.example>",
                        "Reply-To: help@korax.example",
                        "List-Unsubscribe: <" + LINK + ">",
                        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
                        "Content-Type: multipart/alternative; boundary=\"=_pledge\"");
        String subject = mail.stream()
                .dropWhile(line -> !line.startsWith("Subject: "))
                .takeWhile(line -> line.startsWith("Subject: ") || line.startsWith(" "))
                .peek(line -> assertThat(line.length()).isLessThan(77))
                .map(line -> line.replaceAll("^(Subject:)? =\\?UTF-8\\?B\\?|\\?=$", ""))
                .map(word -> new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8))
                .collect(Collectors.joining());
        assertThat(subject)
                .isEqualTo("Grüße aus einem sehr langen Betreff, der ganz gewiss mehr als eine Zeile füllt ✓");
        assertThat(String.join("\n", mail))
                .contains(
                        "--=_pledge\n"
                                + "Content-Type: text/plain; charset=UTF-8\n"
                                + "Content-Transfer-Encoding: base64\n\n"
                                + "w5xubMO8\n",
                        "--=_pledge\nContent-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: base64\n\n"
                                + "PHA+w5xubMO8PC9wPg==\n--=_pledge--");
    }

    @Test
    void sendsTheSameBytesAtEveryTry() throws IOException {
        outlet.deliver(connector, here(Map.of()), plain());
        List<String> first = mail();
        before++;
        outlet.deliver(connector, here(Map.of()), plain(), Map.of("PledgeAttempt", 2));
        assertThat(head(mail())).isEqualTo(head(first));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vera@person.example\r\nBcc: eve@evil.example",
                "vera@person.example\nBcc: eve@evil.example",
                "vera@person.example, eve@evil.example",
                "Vera <vera@person.example>",
                "vera@person.example ",
                "ve ra@person.example",
                "vera@[127.0.0.1]",
                "vera@localhost",
                "vera",
                "ünlü@person.example",
                ""
            })
    void refusesAnAddressThatIsNone(String email) throws IOException {
        Ended ended = outlet.deliver(connector, here(Map.of()), fields(email, "subject", "s", "text", "t"));
        assertThat(ended.result()).isEqualTo(Result.REFUSED);
        assertThat(ended.exchange().getException())
                .hasMessageNotContaining("person")
                .hasMessageNotContaining("evil");
        assertNothingCame();
    }

    @ParameterizedTest
    @CsvSource({
        "subject, 'Hello\r\nBcc: eve@evil.example'",
        "subject, 'Hello\nX: y'",
        "subject, 'Hello\rX: y'",
        "subject, 'Hello\u0000'",
        "subject, 'Hello\u0085X: y'",
        "subject, 'Hello\u2028X: y'",
        "unsubscribe, 'https://a.example/u>\r\nX: y'",
        "unsubscribe, 'https://a.example/u>, <mailto:eve@evil.example'",
        "unsubscribe, 'http://a.example/u'",
        "unsubscribe, 'javascript:alert(1)'"
    })
    void letsNoTextBecomeAHeader(String name, String value) throws IOException {
        Map<String, String> content = new HashMap<>(Map.of("subject", "s", "text", "t"));
        content.put(name, value);
        Map<String, List<String>> fields = Map.of(
                "email",
                List.of("vera@person.example"),
                "message",
                List.of(new ObjectMapper().writeValueAsString(content)));
        Ended ended = outlet.deliver(connector, here(Map.of()), fields);
        assertThat(ended.result()).isEqualTo(Result.REFUSED);
        assertThat(ended.exchange().getException()).hasMessageNotContaining("example");
        assertNothingCame();
    }

    @Test
    void refusesWhatIsNoMessage() throws IOException {
        Map<String, List<String>> mail = fields("vera@person.example", "subject", "s");
        assertThat(outlet.deliver(connector, here(Map.of()), mail).result()).isEqualTo(Result.REFUSED);
        Map<String, List<String>> address = Map.of("email", List.of("vera@person.example"));
        assertThat(outlet.deliver(connector, here(Map.of()), address).result()).isEqualTo(Result.REFUSED);
        Map<String, List<String>> other = Map.of("email", List.of("vera@person.example"), "message", List.of("Hello"));
        assertThat(outlet.deliver(connector, here(Map.of()), other).result()).isEqualTo(Result.REFUSED);
        assertNothingCame();
    }

    private void assertNothingCame() throws IOException {
        outlet.deliver(connector, here(Map.of()), fields("last@person.example", "subject", "last", "text", "t"));
        assertThat(head(mail())).contains("To: last@person.example", "Subject: last");
    }

    @Test
    void tellsTheProviderOfAWithdrawal() throws IOException {
        Map<String, List<String>> notice = Map.of("disclosures", List.of("d-7", "d-9"), "fields", List.of("email"));
        Ended ended = outlet.deliver(
                connector, here(Map.of("notices-to", "dpo@mail.example")), notice, Map.of("PledgeKind", "WITHDRAWAL"));
        assertThat(ended.result()).isEqualTo(Result.DELIVERED);
        List<String> mail = mail();
        assertThat(head(mail)).contains("To: dpo@mail.example", "Subject: Withdrawal d-1");
        assertThat(decoded(mail.subList(mail.indexOf("") + 1, mail.size())))
                .contains("  d-7\r\n  d-9\r\n", "Notice d-1");
    }

    @ParameterizedTest
    @CsvSource({
        "RESTRICTION, Restriction d-1, Keep it without using it until",
        "RESTRICTION_LIFTED, Restriction lifted d-1, Use it again only as we agreed"
    })
    void tellsTheProviderOfARestrictionAndOfItsEnd(String kind, String subject, String then) throws IOException {
        Map<String, List<String>> notice = Map.of("disclosures", List.of("d-7"), "fields", List.of("email"));
        Ended ended = outlet.deliver(
                connector, here(Map.of("notices-to", "dpo@mail.example")), notice, Map.of("PledgeKind", kind));
        assertThat(ended.result()).isEqualTo(Result.DELIVERED);
        List<String> mail = mail();
        assertThat(head(mail)).contains("To: dpo@mail.example", "Subject: " + subject);
        assertThat(decoded(mail.subList(mail.indexOf("") + 1, mail.size()))).contains("  d-7\r\n", then, "Notice d-1");
    }

    @Test
    void refusesANoticeThatItDoesNotKnowInsteadOfSayingSomethingElse() throws IOException {
        Map<String, List<String>> notice = Map.of("disclosures", List.of("d-7"));
        Ended ended = outlet.deliver(
                connector, here(Map.of("notices-to", "dpo@mail.example")), notice, Map.of("PledgeKind", "SUCCESSION"));
        assertThat(ended.result()).isEqualTo(Result.REFUSED);
        assertThat(ended.exchange().getException()).hasMessageContaining("does not know this kind");
        assertNothingCame();
    }

    @Test
    void sendsNoValueWithACorrection() throws IOException {
        Map<String, List<String>> notice =
                Map.of("disclosures", List.of("d-7"), "email", List.of("new@person.example"));
        outlet.deliver(
                connector, here(Map.of("notices-to", "dpo@mail.example")), notice, Map.of("PledgeKind", "CORRECTION"));
        List<String> mail = mail();
        assertThat(decoded(mail.subList(mail.indexOf("") + 1, mail.size())))
                .contains("d-7")
                .doesNotContain("person.example");
    }

    @Test
    void parksAWithdrawalThatNobodyTakes() {
        Ended ended = outlet.deliver(
                connector, here(Map.of()), Map.of("disclosures", List.of("d-7")), Map.of("PledgeKind", "WITHDRAWAL"));
        assertThat(ended.result()).isEqualTo(Result.REFUSED);
        assertThat(ended.exchange().getException()).hasMessageContaining("notices-to");
    }

    @Test
    void logsInWithThePasswordOfItsFile() throws IOException {
        outlet.secret("korax.parcel-post", "open sesame\n".getBytes(StandardCharsets.US_ASCII));
        Ended ended = outlet.deliver(connector, here(Map.of("username", "pledge")), plain());
        assertThat(ended.exchange().getException()).isNull();
        assertThat(mail()).contains("To: vera@person.example");
    }

    @Test
    void failsWithAWrongPasswordAndIsTriedAgain() throws IOException {
        outlet.secret("korax.parcel-post", "guess".getBytes(StandardCharsets.US_ASCII));
        assertThat(outlet.deliver(connector, here(Map.of("username", "pledge")), plain())
                        .result())
                .isEqualTo(Result.FAILED);
    }

    /** The platform trusts whom its Java trusts; here that is the certificate that was made for the test. */
    private static void trusting(Path certificate, Work work) throws IOException, NoSuchAlgorithmException {
        SSLContext usual = SSLContext.getDefault();
        SSLContext.setDefault(Certificates.context(certificate));
        try {
            work.run();
        } finally {
            SSLContext.setDefault(usual);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    @ParameterizedTest
    @CsvSource({"smtps, smtps, ", "smtp, starttls, required"})
    void sendsAndLogsInEncrypted(String scheme, String kind, String starttls)
            throws IOException, NoSuchAlgorithmException {
        Path own = Certificates.make(folder.resolve("certified-" + kind));
        outlet.secret("korax.parcel-post", "open sesame\n".getBytes(StandardCharsets.US_ASCII));
        Map<String, String> settings = new HashMap<>(Map.of("from", "privacy@korax.example", "username", "pledge"));
        Optional.ofNullable(starttls).ifPresent(value -> settings.put("starttls", value));
        try (Simulator certified = Simulator.start("SmtpPartner", own, kind)) {
            Partner partner = Outlet.partner("smtp", scheme + "://127.0.0.1:" + certified.port(), settings);
            trusting(own, () -> assertThat(
                            outlet.deliver(connector, partner, plain()).result())
                    .isEqualTo(Result.DELIVERED));
            await().until(() -> certified.received(".eml").size() == 1);
            assertThat(certified.received(".eml").get(0)).content().contains("Message-ID: <k-1@korax.example>");
        }
    }

    @Test
    void sendsNothingToAServerThatDoesNotOfferTheEncryptionThatIsRequired() throws IOException {
        assertThat(outlet.deliver(connector, here(Map.of("starttls", "required")), plain())
                        .result())
                .isEqualTo(Result.FAILED);
        assertThat(server.received(".eml")).hasSize(before);
    }

    @Test
    void sendsNothingToAServerWithTheCertificateOfAnother() throws IOException, NoSuchAlgorithmException {
        Path own = Certificates.make(folder.resolve("certified-other"), "dns:other.example");
        try (Simulator certified = Simulator.start("SmtpPartner", own, "smtps")) {
            Partner partner = Outlet.partner(
                    "smtp", "smtps://127.0.0.1:" + certified.port(), Map.of("from", "privacy@korax.example"));
            trusting(own, () -> assertThat(
                            outlet.deliver(connector, partner, plain()).result())
                    .isEqualTo(Result.FAILED));
            assertThat(certified.received(".eml")).isEmpty();
        }
    }

    @Test
    void sendsNothingToAServerWhoseCertificateNobodyVouchesFor() throws IOException {
        try (Simulator smtps = Simulator.start("SmtpPartner", folder.resolve("tls"), "smtps")) {
            Partner partner = Outlet.partner(
                    "smtp", "smtps://localhost:" + smtps.port(), Map.of("from", "privacy@korax.example"));
            Ended ended = outlet.deliver(connector, partner, plain());
            assertThat(ended.result()).isEqualTo(Result.FAILED);
            assertThat(ended.exchange().getException())
                    .hasRootCauseInstanceOf(java.security.GeneralSecurityException.class);
            assertThat(smtps.received(".eml")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 550 5.7.1 go away, REFUSED",
        "RCPT, 550 5.1.1 no such person, REFUSED",
        "DATA, 554 5.6.0 no, REFUSED",
        ".,    552-5.2.2 full, REFUSED",
        "RCPT, 450 4.2.1 later, FAILED",
        ".,    451 4.3.0 later, FAILED",
        "MAIL, 421 4.3.2 closing, FAILED",
        "none, 250 ok, DELIVERED"
    })
    void tellsNeverFromLater(String command, String reply, Result result) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Thread talk = new Thread(() -> talk(socket, command, reply));
            talk.start();
            Ended ended = outlet.deliver(connector, partner(socket.getLocalPort(), Map.of()), plain());
            assertThat(ended.result()).isEqualTo(result);
        }
    }

    /** A server that takes everything but one command. */
    private static void talk(ServerSocket socket, String command, String reply) {
        try (Socket client = socket.accept();
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))) {
            say(client, "220 hello");
            boolean data = false;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String verb = line.split(" ")[0].strip();
                if (data && !verb.equals(".")) {
                    continue;
                }
                data = false;
                if (verb.equals(command)) {
                    say(client, reply.replaceFirst("^([0-9]{3})-", "$1-more\r\n$1 "));
                } else if (verb.equals("DATA")) {
                    data = true;
                    say(client, "354 go on");
                } else {
                    say(client, "250 ok");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "smtp://mail.example",
                "smtp://127.0.0.1.example",
                "smtps://mail.example/folder",
                "smtps://me:secret@mail.example",
                "smtps://mail.example?to=eve@evil.example",
                "imap://mail.example"
            })
    void refusesAnAddressThatCouldBeMisread(String endpoint) {
        assertRefused(Outlet.partner("smtp", endpoint, Map.of("from", "privacy@korax.example")), "endpoint");
    }

    @ParameterizedTest
    @CsvSource({
        "from, nobody",
        "from, 'a@b.example\r\nBcc: c@d.example'",
        "from-name, 'a\" <b@c.example>'",
        "reply-to, a@b",
        "notices-to, a b@c.example",
        "username, a&b",
        "password, hunter2",
        "credentials, other.partner"
    })
    void refusesASettingThatIsNone(String name, String value) {
        assertRefused(here(Map.of(name, value)), name);
    }

    @Test
    void refusesAPartnerWithoutASender() {
        assertRefused(Outlet.partner("smtp", "smtps://mail.example", Map.of()), "from");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"smtps://mail.example", "smtps://mail.example:4650/", "smtp://127.0.0.1:25", "smtp://localhost"})
    void passesAPartner(String endpoint) {
        Partner partner = Outlet.partner("smtp", endpoint, Map.of("from", "privacy@korax.example"));
        assertThatCode(() -> connector.check(partner)).doesNotThrowAnyException();
    }

    private void assertRefused(Partner partner, String field) {
        assertThatThrownBy(() -> connector.check(partner))
                .isInstanceOfSatisfying(PledgeException.class, e -> {
                    assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID);
                    assertThat(e.getMessage()).doesNotContain("hunter2");
                })
                .hasMessageContaining(field);
    }
}
