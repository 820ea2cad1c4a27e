package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.vault.CardService;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.CardService.Use;
import org.pledge.vault.Network;
import org.pledge.vault.PaymentService;
import org.pledge.vault.PaymentService.Payment;

class CardsTest {
    private static final SubjectId PERSON = SubjectId.random();
    private static final String TOKEN = "tok_h5VwKq2mZr8TbXn4YcLd7g";
    private static final String JWE = "eyJhbGciOiJFQ0RILUVTIn0..aXY.Y2lwaGVy.dGFn";
    private static final String NUMBER = "4111111111111111";
    private static final UUID PAYMENT = UUID.randomUUID();

    private final Platform platform = new Platform();
    private final List<byte[]> taken = new ArrayList<>();
    private final List<String> read = new ArrayList<>();

    CardsTest() {
        platform.cards
                .on("store", args -> {
                    taken.add((byte[]) args[2]);
                    read.add(new String((byte[]) args[2], StandardCharsets.US_ASCII));
                    return card();
                })
                .on("card", args -> card());
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private static Card card() {
        return new Card(
                Platform.TENANT, TOKEN, PERSON, Network.VISA, "1111", YearMonth.of(2029, 8), true, Platform.NOW);
    }

    private static Payment payment(PaymentService.State state) {
        return new Payment(
                Platform.TENANT,
                PAYMENT,
                PaymentService.Kind.AUTHORISE,
                Optional.empty(),
                TOKEN,
                4999,
                "EUR",
                "order-1",
                state,
                "M",
                "",
                "",
                Platform.NOW,
                Platform.NOW,
                Optional.empty());
    }

    private HttpResponse<String> post(String type, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", type));
        all.addAll(List.of(headers));
        return platform.as(Role.OPERATOR, "POST", "subjects/" + PERSON + "/cards", body, all.toArray(String[]::new));
    }

    @Test
    void storesAnEncryptedCardAndWipesWhatCame() {
        HttpResponse<String> answer = post("Application/JOSE; charset=utf-8", JWE);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/cards/" + TOKEN);
        assertThat(answer.body())
                .contains("\"token\":\"" + TOKEN + "\"", "\"lastFour\":\"1111\"", "\"expires\":\"2029-08\"");
        assertThat(read).containsExactly(JWE);
        assertThat(taken.get(0)).containsOnly(0);
    }

    @Test
    void storesOnceUnderAKey() {
        assertThat(post("application/jose", JWE, "Idempotency-Key", "k").statusCode())
                .isEqualTo(201);
        assertThat(post("application/jose", JWE, "Idempotency-Key", "k").statusCode())
                .isEqualTo(201);
        assertThat(post("application/jose", JWE + "x", "Idempotency-Key", "k").statusCode())
                .isEqualTo(422);
        assertThat(taken).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jose+json",
                "multipart/form-data; boundary=x"
            })
    void aPlainNumberIsRefusedUnread(String type) {
        for (String path : List.of("subjects/" + PERSON + "/cards", "cards/" + TOKEN)) {
            String method = path.startsWith("cards") ? "PUT" : "POST";
            HttpResponse<String> answer =
                    platform.as(Role.OPERATOR, method, path, "{\"number\":\"" + NUMBER + "\"}", "Content-Type", type);

            assertThat(answer.statusCode()).as(path).isEqualTo(415);
            assertThat(answer.body())
                    .contains("UNSUPPORTED_TYPE", "application/jose")
                    .doesNotContain("1111");
        }
        assertThat(platform.cards.calls()).isEmpty();
    }

    @Test
    void aRefusalOfTheServiceSaysNothingOfWhatWasSent() {
        platform.cards.on("store", args -> {
            throw new PledgeException(Kind.INVALID, "this is no JWE").remedy("Send compact JWE.");
        });
        HttpResponse<String> answer = post("application/jose", "{\"number\":\"" + NUMBER + "\"}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("this is no JWE").doesNotContain("1111");
    }

    @Test
    void whoMayNotIsToldSoBeforeTheBodyIsLookedAt() {
        HttpResponse<String> answer =
                platform.as(Role.VIEWER, "POST", "subjects/" + PERSON + "/cards", NUMBER, "Content-Type", "text/plain");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(platform.leaves).hasSize(1);
        assertThat(platform.leaves.get(0).details()).containsValue("storeCard");
    }

    @Test
    void aBodyWithoutATypeOrTooLargeIsRefused() {
        assertThat(post("application/jose", "x".repeat(BodyFilter.LIMIT + 1)).statusCode())
                .isEqualTo(413);
        assertThat(platform.as(Role.OPERATOR, "POST", "subjects/" + PERSON + "/cards", null)
                        .statusCode())
                .isEqualTo(415);
    }

    @Test
    void publishesItsKeysToWhoeverHasACredential() {
        platform.cards.on(
                "intakeKeys",
                args -> List.of(
                        new CardService.IntakeKey("b", "X", "Y", true, Optional.empty()),
                        new CardService.IntakeKey("c", "X", "", true, Optional.empty()),
                        new CardService.IntakeKey("a", "X", "Y", false, Optional.of(Platform.NOW))));
        for (Role role : EnumSet.complementOf(EnumSet.of(Role.ADMIN))) { // which no credential holds
            HttpResponse<String> answer = platform.as(role, "GET", "vault/keys", null);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("application/jwk-set+json"));
            assertThat(answer.body())
                    .startsWith("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\"")
                    .contains("{\"kty\":\"OKP\",\"crv\":\"X25519\",\"use\":\"enc\",\"alg\":\"ECDH-ES\",\"kid\":\"c\","
                            + "\"x\":\"X\"}")
                    .contains("\"kid\":\"a\"", "\"until\":\"2026-01-31T12:00:00Z\"");
        }
        assertThat(platform.send(platform.request("GET", "vault/keys", null)).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aDeletedCardIsGoneAndAnUnknownOneNeverWas() {
        platform.cards.on("card", args -> {
            throw new PledgeException(Kind.NOT_FOUND, "this tenant has no such card");
        });
        platform.cards.on("uses", args -> {
            if (!args[1].equals(TOKEN)) {
                throw new PledgeException(Kind.NOT_FOUND, "this tenant has no such card");
            }
            return new Page<>(
                    List.of(new Use(UUID.randomUUID(), Platform.NOW, "CARD_DELETED", "desk", Map.of())),
                    Optional.empty());
        });

        assertThat(platform.as(Role.OPERATOR, "GET", "cards/" + TOKEN, null).statusCode())
                .isEqualTo(410);
        assertThat(platform.as(Role.OPERATOR, "GET", "cards/none", null).statusCode())
                .isEqualTo(404);
        assertThat(platform.as(Role.OPERATOR, "GET", "cards/" + TOKEN + "/uses", null)
                        .body())
                .contains("CARD_DELETED");
    }

    @Test
    void deletingAnswersWithTheCertificate() {
        UUID event = UUID.randomUUID();
        platform.cards.on("delete", args -> new CardService.Certificate(TOKEN, Platform.NOW, event, "b5bb"));

        assertThat(platform.as(Role.OPERATOR, "DELETE", "cards/" + TOKEN, null).body())
                .contains(event.toString(), "\"leaf\":\"b5bb\"");
        assertThat(platform.as(Role.CUSTODIAN, "DELETE", "cards/" + TOKEN, null).statusCode())
                .isEqualTo(403);
    }

    @Test
    void aSealedVaultAndAStoppedOneSayWhatToDo() {
        platform.cards.on("card", args -> {
            throw new PledgeException(Kind.UNAVAILABLE, "the vault is sealed").remedy("Custodians: vault:unseal");
        });
        HttpResponse<String> sealed = platform.as(Role.OPERATOR, "GET", "cards/" + TOKEN, null);
        platform.stopped.add("vault");
        HttpResponse<String> stopped = platform.as(Role.OPERATOR, "GET", "payments/" + PAYMENT, null);

        assertThat(sealed.statusCode()).isEqualTo(503);
        assertThat(sealed.headers().firstValue("Retry-After")).isPresent();
        assertThat(sealed.body()).contains("the vault is sealed", "vault:unseal");
        assertThat(stopped.statusCode()).isEqualTo(503);
        assertThat(platform.as(Role.OPERATOR, "GET", "health", null).body()).contains("\"vault\":\"DOWN\"");
    }

    @Test
    void movesMoneyOnceUnderAReference() {
        List<Object> asked = new ArrayList<>();
        platform.payments.on("authorise", args -> {
            PaymentService.Authorisation wanted = (PaymentService.Authorisation) args[1];
            asked.add(wanted.token()
                    + wanted.amount()
                    + wanted.currency()
                    + wanted.purpose()
                    + wanted.codeJwe().map(jwe -> new String(jwe, StandardCharsets.US_ASCII)));
            return payment(asked.size() == 1 ? PaymentService.State.CONFIRMED : PaymentService.State.IN_DOUBT);
        });
        String body = "{\"token\":\"" + TOKEN + "\",\"amount\":4999,\"currency\":\"EUR\",\"purpose\":\"payment\","
                + "\"reference\":\"order-1\",\"securityCode\":\"" + JWE + "\"}";

        HttpResponse<String> made = platform.as(Role.OPERATOR, "POST", "payments", body);
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.headers().firstValue("Location")).hasValue("/api/v1/payments/" + PAYMENT);
        assertThat(made.body()).contains("\"state\":\"CONFIRMED\"", "\"securityCodeResult\":\"M\"");
        assertThat(platform.as(Role.OPERATOR, "POST", "payments", body).statusCode())
                .isEqualTo(202);
        assertThat(asked.get(0)).isEqualTo(TOKEN + "4999EURpaymentOptional[" + JWE + "]");
    }

    @Test
    void aPaymentTakesNoNumberInPlaceOfAToken() {
        String body = "{\"number\":\"" + NUMBER + "\",\"" + NUMBER + "\":1,\"token\":" + NUMBER + "}";
        HttpResponse<String> answer = platform.as(Role.OPERATOR, "POST", "payments", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).doesNotContain("1111");
        assertThat(platform.payments.calls()).isEmpty();
    }

    @Test
    void listsTheMovementsOfAStateByPages() {
        List<Object> asked = new ArrayList<>();
        platform.payments.on("payments", args -> {
            asked.addAll(List.of(args).subList(1, 4));
            return new Page<>(List.of(payment(PaymentService.State.SENT)), Optional.of("more"));
        });
        assertThat(platform.as(Role.AUDITOR, "GET", "payments?state=SENT&cursor=c&limit=7", null)
                        .body())
                .startsWith("{\"items\":[{\"id\":\"" + PAYMENT)
                .contains("\"next\":\"more\"");
        assertThat(platform.as(Role.OPERATOR, "GET", "payments", null).statusCode())
                .isEqualTo(200);
        assertThat(asked)
                .containsExactly(
                        PaymentService.State.SENT,
                        Optional.of("c"),
                        7,
                        PaymentService.State.IN_DOUBT,
                        Optional.empty(),
                        50);
        assertThat(platform.as(Role.OPERATOR, "GET", "payments?state=LOST", null)
                        .body())
                .contains("state must be one of");
        assertThat(platform.as(Role.OFFICER, "GET", "payments", null).statusCode())
                .isEqualTo(403);
    }

    @Test
    void everyMovementReachesItsOwnMethod() {
        for (String method : List.of("capture", "refund", "chargeback", "cancel", "resolve", "payment")) {
            platform.payments.on(method, args -> payment(PaymentService.State.CONFIRMED));
        }
        platform.payments.on("payments", args -> List.of(payment(PaymentService.State.CONFIRMED)));
        String at = "payments/" + PAYMENT;
        for (String what : List.of("captures", "refunds", "chargebacks")) {
            assertThat(platform.as(Role.OPERATOR, "POST", at + "/" + what, "{\"amount\":1,\"reference\":\"r\"}")
                            .statusCode())
                    .isEqualTo(201);
        }
        assertThat(platform.as(Role.OPERATOR, "POST", at + "/voids", "{\"reference\":\"r\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(platform.as(Role.OPERATOR, "POST", at + "/resolution", null).statusCode())
                .isEqualTo(200);
        assertThat(platform.as(Role.AUDITOR, "GET", at, null).statusCode()).isEqualTo(200);
        assertThat(platform.as(Role.AUDITOR, "GET", "cards/" + TOKEN + "/payments?limit=3", null)
                        .body())
                .startsWith("{\"items\":[{\"id\":\"" + PAYMENT);
        assertThat(platform.payments.calls())
                .containsExactly("capture", "refund", "chargeback", "cancel", "resolve", "payment", "payments");
    }
}
