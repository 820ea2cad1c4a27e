package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.CardService.Certificate;
import org.pledge.vault.CardService.IntakeKey;
import org.pledge.vault.CardService.Taken;
import org.pledge.vault.CardService.Use;
import org.pledge.vault.Network;
import org.pledge.vault.spi.VaultStore.StoredCard;

final class DefaultCardServiceTest {
    private final World world = new World();
    private final DefaultCardService cards = world.cards;

    private Jwe jwe() {
        return new Jwe(world);
    }

    private Card store(Jwe jwe) {
        return cards.store(World.OPERATOR, World.CUSTOMER, jwe.bytes());
    }

    private StoredCard stored(String token) {
        return world.vault.required(() -> world.vault.card(World.TENANT, token)).orElseThrow();
    }

    private String number(String token) {
        return world.vault.required(
                () -> new String(new CardRecords(world.ring).number(stored(token)), StandardCharsets.US_ASCII));
    }

    @Test
    void takesACardAndShowsItMasked() {
        Card card = store(jwe().address().text("securityCode", "123"));
        assertThat(card.token()).matches("card_[a-z]{28}");
        assertThat(card.network()).isEqualTo(Network.VISA);
        assertThat(card.lastFour()).isEqualTo("1111");
        assertThat(card.expires()).isEqualTo(YearMonth.of(2030, 1));
        assertThat(card.securityCodeGiven()).isTrue();
        assertThat(cards.card(World.OPERATOR, card.token())).isEqualTo(card);
        assertThat(cards.cards(World.OPERATOR, World.CUSTOMER)).containsExactly(card);
        assertThat(number(card.token())).isEqualTo(Jwe.VISA);
    }

    @Test
    void recordsWhatItTookWithoutTheCard() {
        Card card = store(jwe().text("securityCode", "123"));
        world.handOn();
        assertThat(world.leaves).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Leaf.Act.CARD_STORED);
            assertThat(leaf.subject()).contains(World.CUSTOMER);
            assertThat(leaf.promises()).containsExactly("AN-7");
            assertThat(leaf.details())
                    .containsEntry("card", card.token())
                    .containsEntry("securityCodeGiven", "true")
                    .containsEntry("network", "VISA")
                    .containsKey("event");
        });
    }

    @Test
    void givesTheSameTokenForTheSameCardOfTheSameCustomerAndKeepsWhatWasGivenLast() {
        Card first = store(jwe().text("securityCode", "123"));
        Card again = store(jwe().text("expiry", "2031-02"));
        assertThat(again.token()).isEqualTo(first.token());
        assertThat(again.expires()).isEqualTo(YearMonth.of(2031, 2));
        assertThat(again.securityCodeGiven()).isFalse();
        assertThat(world.codes.waiting()).as("the earlier code").isZero();
        assertThat(world.ring.keysLeft()).isOne();
    }

    @Test
    void givesAnotherTokenForTheSameCardOfAnotherCustomerOrTenant() {
        Card first = store(jwe());
        Card other = cards.store(World.OPERATOR, SubjectId.random(), jwe().bytes());
        Card elsewhere = cards.store(World.OTHER_OPERATOR, World.CUSTOMER, jwe().bytes());
        assertThat(Set.of(first.token(), other.token(), elsewhere.token())).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "number, 4111111111111112, number is no card number",
        "number, 4111 1111 1111 1111, number is no card number",
        "number, 41111111111111111111, number is no card number",
        "number, 9999999999999995, of no network",
        "number, 41111111111114, of no network",
        "expiry, 2026-10, expiry is past",
        "expiry, 01/30, expiry must be a month",
        "expiry, 2030-13, expiry must be a month",
        "expiry, 2030-00, expiry must be a month",
        "expiry, 2099-01, too far ahead",
        "securityCode, 12, securityCode has 3 digits",
        "securityCode, 1234, securityCode has 3 digits",
        "securityCode, 12x, securityCode has 3 digits",
        "holder, '', holder must have",
        "jti, short, jti has"
    })
    void namesTheFieldThatIsWrongAndNeverItsValue(String field, String value, String text) {
        assertThat(Refused.with(Kind.INVALID, () -> store(jwe().text(field, value))))
                .hasMessageContaining(text)
                .hasMessageNotContaining(value.isEmpty() ? "\0" : value);
    }

    @Test
    void takesACardInItsLastMonth() {
        assertThat(store(jwe().text("expiry", "2026-11")).expires()).isEqualTo(YearMonth.of(2026, 11));
    }

    @Test
    void wantsEveryFieldThatACardHas() {
        for (String field : List.of("number", "expiry", "holder", "iat", "jti")) {
            Refused.with(Kind.INVALID, () -> store(jwe().without(field)));
        }
    }

    @Test
    void wantsAWholeAddress() {
        assertThat(Refused.with(Kind.INVALID, () -> store(jwe().raw("address", "{\"street\":\"Canary 1\"}"))))
                .hasMessageContaining("address.postalCode");
        assertThat(Refused.with(
                        Kind.INVALID,
                        () -> store(jwe().raw(
                                        "address",
                                        "{\"street\":\"a\",\"postalCode\":\"b\",\"city\":\"c\",\"country\":\"gb\"}"))))
                .hasMessageContaining("address.country");
    }

    @Test
    void refusesTheCodeOfAnAmericanExpressCardByItsPromise() {
        Jwe amex = jwe().text("number", Jwe.AMEX).text("securityCode", "1234");
        assertThat(Refused.with(Kind.DENIED, () -> store(amex)).promises()).containsExactly("AN-8");
        assertThat(world.refusal()).isEqualTo("[AN-8] card-field");
        assertThat(cards.cards(World.OPERATOR, World.CUSTOMER)).isEmpty();
        assertThat(world.codes.waiting()).isZero();
        assertThat(store(jwe().text("number", Jwe.AMEX)).securityCodeGiven()).isFalse();
    }

    @Test
    void refusesFieldsThatThePolicyDoesNotTake() {
        world.promises.set(0, World.promise("KX-13", "vault-mandate", Map.of()));
        assertThat(cards.taken(World.OPERATOR)).isEqualTo(new Taken(true, true, true));
        world.taken.removeAll(Set.of("card-address", "card-security-code"));
        assertThat(cards.taken(World.OPERATOR)).isEqualTo(new Taken(true, false, false));
        assertThat(Refused.with(Kind.DENIED, () -> store(jwe().address())).promises())
                .containsExactly("KX-13");
        assertThat(Refused.with(Kind.DENIED, () -> store(jwe().text("securityCode", "123")))
                        .promises())
                .containsExactly("KX-13");
        assertThat(store(jwe()).lastFour()).isEqualTo("1111");
    }

    @Test
    void takesNoCardWhereThePolicyNamesNone() {
        world.taken.clear();
        world.promises.clear();
        assertThat(Refused.with(Kind.DENIED, () -> store(jwe())).promises()).containsExactly("AN-2", "AN-12");
        assertThat(world.refusal()).isEqualTo("[AN-2, AN-12] card-intake");
        assertThat(cards.taken(World.OPERATOR)).isEqualTo(new Taken(false, false, false));
    }

    @Test
    void namesThePromiseAboutPayingWhereNoneIsAboutCards() {
        world.promises.clear();
        world.promises.add(World.promise("OT-7", "purpose-registry", Map.of("purposes", "contact, payment")));
        Card card = store(jwe());
        world.handOn();
        assertThat(world.leaves).singleElement().satisfies(leaf -> {
            assertThat(leaf.promises()).containsExactly("OT-7");
            assertThat(leaf.details()).containsEntry("card", card.token());
        });
    }

    /** As after a deadlock, or when the database is lost for a moment. */
    @Test
    void takesTheSameMessageAgainWhenTheFirstTimeWasUndone() {
        byte[] jwe = jwe().text("securityCode", "123").bytes();
        assertThatThrownBy(() -> world.vault.required(() -> {
                    cards.store(World.OPERATOR, World.CUSTOMER, jwe);
                    throw new IllegalStateException("the database chose another one");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(world.codes.waiting()).as("codes that are left").isZero();
        Card card = cards.store(World.OPERATOR, World.CUSTOMER, jwe);
        assertThat(world.codes.take(World.TENANT, card.token())).hasSize(3);
        assertThat(Refused.with(Kind.INVALID, () -> cards.store(World.OPERATOR, World.CUSTOMER, jwe)))
                .hasMessage("this jti was used before");
    }

    @Test
    void refusesTheSameMessageASecondTime() {
        byte[] jwe = jwe().bytes();
        cards.store(World.OPERATOR, World.CUSTOMER, jwe);
        assertThat(Refused.with(Kind.INVALID, () -> cards.store(World.OPERATOR, World.CUSTOMER, jwe)))
                .hasMessage("this jti was used before");
        assertThat(Refused.with(Kind.INVALID, () -> cards.store(World.OTHER_OPERATOR, World.CUSTOMER, jwe)))
                .hasMessage("this jti was used before");
    }

    @Test
    void refusesAMessageThatIsOldOrFromTheFuture() {
        Instant now = world.clock.instant();
        world.clock.advance(Duration.ofMinutes(10));
        assertThat(Refused.with(Kind.INVALID, () -> store(jwe().raw("iat", Long.toString(now.getEpochSecond())))))
                .hasMessageContaining("iat");
        assertThat(Refused.with(
                        Kind.INVALID,
                        () -> store(jwe().raw(
                                        "iat",
                                        Long.toString(now.plusSeconds(600 + 61).getEpochSecond())))))
                .hasMessageContaining("iat");
        Refused.with(Kind.INVALID, () -> store(jwe().raw("iat", "999999999999999")));
        store(jwe().raw("iat", Long.toString(now.plusSeconds(600 + 60).getEpochSecond())));
    }

    @Test
    void refusesAMessageFromBeforeTheStartBecauseItMayHaveBeenUsedThen() {
        byte[] jwe = jwe().bytes();
        world.clock.advance(Duration.ofSeconds(2));
        Intake restarted = new Intake(world.vault, world.ring, world.clock);
        assertThat(Refused.with(Kind.UNAVAILABLE, () -> restarted.card(jwe))).hasMessageContaining("before the vault");
    }

    @Test
    void forgetsABodyThatIsNoJwe() {
        byte[] body = Jwe.json(jwe().content).getBytes(StandardCharsets.UTF_8);
        Refused.with(Kind.INVALID, () -> cards.store(World.OPERATOR, World.CUSTOMER, body));
        assertThat(body).containsOnly(0);
    }

    @Test
    void treatsATokenOfAnotherTenantAsOneThatDoesNotExist() {
        String token = store(jwe()).token();
        String none = new CardTokens().make();
        for (String each : List.of(token, none, Jwe.VISA, "")) {
            assertThat(Refused.with(Kind.NOT_FOUND, () -> cards.card(World.OTHER_OPERATOR, each)))
                    .hasMessage("this tenant has no such card");
            assertThat(Refused.with(Kind.NOT_FOUND, () -> cards.replace(World.OTHER_OPERATOR, each, jwe().bytes())))
                    .hasMessage("this tenant has no such card");
            assertThat(Refused.with(Kind.NOT_FOUND, () -> cards.delete(World.OTHER_OPERATOR, each)))
                    .hasMessage("this tenant has no such card");
            assertThat(Refused.with(Kind.NOT_FOUND, () -> cards.uses(World.OTHER_OPERATOR, each, Optional.empty(), 10)))
                    .hasMessage("this tenant has no such card");
        }
        assertThat(cards.card(World.OPERATOR, token).token()).isEqualTo(token);
    }

    @Test
    void replacesTheNumberBehindATokenAndDestroysTheOldKey() {
        Card before = store(jwe());
        StoredCard old = stored(before.token());
        Card after = cards.replace(
                World.OPERATOR,
                before.token(),
                jwe().text("number", "5555555555554444").bytes());
        assertThat(after.token()).isEqualTo(before.token());
        assertThat(after.network()).isEqualTo(Network.MASTERCARD);
        assertThat(number(after.token())).isEqualTo("5555555555554444");
        assertThat(world.ring.keysLeft()).isOne();
        assertThatThrownBy(() -> new CardRecords(world.ring).number(old)).hasMessageContaining("destroyed");
        assertThat(store(jwe()).token()).as("the old number is a new card").isNotEqualTo(before.token());
    }

    @Test
    void replacesACardByItselfWithAnotherExpiry() {
        Card before = store(jwe());
        Card after = cards.replace(
                World.OPERATOR, before.token(), jwe().text("expiry", "2033-03").bytes());
        assertThat(after.expires()).isEqualTo(YearMonth.of(2033, 3));
        assertThat(number(after.token())).isEqualTo(Jwe.VISA);
    }

    @Test
    void doesNotPutOneNumberBehindTwoTokens() {
        Card visa = store(jwe());
        Card other = store(jwe().text("number", "5555555555554444"));
        Refused.with(Kind.CONFLICT, () -> cards.replace(World.OPERATOR, other.token(), jwe().bytes()));
        assertThat(number(visa.token())).isEqualTo(Jwe.VISA);
        assertThat(number(other.token())).isEqualTo("5555555555554444");
    }

    @Test
    void shredsACardAndGivesTheSameCertificateAgain() {
        Card card = store(jwe().text("securityCode", "123"));
        StoredCard sealed = stored(card.token());
        Certificate certificate = cards.delete(World.OPERATOR, card.token());
        assertThat(certificate.leaf()).matches("[0-9a-f]{64}");
        assertThat(world.ring.keysLeft()).isZero();
        assertThat(world.codes.waiting()).isZero();
        assertThatThrownBy(() -> new CardRecords(world.ring).number(sealed)).hasMessageContaining("destroyed");
        Refused.with(Kind.NOT_FOUND, () -> cards.card(World.OPERATOR, card.token()));
        assertThat(cards.delete(World.OPERATOR, card.token())).isEqualTo(certificate);
        world.handOn();
        assertThat(world.leaves(Leaf.Act.CARD_DELETED)).singleElement().satisfies(leaf -> {
            assertThat(leaf.promises()).containsExactly("KX-14");
            assertThat(Acts.hash(leaf)).isEqualTo(certificate.leaf());
            assertThat(leaf.details())
                    .containsEntry("event", certificate.event().toString());
        });
    }

    @Test
    void whatALegalHoldKeepsIsNeitherDeletedNorReplacedAndTheGroundIsTold() {
        Instant end = Instant.parse("2027-01-01T00:00:00Z");
        Card card = store(jwe());
        world.held.add(new Kept("email", end, "LAW", List.of()));
        world.held.add(new Kept("card-holder", end, "ENFORCEMENT", List.of("KX-14")));
        PledgeException refusal = Refused.with(Kind.CONFLICT, () -> cards.delete(World.OPERATOR, card.token()));
        assertThat(refusal).hasMessage("a legal hold keeps this card until " + end + " (ENFORCEMENT)");
        assertThat(refusal.promises()).containsExactly("KX-14");
        Refused.with(
                Kind.CONFLICT,
                () -> cards.replace(
                        World.OPERATOR,
                        card.token(),
                        jwe().text("expiry", "2031-01").bytes()));
        assertThat(number(card.token())).isEqualTo(Jwe.VISA);
        assertThat(world.leaves(Leaf.Act.REFUSED)).hasSize(2).allSatisfy(leaf -> assertThat(leaf.details())
                .containsEntry("reason", "held")
                .containsEntry("ground", "ENFORCEMENT")
                .containsEntry("category", "card-holder"));

        world.held.remove(1);
        Certificate certificate = cards.delete(World.OPERATOR, card.token());
        world.held.add(new Kept("card-holder", end, "LAW", List.of()));
        assertThat(cards.delete(World.OPERATOR, card.token())).isEqualTo(certificate);
    }

    @Test
    void nothingIsDeletedWhileNobodySaysWhetherItIsHeld() {
        Card card = store(jwe());
        world.checks.clear();
        Refused.with(Kind.UNAVAILABLE, () -> cards.delete(World.OPERATOR, card.token()));
        assertThat(number(card.token())).isEqualTo(Jwe.VISA);
    }

    @Test
    void showsEveryUseAlsoOfADeletedCard() {
        Card card = store(jwe());
        cards.replace(
                World.OPERATOR, card.token(), jwe().text("expiry", "2031-01").bytes());
        cards.delete(World.OPERATOR, card.token());
        Page<Use> first = cards.uses(World.OPERATOR, card.token(), Optional.empty(), 2);
        assertThat(first.items()).extracting(Use::act).containsExactly("CARD_DELETED", "CARD_REPLACED");
        assertThat(first.items()).extracting(Use::actor).containsOnly("desk");
        Page<Use> second = cards.uses(World.OPERATOR, card.token(), first.next(), 2);
        assertThat(second.items()).extracting(Use::act).containsExactly("CARD_STORED");
        assertThat(second.next()).isEmpty();
        Refused.with(Kind.INVALID, () -> cards.uses(World.OPERATOR, card.token(), Optional.of("4111x"), 2));
    }

    @Test
    void knowsWhoseCardItIsAndWas() {
        String token = store(jwe()).token();
        assertThat(cards.customer(World.OPERATOR, token)).isEqualTo(World.CUSTOMER);
        cards.delete(World.OPERATOR, token);
        assertThat(cards.customer(World.OPERATOR, token)).isEqualTo(World.CUSTOMER);
        for (String none : List.of(new CardTokens().make(), Jwe.VISA, "")) {
            Refused.with(Kind.NOT_FOUND, () -> cards.customer(World.OPERATOR, none));
        }
        Refused.with(Kind.NOT_FOUND, () -> cards.customer(World.OTHER_OPERATOR, token));
    }

    @Test
    void publishesItsKeysTheCurrentOneFirst() {
        world.ring.makeIntakeKey();
        List<IntakeKey> keys = cards.intakeKeys();
        assertThat(keys).extracting(IntakeKey::kid).containsExactly("kid-2", "kid-1");
        assertThat(keys).extracting(IntakeKey::current).containsExactly(true, false);
        assertThat(keys.get(0).until()).isEmpty();
        assertThat(keys.get(1).until()).contains(Instant.EPOCH.plus(Duration.ofHours(24)));
        assertThat(keys.get(0).x()).matches("[A-Za-z0-9_-]{43}");
    }

    @Test
    void answersNothingWhileTheVaultIsSealed() {
        String token = store(jwe()).token();
        byte[] jwe = jwe().bytes();
        world.ring.seal();
        assertThat(Refused.with(Kind.UNAVAILABLE, cards::intakeKeys).remedy()).contains("vault:unseal");
        Refused.with(Kind.UNAVAILABLE, () -> cards.store(World.OPERATOR, World.CUSTOMER, jwe));
        Refused.with(Kind.UNAVAILABLE, () -> cards.taken(World.OPERATOR));
        Refused.with(Kind.UNAVAILABLE, () -> cards.customer(World.OPERATOR, token));
        Refused.with(Kind.UNAVAILABLE, () -> cards.card(World.OPERATOR, token));
        Refused.with(Kind.UNAVAILABLE, () -> cards.cards(World.OPERATOR, World.CUSTOMER));
        Refused.with(Kind.UNAVAILABLE, () -> cards.replace(World.OPERATOR, token, jwe));
        Refused.with(Kind.UNAVAILABLE, () -> cards.delete(World.OPERATOR, token));
        Refused.with(Kind.UNAVAILABLE, () -> cards.uses(World.OPERATOR, token, Optional.empty(), 1));
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, mode = EnumSource.Mode.EXCLUDE, names = "OPERATOR")
    void letsOperatorsAloneChangeCards(Role role) {
        String token = store(jwe()).token();
        Caller caller = new Caller(World.TENANT, "other", Set.of(role));
        byte[] jwe = jwe().bytes();
        assertThat(Refused.with(Kind.DENIED, () -> cards.store(caller, World.CUSTOMER, jwe))
                        .roles())
                .isNotEmpty();
        Refused.with(Kind.DENIED, () -> cards.replace(caller, token, jwe));
        Refused.with(Kind.DENIED, () -> cards.delete(caller, token));
        if (role != Role.CUSTODIAN) {
            Refused.with(Kind.DENIED, () -> cards.card(caller, token));
            Refused.with(Kind.DENIED, () -> cards.cards(caller, World.CUSTOMER));
        }
    }

    @Test
    void shredsTheCardsOfWhoIsRemovedAlsoWhileSealed() {
        Card card = store(jwe());
        cards.store(World.OPERATOR, SubjectId.random(), jwe().bytes());
        world.ring.seal();
        world.removed.removed(World.OPERATOR, World.CUSTOMER);
        assertThat(world.ring.keysLeft()).isOne();
        assertThat(world.vault.required(() -> world.vault.card(World.TENANT, card.token())))
                .isEmpty();
    }

    @Test
    void takesNoCardOfWhomNobodyKnows() {
        world.gone.add(World.CUSTOMER);
        Refused.with(Kind.NOT_FOUND, () -> cards.store(World.OPERATOR, World.CUSTOMER, jwe().bytes()));
        assertThat(world.ring.keysLeft()).isZero();
    }

    @Test
    void keepsNothingWhenTheActCannotBeRecorded() {
        byte[] jwe = jwe().text("securityCode", "123").bytes();
        assertThatThrownBy(() -> world.vault.required(() -> {
                    cards.store(World.OPERATOR, World.CUSTOMER, jwe);
                    throw new IllegalStateException("the database goes away before the commit");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(cards.cards(World.OPERATOR, World.CUSTOMER)).isEmpty();
        assertThat(world.codes.waiting()).isZero();
    }
}
