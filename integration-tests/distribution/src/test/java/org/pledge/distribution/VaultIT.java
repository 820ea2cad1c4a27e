package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.pledge.demo.Api;
import org.pledge.simulators.Simulator;

/** The billing vault as customers, operators and custodians meet it: one story, told in order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VaultIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final String JOSE = "application/jose";
    private static final String NO_CODE = "00000";
    private static final String VISA = EncryptedCard.number("400012", 16);
    private static final String MASTERCARD = EncryptedCard.number("222345", 16);
    private static final String AMEX = EncryptedCard.number("3714", 15);
    private static final String NEVER_TAKEN = EncryptedCard.number("601112", 16);
    private static final String OWN = EncryptedCard.number("400013", 16);
    private static final Canary CANARY = new Canary(List.of(VISA, MASTERCARD, AMEX, NEVER_TAKEN, OWN));
    private static final String PAGES = "/self-service/anonymizer/";

    /** Every answer over HTTP, with its headers. */
    private static final List<String> HEARD = new CopyOnWriteArrayList<>();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static Platform platform;
    private static Map<String, String> tokens;
    private static Shell shell;
    private static Simulator house;
    private static Simulator mail;
    private static String customer;
    private static String payer;
    private static String token;

    @BeforeAll
    static void start() throws IOException {
        platform = Platform.unpack("vault");
        clearingHouse();
        mailServer();
        platform.start();
        tokens = Credentials.issue(platform, List.of("korax", "anonymizer"));
        shell = new Shell(platform, platform.sshPort());
        shell.addUsers(List.of("operator", "officer", "custodian"));
        customer = new Api(platform.url(), tokens.get("korax/operator"))
                .post(
                        "/accounts",
                        Map.of(
                                "tier", "standard",
                                "holder", "COMPANY",
                                "jurisdiction", "CA",
                                "fields", Map.of("name", List.of("Vera"), "email", List.of("vera@mail.example"))))
                .expect(201)
                .body()
                .path("id")
                .asText();
        payer = new Api(platform.url(), tokens.get("anonymizer/operator"))
                .post(
                        "/accounts",
                        Map.of("tier", "paid", "holder", "INDIVIDUAL", "jurisdiction", "US", "fields", Map.of()))
                .expect(201)
                .body()
                .path("id")
                .asText();
    }

    private static void clearingHouse() throws IOException {
        Path folder = Files.createDirectories(platform.home().resolve("servers/clearing"));
        Files.writeString(folder.resolve("token"), "clearing-token-1");
        Path secrets = Files.createDirectories(platform.home().resolve("data/keys/partners"));
        Path secret = Files.writeString(secrets.resolve("korax.clearbank"), "clearing-token-1");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        house = Simulator.start("ClearingHouse", folder);
    }

    private static void mailServer() throws IOException {
        mail = Simulator.start(
                "SmtpPartner", Files.createDirectories(platform.home().resolve("servers/mail")));
        Files.writeString(
                platform.home().resolve("etc/org.pledge.rights.links.cfg"),
                "\npublicUrl = " + platform.url() + "\n",
                StandardOpenOption.APPEND);
    }

    @AfterAll
    static void stop() {
        if (mail != null) {
            mail.close();
        }
        if (house != null) {
            house.close();
        }
        platform.pledge("stop");
    }

    /** Gives the vault keys for development, which need no custodian. */
    static void openWithoutCustodians(Platform platform) throws IOException {
        Path keys = platform.home().resolve("etc/org.pledge.vault.keys.cfg");
        Files.writeString(keys, Files.readString(keys).replaceFirst("(?m)^keys *=.*$", "keys = development"));
    }

    private record Answer(int status, HttpResponse<String> response) {
        JsonNode body() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String text() {
            return response.body();
        }
    }

    private static Answer call(String who, String method, String path, String type, String body) {
        return answered(HttpRequest.newBuilder(URI.create(platform.url() + path))
                .header("Authorization", "Bearer " + tokens.get(who))
                .header("Content-Type", type)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    private static Answer answered(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    CLIENT.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
            HEARD.add(response.headers().map() + response.body());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Answer get(String who, String path) {
        return call(who, "GET", path, "application/json", "");
    }

    private static Answer post(String who, String path, Map<String, ?> body) throws IOException {
        return call(who, "POST", path, "application/json", JSON.writeValueAsString(body));
    }

    private static Answer store(String tenant, String subject, String number, Map<String, String> more) {
        JsonNode keys = get(tenant + "/viewer", "/vault/keys").body();
        return call(
                tenant + "/operator",
                "POST",
                "/subjects/" + subject + "/cards",
                JOSE,
                EncryptedCard.encrypt(keys, number, more));
    }

    // sealed

    @Test
    @Order(1)
    void isSealedAtTheStartWhileTheRestWorks() {
        for (String path : List.of("/vault/keys", "/cards/none", "/subjects/" + customer + "/cards")) {
            Answer sealed = get("korax/operator", path);
            assertThat(sealed.status()).as(path).isEqualTo(503);
            assertThat(sealed.text()).contains("the vault is sealed", "vault:unseal");
            assertThat(sealed.response().headers().firstValue("Retry-After")).isPresent();
        }
        assertThat(get("korax/operator", "/subjects/" + customer).status()).isEqualTo(200);

        Platform.Result status = platform.pledge("shell", "vault:status");
        assertThat(status.out()).contains("SEALED");
        assertThat(status.code()).isEqualTo(5);
    }

    @Test
    @Order(2)
    void opensWithKeysForDevelopment() throws IOException {
        openWithoutCustodians(platform);
        await().atMost(PATIENCE).until(() -> get("korax/viewer", "/vault/keys").status() == 200);

        assertThat(get("korax/viewer", "/vault/keys")
                        .body()
                        .path("keys")
                        .path(0)
                        .path("kty")
                        .asText())
                .isEqualTo("EC");
        assertThat(platform.pledge("shell", "vault:status").out()).contains("DEVELOPMENT");
    }

    // intake

    @Test
    @Order(3)
    void takesACardInEncryptedAndShowsItMasked() {
        Answer stored = store("korax", customer, VISA, Map.of());
        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        token = stored.body().path("token").asText();
        assertThat(stored.response().headers().firstValue("Location")).hasValue("/api/v1/cards/" + token);
        assertThat(stored.body().path("lastFour").asText()).isEqualTo(VISA.substring(12));
        assertThat(stored.body().path("network").asText()).isEqualTo("VISA");
        assertThat(token).matches(".*[A-Za-z].*");

        assertThat(store("korax", customer, VISA, Map.of()).body().path("token").asText())
                .isEqualTo(token);
        assertThat(store("korax", customer, MASTERCARD, Map.of())
                        .body()
                        .path("token")
                        .asText())
                .isNotEqualTo(token);
        assertThat(get("korax/custodian", "/subjects/" + customer + "/cards")
                        .body()
                        .path("items"))
                .hasSize(2);
        assertThat(get("korax/operator", "/cards/" + token).body()).isEqualTo(stored.body());
    }

    @Test
    @Order(4)
    void refusesANumberThatIsNotEncrypted() {
        String plain = "{\"number\":\"" + NEVER_TAKEN + "\",\"expiry\":\"2031-04\",\"holder\":\"Vera\"}";
        String path = "/subjects/" + customer + "/cards";

        assertThat(call("korax/operator", "POST", path, "application/json", plain)
                        .status())
                .isEqualTo(415);
        assertThat(call("korax/operator", "POST", path, JOSE, plain).status()).isEqualTo(422);
        assertThat(call("korax/operator", "PUT", "/cards/" + token, "text/plain", plain)
                        .status())
                .isEqualTo(415);
        assertThat(call("korax/operator", "POST", "/payments", "application/json", plain)
                        .status())
                .isEqualTo(400);
        assertThat(call("korax/operator", "POST", "/cards/" + NEVER_TAKEN + "/uses", "application/json", plain)
                        .status())
                .isBetween(400, 499);
    }

    @Test
    @Order(5)
    void takesNoSecurityCodeOfAmericanExpressWhereThatIsPromised() {
        Answer refused = store("anonymizer", payer, AMEX, Map.of("securityCode", "7391"));

        assertThat(refused.status()).as(refused.text()).isEqualTo(403);
        assertThat(refused.text()).contains("AN-8");
        assertThat(store("anonymizer", payer, AMEX, Map.of()).status()).isEqualTo(201);
    }

    @Test
    @Order(6)
    void anotherTenantsTokenIsLikeOneThatDoesNotExist() {
        String foreign =
                store("anonymizer", payer, AMEX, Map.of()).body().path("token").asText();
        String unknown = foreign.substring(0, foreign.length() - 4) + "AAAA";
        for (String after : List.of("", "/uses")) {
            Answer of = get("korax/operator", "/cards/" + foreign + after);
            Answer none = get("korax/operator", "/cards/" + unknown + after);
            assertThat(of.status()).isEqualTo(404);
            assertThat(of.text()).isEqualTo(none.text());
        }
        assertThat(call("korax/operator", "DELETE", "/cards/" + foreign, JOSE, "")
                        .status())
                .isEqualTo(404);
    }

    // money

    @Test
    @Order(7)
    void movesMoneyForTheCustomersOrderAndNothingElse() throws IOException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Answer partner = call(
                "korax/integrator",
                "PUT",
                "/partners/clearbank",
                "application/json",
                JSON.writeValueAsString(Map.of(
                        "recipient",
                        "clearing-house",
                        "connector",
                        "clearing",
                        "endpoint",
                        "http://127.0.0.1:" + house.port(),
                        "agreement",
                        Map.of(
                                "fields",
                                List.of("payment-amount", "card-number", "card-expiry", "card-holder"),
                                "purposes",
                                List.of("payment"),
                                "region",
                                "CA",
                                "from",
                                today.minusDays(1).toString(),
                                "until",
                                today.plusYears(1).toString(),
                                "attestation",
                                Map.of(
                                        "statement",
                                        "no-retention",
                                        "until",
                                        today.plusMonths(6).toString())))));
        assertThat(partner.status()).as(partner.text()).isBetween(200, 201);

        AtomicInteger tries = new AtomicInteger();
        Answer authorised = await("the route to the clearing house")
                .atMost(PATIENCE)
                .until(
                        () -> post(
                                "korax/operator",
                                "/payments",
                                payment("payment", "order-1-" + tries.incrementAndGet())),
                        answer -> answer.body().path("state").asText().equals("CONFIRMED"));
        String id = authorised.body().path("id").asText();
        assertThat(post("korax/operator", "/payments", payment("payment", "order-1-" + tries.get()))
                        .body()
                        .path("id")
                        .asText())
                .isEqualTo(id);
        Answer captured =
                post("korax/operator", "/payments/" + id + "/captures", Map.of("amount", 1250, "reference", "order-1"));
        assertThat(captured.body().path("state").asText()).as(captured.text()).isEqualTo("CONFIRMED");
        Answer refunded = post(
                "korax/operator",
                "/payments/" + captured.body().path("id").asText() + "/refunds",
                Map.of("amount", 250, "reference", "order-1"));
        assertThat(refunded.body().path("state").asText()).as(refunded.text()).isEqualTo("CONFIRMED");
        assertThat(get("korax/auditor", "/cards/" + token + "/payments").body().path("items"))
                .hasSizeGreaterThanOrEqualTo(3);

        Answer marketing = post("korax/operator", "/payments", payment("marketing", "order-2"));
        assertThat(marketing.status()).as(marketing.text()).isEqualTo(403);
        assertThat(marketing.body().path("promises")).isNotEmpty();
    }

    private static Map<String, ?> payment(String purpose, String reference) {
        return Map.of("token", token, "amount", 1250, "currency", "CAD", "purpose", purpose, "reference", reference);
    }

    // reveal

    @Test
    @Order(8)
    void showsANumberToACustodianOnceForAnApprovedRequestOfTheCustomer() throws IOException {
        String request = one("operator", "vault:request --tenant korax " + token + " edit T-1042");
        Matcher id = ID.matcher(request);
        assertThat(id.find()).as(request).isTrue();
        String reveal = "vault:reveal --tenant korax " + id.group() + "\n";
        String approve = "vault:approve --tenant korax " + id.group() + "\n";

        assertThat(one("custodian", reveal + NO_CODE))
                .contains("DENIED", "approved")
                .doesNotContain(VISA);
        assertThat(one("officer", reveal))
                .containsPattern("Insufficient credentials|Command not found: vault:reveal")
                .doesNotContain(VISA);
        assertThat(one("officer", approve + NO_CODE)).contains("DENIED by KX-16", "pledge:second-factor-enrol");
        Authenticator officer = Authenticator.enrol(shell, "officer", "korax");
        assertThat(one("officer", approve + NO_CODE)).contains("DENIED by KX-16", "the code is wrong");
        assertThat(one("officer", approve + officer.code())).contains("APPROVED");
        assertThat(platform.pledge("shell", reveal).out()).doesNotContain(VISA);

        assertThat(one("custodian", reveal + NO_CODE))
                .contains("DENIED by KX-16", "pledge:second-factor-enrol")
                .doesNotContain(VISA);
        Authenticator custodian = Authenticator.enrol(shell, "custodian", "korax");
        assertThat(one("custodian", reveal + officer.code()))
                .contains("DENIED by KX-16", "the code is wrong")
                .doesNotContain(VISA);

        // the number, and the line end that wipes it
        String shown = one("custodian", reveal + custodian.code() + "\n");
        assertThat(shown).contains(VISA, "(Enter wipes it)", "\u001b[2K");
        assertThat(shown.indexOf(VISA)).isEqualTo(shown.lastIndexOf(VISA));

        assertThat(one("custodian", reveal + NO_CODE))
                .contains("DENIED", "used")
                .doesNotContain(VISA);
        assertThat(one("custodian", "vault:requests --tenant korax")).contains("USED", "T-1042");
        assertThat(get("korax/operator", "/cards/" + token + "/uses").text())
                .contains("CARD_REVEALED", "T-1042", "shell:only-custodian");
    }

    private static String one(String role, String line) throws IOException {
        return shell.answers(role, List.of(line)).get(line);
    }

    @Test
    @Order(9)
    void rotatesItsKeysWithoutLosingACard() throws IOException {
        assertThat(one("custodian", "vault:rotate")).contains("is in use from now on");
        assertThat(one("custodian", "vault:rewrap")).contains("wrapped anew");
        assertThat(one("custodian", "vault:report --tenant korax --output csv")).contains("cards,VISA,1");
        assertThat(one("custodian", "vault:review --tenant korax --output csv"))
                .contains("custodian,login,,,only-custodian", "custodian,credential test-custodian", "T-1042");
        assertThat(get("korax/operator", "/cards/" + token).status()).isEqualTo(200);
        assertThat(store("korax", customer, VISA, Map.of()).body().path("token").asText())
                .isEqualTo(token);
    }

    // the end

    @Test
    @Order(10)
    void deletesACardForGood() {
        Answer deleted = call("korax/operator", "DELETE", "/cards/" + token, JOSE, "");
        assertThat(deleted.status()).as(deleted.text()).isEqualTo(200);
        assertThat(deleted.body().path("leaf").asText()).matches("[0-9a-f]{64}");
        assertThat(call("korax/operator", "DELETE", "/cards/" + token, JOSE, "").text())
                .isEqualTo(deleted.text());
        assertThat(get("korax/operator", "/cards/" + token).status()).isEqualTo(410);
        assertThat(get("korax/operator", "/cards/" + token + "/uses").text()).contains("CARD_DELETED");
    }

    // the person's own page

    @Test
    @Order(11)
    void aPersonKeepsTheirCardsBehindALinkWithoutLoginOrCookie() throws IOException, NoSuchAlgorithmException {
        Answer opened = form(link(), "");
        assertThat(opened.status()).as(opened.text()).isEqualTo(200);
        String pass = first("name=\"pass\" value=\"([\\w-]{43})\"", opened.text());

        Answer page = cards("act=show&pass=" + pass);
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        assertThat(page.response().headers().firstValue("Content-Security-Policy"))
                .hasValue("default-src 'none'; script-src 'self'; form-action 'self'; base-uri 'none';"
                        + " frame-ancestors 'none'");
        assertThat(page.text()).contains("No card of yours is kept", "<noscript>", "cc-csc", "address.street");
        Answer script = answered(HttpRequest.newBuilder(URI.create(platform.url() + PAGES + "cards/card.js")));
        byte[] digest =
                MessageDigest.getInstance("SHA-384").digest(script.text().getBytes(StandardCharsets.ISO_8859_1));
        assertThat(page.text())
                .contains("src=\"cards/card.js\" integrity=\"sha384-"
                        + Base64.getEncoder().encodeToString(digest) + "\"");

        Answer added = cards("act=add&pass=" + pass + "&jwe=" + typed(page, OWN));
        assertThat(added.status()).as(added.text()).isEqualTo(200);
        assertThat(added.text()).contains("Kept: VISA ending in " + OWN.substring(12));
        String own = first("value=\"(card_[a-z]{28})\"", added.text());
        Answer replaced = cards("act=replace&pass=" + pass + "&token=" + own + "&jwe=" + typed(added, MASTERCARD));
        assertThat(replaced.text()).contains("Kept: MASTERCARD ending in " + MASTERCARD.substring(12));
        assertThat(cards("act=add&pass=" + pass + "&jwe=" + OWN).status()).isEqualTo(422);

        String foreign =
                store("anonymizer", payer, AMEX, Map.of()).body().path("token").asText();
        for (String act : List.of("uses", "delete")) {
            Answer refused = cards("act=" + act + "&pass=" + pass + "&token=" + foreign);
            assertThat(refused.status()).isEqualTo(410);
            assertThat(refused.text()).contains("You have no such card here");
        }
        assertThat(get("anonymizer/operator", "/cards/" + foreign).status()).isEqualTo(200);

        assertThat(cards("act=uses&pass=" + pass + "&token=" + own).text())
                .contains("card stored", "card replaced", "self-service");
        Answer deleted = cards("act=delete&pass=" + pass + "&token=" + own);
        assertThat(deleted.text()).contains("deleted for good", own);
        assertThat(call("anonymizer/operator", "DELETE", "/cards/" + own, JOSE, "")
                        .body()
                        .path("leaf")
                        .asText())
                .isEqualTo(first("<td>([0-9a-f]{64})</td>", deleted.text()));
        assertThat(cards("act=uses&pass=" + pass + "&token=" + own).text()).contains("card deleted");

        form(platform.url() + PAGES + "session", "act=end&pass=" + pass);
        Answer closed = cards("act=show&pass=" + pass);
        assertThat(closed.status()).isEqualTo(410);
        assertThat(List.of(opened, page, script, added, replaced, deleted, closed))
                .allSatisfy(answer -> assertThat(answer.response().headers().firstValue("Set-Cookie"))
                        .isEmpty());
    }

    /** A card as the script of a page encrypts it. */
    private static String typed(Answer page, String number) {
        Map<String, String> key = Map.of(
                "kid", first("data-kid=\"([^\"]+)\"", page.text()),
                "x", first("data-x=\"([^\"]+)\"", page.text()),
                "y", first("data-y=\"([^\"]+)\"", page.text()));
        return EncryptedCard.encrypt(
                JSON.valueToTree(Map.of("keys", List.of(key))), number, Map.of("securityCode", "123"));
    }

    private static String first(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern + " in " + text).isTrue();
        return found.group(1);
    }

    private static Answer cards(String form) {
        return form(platform.url() + PAGES + "cards", form);
    }

    private static Answer form(String url, String form) {
        return answered(HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(form.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(form)));
    }

    /** The link that a person is sent. */
    private static String link() throws IOException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Map<String, ?> agreement = Map.of(
                "fields", List.of("email", "message"),
                "purposes", List.of("service-notice"),
                "region", "US",
                "from", today.minusDays(1).toString(),
                "until", today.plusYears(1).toString());
        Map<String, ?> partner = Map.of(
                "recipient",
                "mail-service",
                "connector",
                "smtp",
                "endpoint",
                "smtp://127.0.0.1:" + mail.port(),
                "settings",
                Map.of("from", "privacy@anonymizer.example", "from-name", "Anonymizer"),
                "agreement",
                agreement);
        Answer made = call(
                "anonymizer/integrator", "PUT", "/partners/post", "application/json", JSON.writeValueAsString(partner));
        assertThat(made.status()).as(made.text()).isBetween(200, 201);
        String reader = post(
                        "anonymizer/operator",
                        "/accounts",
                        Map.of(
                                "tier", "paid",
                                "holder", "INDIVIDUAL",
                                "jurisdiction", "US",
                                "fields", Map.of("email", List.of("reader@mail.example"))))
                .body()
                .path("id")
                .asText();
        Answer sent = call("anonymizer/operator", "POST", "/subjects/" + reader + "/links", "application/json", "");
        assertThat(sent.status()).as(sent.text()).isEqualTo(202);
        Path message = await("the mail with the link")
                .atMost(PATIENCE)
                .until(() -> mail.received(".eml"), files -> !files.isEmpty())
                .get(0);
        String text = Files.readString(message);
        String body = text.substring(text.indexOf("\r\n\r\n"));
        return first(
                "(http://\\S+/[\\w-]{43})", new String(Base64.getMimeDecoder().decode(body), StandardCharsets.UTF_8));
    }

    @Test
    @Order(12)
    void noAnswerAndNoFileHoldsANumberInAnyShape() throws IOException {
        platform.pledge("stop");
        Path data = platform.home().resolve("data");

        assertThat(HEARD).hasSizeGreaterThan(30);
        assertThat(HEARD).allSatisfy(answer -> assertThat(CANARY.in(answer)).isEmpty());
        assertThat(CANARY.below(data)).isEmpty();

        Path planted = data.resolve("log/planted");
        for (Map.Entry<String, String> shape : Canary.shapes(VISA).entrySet()) {
            Files.write(planted, ("before " + shape.getValue() + " behind").getBytes(StandardCharsets.ISO_8859_1));
            assertThat(CANARY.below(data)).as(shape.getKey()).contains("log/planted: number 0 " + shape.getKey());
        }
        Files.delete(planted);
    }
}
