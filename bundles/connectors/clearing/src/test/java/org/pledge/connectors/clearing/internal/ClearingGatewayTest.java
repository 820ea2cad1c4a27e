package org.pledge.connectors.clearing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
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
import org.pledge.SubjectId;
import org.pledge.sharing.PartnerService.Standing;
import org.pledge.simulators.Certificates;
import org.pledge.simulators.Simulator;
import org.pledge.vault.PaymentService.Kind;
import org.pledge.vault.core.PaymentGateway;
import org.pledge.vault.core.PaymentGateway.Answer;
import org.pledge.vault.core.PaymentGateway.CardData;
import org.pledge.vault.core.PaymentGateway.Instruction;

/** Through the guard, against a clearing house in a process of its own. */
class ClearingGatewayTest {
    private static final Answer APPROVED = new Answer(true, "", "M", "Y");

    @TempDir
    static Path folder;

    private static Simulator house;

    private Shop shop;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(folder.resolve("token"), "test-token-1");
        house = Simulator.start("ClearingHouse", folder);
    }

    @AfterAll
    static void end() {
        house.close();
    }

    @BeforeEach
    void open() {
        shop = new Shop(URI.create("http://127.0.0.1:" + house.port()));
    }

    @AfterEach
    void everyByteIsWiped() throws IOException {
        Control.put(house, "mode", "NORMAL 0");
        shop.close();
        wiped(shop);
    }

    private static void wiped(Shop of) {
        assertThat(of.bodies).allMatch(body -> Arrays.equals(body, new byte[body.length]));
    }

    private static void goesWrong(String mode) throws IOException {
        Control.put(house, "mode", mode + " 1");
    }

    /** How often it was carried out, and how often it came. */
    private static List<Integer> ledger(UUID id) throws IOException {
        List<Integer> found = new ArrayList<>();
        Control.get(house, "ledger").forEach(entry -> {
            if (entry.path("id").asText().equals(id.toString())) {
                found.add(entry.path("done").asInt());
                found.add(entry.path("sent").asInt());
            }
        });
        return found;
    }

    private static JsonNode last() throws IOException {
        return Control.get(house, "last");
    }

    private static Set<String> fields(JsonNode last) {
        Set<String> fields = new HashSet<>();
        last.fieldNames().forEachRemaining(field -> {
            if (!field.startsWith("(")) {
                fields.add(field);
            }
        });
        return fields;
    }

    private static String sha256(String text) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Optional<Answer> sendRefused(String number, String code, String postal) {
        return shop.gateway.send(shop.authorisation(Shop.card(number, "{\"postalCode\":\"" + postal + "\"}", code)));
    }

    @Test
    void authorisesCapturesRefundsAndVoids() throws Exception {
        Instruction first = shop.authorisation();
        assertThat(shop.gateway.send(first)).contains(APPROVED);
        Instruction capture = shop.later(Kind.CAPTURE, first.id(), 1000);
        assertThat(shop.gateway.send(capture)).contains(new Answer(true, "", "", ""));
        assertThat(shop.gateway.send(shop.later(Kind.CAPTURE, first.id(), 251)))
                .contains(new Answer(false, "amount", "", ""));
        assertThat(shop.gateway.send(shop.later(Kind.REFUND, capture.id(), 1000)))
                .contains(new Answer(true, "", "", ""));
        assertThat(shop.gateway.send(shop.later(Kind.VOID, first.id(), 0)))
                .contains(new Answer(false, "closed", "", ""));
        Instruction second = shop.authorisation();
        shop.gateway.send(second);
        assertThat(shop.gateway.send(shop.later(Kind.VOID, second.id(), 1250))).contains(new Answer(true, "", "", ""));
        assertThat(ledger(first.id())).containsExactly(1, 1);
    }

    @Test
    void sendsExactlyTheFieldsAndTheirBytes() throws Exception {
        shop.gateway.send(shop.authorisation());
        JsonNode last = last();
        assertThat(fields(last))
                .containsExactlyInAnyOrder(
                        "id",
                        "kind",
                        "amount",
                        "currency",
                        "card.number",
                        "card.expiry",
                        "card.holder",
                        "card.address.street",
                        "card.address.postalCode",
                        "card.code");
        assertThat(last.path("card.number").asText()).isEqualTo(sha256(Shop.VISA));
        assertThat(last.path("card.expiry").asText()).isEqualTo(sha256("2031-07"));
        assertThat(last.path("card.holder").asText()).isEqualTo(sha256("Vera \"V\\\t\" Übel"));
        assertThat(last.path("card.address.street").asText()).isEqualTo(sha256("Weg 1"));
        assertThat(last.path("card.code").asText()).isEqualTo(sha256("123"));
        assertThat(last.path("amount").asText()).isEqualTo(sha256("1250"));
        assertThat(last.path("(connection)").asText()).isEqualTo("close");
        last.fieldNames()
                .forEachRemaining(name ->
                        assertThat(name).doesNotContainIgnoringCase("pledge").doesNotContain("Camel"));
    }

    @Test
    void sendsNothingThatWasNotAgreed() throws Exception {
        shop.permitted.set(Set.of(PaymentGateway.AMOUNT, PaymentGateway.NUMBER, PaymentGateway.EXPIRY));
        assertThat(shop.gateway.send(shop.authorisation())).contains(new Answer(true, "", "", ""));
        assertThat(fields(last()))
                .containsExactlyInAnyOrder("id", "kind", "amount", "currency", "card.number", "card.expiry");
        assertThat(shop.asked.get(shop.asked.size() - 1))
                .as("the last step asks about exactly what is sent")
                .containsExactlyInAnyOrder(PaymentGateway.AMOUNT, PaymentGateway.NUMBER, PaymentGateway.EXPIRY);
    }

    @ParameterizedTest
    @CsvSource({"4000000000000002, declined", "4000000000009995, insufficient_funds", "4000000000000069, expired_card"})
    void tellsWhyItWasRefused(String number, String reason) {
        assertThat(sendRefused(number, "123", "10115")).contains(new Answer(false, reason, "M", "Y"));
    }

    @ParameterizedTest
    @CsvSource({"000, N", "999, P", "111, U", "123, M", "'', ''"})
    void tellsTheResultOfTheCode(String code, String result) {
        assertThat(sendRefused(Shop.VISA, code, "10115")).contains(new Answer(true, "", result, "Y"));
    }

    @ParameterizedTest
    @CsvSource({"01234, N", "90210, Z", "10115, Y", "'', ''"})
    void tellsTheResultOfTheAddress(String postal, String result) {
        assertThat(sendRefused(Shop.VISA, "123", postal)).contains(new Answer(true, "", "M", result));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HANG_UP_AFTER",
                "ERROR_AFTER",
                "GARBAGE_AFTER",
                "OTHER_AFTER",
                "FLOOD_AFTER",
                "SILENT_AFTER",
                "DRIP_AFTER"
            })
    void isInDoubtWhenItWasDoneAndNobodySaidSo(String mode) throws Exception {
        Instruction charge = shop.authorisation();
        goesWrong(mode);
        assertThat(shop.gateway.send(charge)).isEmpty();
        assertThat(ledger(charge.id())).containsExactly(1, 1);
        assertThat(shop.gateway.ask(Shop.KORAX, "clearing", charge.id())).contains(APPROVED);
        assertThat(ledger(charge.id())).containsExactly(1, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HANG_UP_BEFORE", "ERROR_BEFORE", "SILENT_BEFORE"})
    void isInDoubtWhenItWasNotDoneEither(String mode) throws Exception {
        Instruction charge = shop.authorisation();
        goesWrong(mode);
        assertThat(shop.gateway.send(charge)).isEmpty();
        assertThat(ledger(charge.id())).isEmpty();
        assertThat(shop.gateway.ask(Shop.KORAX, "clearing", charge.id()))
                .contains(new Answer(false, "unknown", "", ""));
        assertThat(shop.gateway.send(charge))
                .as("it said that it never heard of it, so it never does it")
                .contains(new Answer(false, "unknown", "", ""));
        assertThat(ledger(charge.id())).first().isEqualTo(0);
    }

    @Test
    void chargesOnceHoweverOftenItIsSent() throws Exception {
        Instruction charge = shop.authorisation();
        goesWrong("HANG_UP_AFTER");
        assertThat(shop.gateway.send(charge)).isEmpty();
        assertThat(shop.gateway.send(charge)).contains(APPROVED);
        assertThat(shop.gateway.send(charge)).contains(APPROVED);
        assertThat(ledger(charge.id())).containsExactly(1, 3);
    }

    @Test
    void takesAProblemForARefusal() throws Exception {
        goesWrong("BUSY");
        assertThat(shop.gateway.send(shop.authorisation())).contains(new Answer(false, "busy", "", ""));
        shop.secrets.put("korax.clearing", "another-token".getBytes(StandardCharsets.US_ASCII));
        Instruction charge = shop.authorisation();
        assertThat(shop.gateway.send(charge)).contains(new Answer(false, "unauthorised", "", ""));
        assertThat(ledger(charge.id())).isEmpty();
        assertThat(shop.gateway.ask(Shop.KORAX, "clearing", charge.id())).isEmpty();
    }

    @Test
    void isInDoubtWhenTheIdentifierWasUsedForSomethingElse() {
        Instruction charge = shop.authorisation();
        shop.gateway.send(charge);
        Instruction other = new Instruction(
                charge.tenant(),
                charge.partner(),
                charge.customer(),
                charge.purpose(),
                charge.id(),
                charge.kind(),
                charge.parent(),
                99,
                "EUR",
                charge.card());
        assertThat(shop.gateway.send(other)).isEmpty();
    }

    @Test
    void asksWhatCannotBeAnsweredForNothing() throws Exception {
        UUID id = UUID.randomUUID();
        for (String mode : List.of("ERROR_BEFORE", "GARBAGE_AFTER", "OTHER_AFTER", "BUSY", "HANG_UP_BEFORE")) {
            goesWrong(mode);
            assertThat(shop.gateway.ask(Shop.KORAX, "clearing", id)).as(mode).isEmpty();
        }
    }

    @Test
    void saysThatNothingWasSentWithoutAConnection() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (Shop elsewhere = new Shop(URI.create("http://127.0.0.1:" + free))) {
            refused(elsewhere, elsewhere.authorisation(), PledgeException.Kind.UNAVAILABLE);
            assertThat(elsewhere.gateway.ask(Shop.KORAX, "clearing", UUID.randomUUID()))
                    .isEmpty();
        }
    }

    @Test
    void sendsNothingToAServerThatNobodyVouchesFor(@TempDir Path other) throws Exception {
        Certificates.make(other);
        try (Simulator stranger = Simulator.start("ClearingHouse", other);
                Shop cheated = new Shop(URI.create("https://127.0.0.1:" + stranger.port()))) {
            refused(cheated, cheated.authorisation(), PledgeException.Kind.UNAVAILABLE);
        }
    }

    private void refused(Shop of, Instruction instruction, PledgeException.Kind kind) {
        assertThatThrownBy(() -> of.gateway.send(instruction)).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(told(e)).doesNotContain(Shop.VISA, "2031-07", "Vera", "test-token");
        });
        wiped(of);
    }

    private static String told(Throwable error) {
        return Stream.iterate(error, each -> each != null, Throwable::getCause)
                .map(Throwable::toString)
                .reduce("", String::concat);
    }

    @Test
    void sendsNothingThatTheGateDenies() throws Exception {
        Instruction charge = shop.authorisation();
        shop.permitted.set(Set.of(PaymentGateway.AMOUNT, PaymentGateway.CODE));
        refused(shop, charge, PledgeException.Kind.DENIED);
        shop.permitted.set(Set.of());
        refused(shop, charge, PledgeException.Kind.DENIED);
        assertThat(shop.bodies).isEmpty();
        assertThat(ledger(charge.id())).isEmpty();
    }

    @Test
    void sendsNothingThatTheGateDeniesAtTheLastStep() throws Exception {
        Instruction charge = shop.authorisation();
        shop.beforeTheLine.set(() -> shop.permitted.set(Set.of(PaymentGateway.AMOUNT)));
        assertThatThrownBy(() -> shop.gateway.send(charge))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.promises()).containsExactly("KX-13"));
        assertThat(shop.bodies).hasSize(1);
        assertThat(ledger(charge.id())).isEmpty();
    }

    @Test
    void sendsNothingAboutSomebodyElse() {
        Instruction vera = shop.authorisation();
        Instruction other = new Instruction(
                vera.tenant(),
                vera.partner(),
                SubjectId.random(),
                vera.purpose(),
                vera.id(),
                vera.kind(),
                vera.parent(),
                vera.amount(),
                vera.currency(),
                vera.card());
        refused(shop, other, PledgeException.Kind.DENIED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SUSPENDED", "EXPIRED", "NOT_YET_VALID", "ATTESTATION_MISSING", "ATTESTATION_EXPIRED"})
    void sendsNothingToAPartnerThatMayNotHaveIt(String standing) throws Exception {
        Instruction charge = shop.authorisation();
        shop.standing.set(Standing.valueOf(standing));
        refused(shop, charge, PledgeException.Kind.DENIED);
        assertThat(shop.gateway.ask(Shop.KORAX, "clearing", charge.id())).isEmpty();
        assertThat(ledger(charge.id())).isEmpty();
    }

    @Test
    void sendsNothingWithoutARouteOrASecret() {
        shop.secrets.clear();
        refused(shop, shop.authorisation(), PledgeException.Kind.UNAVAILABLE);
        shop.lines.shut(shop.partner);
        refused(shop, shop.authorisation(), PledgeException.Kind.UNAVAILABLE);
        shop.secrets.put("korax.clearing", "test-token-1".getBytes(StandardCharsets.US_ASCII));
        shop.lines.open(shop.partner);
        assertThat(shop.gateway.send(shop.authorisation())).contains(APPROVED);
    }

    @Test
    void refusesWhatCannotBeSaid() {
        for (CardData card : List.of(
                Shop.card("42", "", ""),
                Shop.card("4242424242424242\"", "", ""),
                Shop.card(Shop.VISA, "{\"a\":\"b\"},\"x\":{", ""),
                Shop.card(Shop.VISA, "[]", ""),
                Shop.card(Shop.VISA, "", "12a"))) {
            refused(shop, shop.authorisation(card), PledgeException.Kind.INVALID);
        }
        refused(shop, shop.later(Kind.AUTHORISE, UUID.randomUUID(), 1), PledgeException.Kind.INVALID);
        refused(shop, shop.later(Kind.CHARGEBACK, UUID.randomUUID(), 1), PledgeException.Kind.INVALID);
        assertThat(shop.bodies).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://clearing.example/v1",
                "https://user@clearing.example/v1",
                "https://clearing.example/v1?x=y",
                "https://clearing.example/v1/",
                "sftp://127.0.0.1/v1"
            })
    void refusesAddressesThatCouldBeMisread(String endpoint) {
        assertThatThrownBy(() -> new ClearingConnector(null).check(Shop.partner(URI.create(endpoint), Map.of())))
                .isInstanceOf(PledgeException.class);
    }

    @Test
    void leavesTheCardToWhoeverMadeIt() {
        shop.gateway.send(shop.authorisation());
        assertThat(shop.cards.get(0).number()).isEqualTo(Shop.VISA.getBytes(StandardCharsets.US_ASCII));
    }
}
