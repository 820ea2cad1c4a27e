package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.soap.internal.Platform.element;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.vault.PaymentService;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;

class PaymentOperationsTest {
    private static final Platform PLATFORM = new Platform();
    private static final UUID ID = UUID.randomUUID();
    private static final String JWE = "eyJhbGciOiJFQ0RILUVTIn0..aXY.Y2lwaGVy.dGFn";
    private static final String NUMBER = "4111111111111111";
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final String MOVEMENT =
            "<payment>" + ID + "</payment><amount>1250</amount><reference>r-1</reference>";

    private final List<Object> asked = new ArrayList<>();

    @AfterAll
    static void stop() {
        PLATFORM.close();
    }

    @BeforeEach
    void answer() {
        PLATFORM.payments.on("authorise", args -> {
            PaymentService.Authorisation wanted = (PaymentService.Authorisation) args[1];
            asked.add(wanted.codeJwe().map(jwe -> new String(jwe, StandardCharsets.US_ASCII)));
            return payment(wanted.amount(), wanted.reference(), "M");
        });
        for (String method : List.of("capture", "refund")) {
            PLATFORM.payments.on(method, args -> {
                asked.addAll(List.of(method, args[1]));
                return payment((long) args[2], (String) args[3], "");
            });
        }
        PLATFORM.payments.on("cancel", args -> {
            asked.addAll(List.of("cancel", args[1], args[2]));
            return payment(1, (String) args[2], "");
        });
        PLATFORM.payments.on("payment", args -> payment(1, "r", ""));
        PLATFORM.payments.on("payments", args -> {
            asked.addAll(List.of(args).subList(1, 4));
            return new Page<>(List.of(payment(1, "r", "")), Optional.of("more"));
        });
    }

    private static Payment payment(long amount, String reference, String code) {
        return new Payment(
                Platform.TENANT,
                ID,
                PaymentService.Kind.AUTHORISE,
                Optional.of(ID),
                "tok_x",
                amount,
                "EUR",
                reference,
                State.IN_DOUBT,
                code,
                "",
                "",
                NOW,
                NOW,
                Optional.empty());
    }

    private static String authorise(String token, String more) {
        return element(
                "authorise",
                "<token>" + token + "</token><amount>4999</amount><currency>EUR</currency><purpose>payment</purpose>"
                        + "<reference>order-1</reference>" + more);
    }

    private static String answered(Role role, String element) {
        String body = PLATFORM.as(role, element).body();
        XsdTest.assertFollowsTheSchema(body);
        return body;
    }

    @Test
    void authorisesWithAndWithoutACode() {
        assertThat(answered(Role.OPERATOR, authorise("tok_x", "<securityCode>" + JWE + "</securityCode>")))
                .contains("<authoriseResponse", "<amount>4999</amount>", "<reference>order-1</reference>")
                .contains("<state>IN_DOUBT</state><securityCodeResult>M</securityCodeResult>");
        answered(Role.OPERATOR, authorise("tok_x", ""));
        assertThat(asked).containsExactly(Optional.of(JWE), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"123", "{\"securityCode\":\"123\"}", NUMBER, ""})
    void aCodeThatIsNotEncryptedIsRefusedAndNotRepeated(String code) {
        HttpResponse<String> answer =
                PLATFORM.as(Role.OPERATOR, authorise("tok_x", "<securityCode>" + code + "</securityCode>"));

        assertThat(answer.body()).contains("<code>MALFORMED</code>").doesNotContain("123", "1111");
        assertThat(asked).isEmpty();
    }

    @Test
    void everyMovementReachesItsOwnMethod() {
        assertThat(answered(Role.OPERATOR, element("capture", MOVEMENT)))
                .contains("<captureResponse", "<amount>1250</amount>", "<parent>" + ID + "</parent>");
        assertThat(answered(Role.OPERATOR, element("refund", MOVEMENT))).contains("<refundResponse");
        assertThat(answered(Role.OPERATOR, element("void", "<payment>" + ID + "</payment><reference>v-1</reference>")))
                .contains("<voidResponse", "<reference>v-1</reference>");
        assertThat(answered(Role.AUDITOR, element("getPayment", "<payment>" + ID + "</payment>")))
                .contains("<getPaymentResponse", "<id>" + ID + "</id>");
        assertThat(asked).containsExactly("capture", ID, "refund", ID, "cancel", ID, "v-1");
    }

    @Test
    void listsWhatStandsInAState() {
        assertThat(answered(Role.AUDITOR, element("listPayments", "")))
                .contains("<listPaymentsResponse", "<next>more</next>");
        answered(Role.OPERATOR, element("listPayments", "<state>SENT</state><cursor>more</cursor><limit>7</limit>"));
        assertThat(asked).containsExactly(State.IN_DOUBT, Optional.empty(), 50, State.SENT, Optional.of("more"), 7);
        assertThat(PLATFORM.as(Role.OPERATOR, element("listPayments", "<state>LOST</state>"))
                        .body())
                .contains("<code>MALFORMED</code>");
    }

    @Test
    void aRefusalIsAFaultWithThePromiseAndTheRemedy() {
        PLATFORM.payments.on("authorise", args -> {
            throw new PledgeException(Kind.DENIED, "a card may not be used for this purpose")
                    .because(List.of("AN-9", "AN-11"))
                    .remedy("Cards are for payment.");
        });
        assertThat(answered(Role.OPERATOR, authorise("tok_x", "")))
                .contains("<status>403</status>", "<code>DENIED</code>", "<remedy>Cards are for payment.</remedy>")
                .contains("<promise>AN-9</promise><promise>AN-11</promise>");
    }

    @Test
    void aStoppedVaultIsAFault() {
        PLATFORM.stopped.add("vault");
        try {
            assertThat(answered(Role.OPERATOR, element("capture", MOVEMENT)))
                    .contains("<code>UNAVAILABLE</code>", "the part 'vault' is stopped");
        } finally {
            PLATFORM.stopped.clear();
        }
    }
}
