package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.soap.internal.Platform.element;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.CardService.Certificate;
import org.pledge.vault.Network;

class CardOperationsTest {
    private static final Platform PLATFORM = new Platform();
    private static final SubjectId SUBJECT = SubjectId.random();
    private static final String JWE = "eyJhbGciOiJFQ0RILUVTIn0..aXY.Y2lwaGVy.dGFn";
    private static final String NUMBER = "4111111111111111";
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final List<String> taken = new ArrayList<>();

    @AfterAll
    static void stop() {
        PLATFORM.close();
    }

    @BeforeEach
    void answer() {
        Card card =
                new Card(Platform.TENANT, "tok_x", SUBJECT, Network.AMEX, "0005", YearMonth.of(2029, 8), false, NOW);
        PLATFORM.cards.on("store", args -> {
            taken.add(new String((byte[]) args[2], StandardCharsets.US_ASCII));
            return card;
        });
        PLATFORM.cards.on("card", args -> card);
        PLATFORM.cards.on("cards", args -> List.of(card, card));
        PLATFORM.cards.on("delete", args -> new Certificate("tok_x", NOW, UUID.randomUUID(), "b5bb"));
    }

    private static String store(String key, String jwe) {
        return element("storeCard", key + "<subject>" + SUBJECT + "</subject><jwe>" + jwe + "</jwe>");
    }

    @Test
    void storesAnEncryptedCardAndShowsItMasked() {
        HttpResponse<String> answer = PLATFORM.as(Role.OPERATOR, store("", JWE));

        assertThat(answer.body())
                .contains("<token>tok_x</token>", "<lastFour>0005</lastFour>", "<expires>2029-08</expires>");
        XsdTest.assertFollowsTheSchema(answer.body());
        assertThat(taken).containsExactly(JWE);
    }

    @Test
    void storesOnceUnderAKey() {
        String key = "<idempotencyKey>" + UUID.randomUUID() + "</idempotencyKey>";
        PLATFORM.as(Role.OPERATOR, store(key, JWE));
        assertThat(PLATFORM.as(Role.OPERATOR, store(key, JWE)).body()).contains("tok_x");
        assertThat(PLATFORM.as(Role.OPERATOR, store(key, JWE + "x")).body()).contains("<code>INVALID</code>");
        assertThat(taken).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {NUMBER, "{\"number\":\"" + NUMBER + "\"}", "a.b.c.d.e", "a..b.c", ""})
    void whatIsNotEncryptedIsRefusedAndNotRepeated(String text) {
        HttpResponse<String> answer = PLATFORM.as(Role.OPERATOR, store("", text));

        assertThat(answer.body()).contains("<code>MALFORMED</code>").doesNotContain("1111");
        assertThat(taken).isEmpty();
    }

    @Test
    void listsMaskedAndDeletesWithACertificate() {
        HttpResponse<String> list =
                PLATFORM.as(Role.CUSTODIAN, element("listCards", "<subject>" + SUBJECT + "</subject>"));
        HttpResponse<String> deleted = PLATFORM.as(Role.OPERATOR, element("deleteCard", "<token>tok_x</token>"));

        assertThat(list.body()).containsPattern("(?s)<card>.*<card>");
        XsdTest.assertFollowsTheSchema(list.body());
        assertThat(deleted.body()).contains("<leaf>b5bb</leaf>");
        XsdTest.assertFollowsTheSchema(deleted.body());
    }

    @Test
    void aSealedVaultIsAFaultWithTheRemedy() {
        PLATFORM.cards.on("delete", args -> {
            throw new PledgeException(Kind.UNAVAILABLE, "the vault is sealed").remedy("Custodians: vault:unseal");
        });
        assertThat(PLATFORM.as(Role.OPERATOR, element("deleteCard", "<token>tok_x</token>"))
                        .body())
                .contains("<code>UNAVAILABLE</code>", "the vault is sealed", "vault:unseal");
    }
}
