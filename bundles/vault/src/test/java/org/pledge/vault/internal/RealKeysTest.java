package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException.Kind;
import org.pledge.crypto.internal.DefaultCardSealer;
import org.pledge.crypto.internal.VaultKeyRing;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.CardService.IntakeKey;
import org.pledge.vault.EvidenceService;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.RevealService.Request;
import org.pledge.vault.RevealService.Type;
import org.pledge.vault.spi.VaultStore.StoredCard;

/** A card's life under the keys that the platform has. */
final class RealKeysTest {
    @TempDir
    private Path folder;

    private World world;
    private VaultKeyRing ring;

    @BeforeEach
    void open() {
        Object config = Proxy.newProxyInstance(
                VaultKeyRing.Config.class.getClassLoader(),
                new Class<?>[] {VaultKeyRing.Config.class},
                (self, method, args) -> switch (method.getName()) {
                    case "keys" -> "development";
                    case "keystore" -> folder.resolve("vault.p12").toString();
                    default -> method.getDefaultValue();
                });
        world = new World(vault -> {
            ring = new VaultKeyRing((VaultKeyRing.Config) config, vault, vault);
            return new World.Keys(ring, new DefaultCardSealer(ring, vault, vault));
        });
    }

    @AfterEach
    void close() {
        ring.deactivate();
    }

    @Test
    void isStoredChargedSeenReplacedAndShredded() {
        Card card = world.storedCard();
        assertThat(world.storedCard().token()).isEqualTo(card.token());
        world.administration.rotate(World.CUSTODIAN);
        assertThat(world.administration.rewrap(World.CUSTODIAN, count -> {})).isOne();
        assertThat(world.payments
                        .authorise(World.OPERATOR, World.authorisation(card, 100, "order-1"))
                        .state())
                .isEqualTo(State.CONFIRMED);
        assertThat(world.gateway.cards.get(0)).containsEntry("number", FakeGateway.hash(Jwe.VISA));
        Request request = world.reveals.open(World.OPERATOR, card.token(), Type.EDIT, "T-1");
        world.reveals.approve(World.OFFICER, request.id(), TestFactors.code());
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        world.reveals.reveal(World.CUSTODIAN, request.id(), "127.0.0.1", TestFactors.code(), terminal);
        assertThat(terminal.toString(StandardCharsets.US_ASCII)).isEqualTo(Jwe.VISA);
        StoredCard before = stored(card.token());
        world.cards.replace(
                World.OPERATOR,
                card.token(),
                new Jwe(world).text("number", "5555555555554444").bytes());
        assertGone(before);
        StoredCard after = stored(card.token());
        world.cards.delete(World.OPERATOR, card.token());
        assertGone(after);
        assertThat(world.administration.report(World.CUSTODIAN).keys()).allMatch(key -> key.cards() == 0);
    }

    @Test
    void cannotBeMovedToAnotherPlace() {
        StoredCard one = stored(world.storedCard().token());
        StoredCard other = stored(world.cards
                .store(
                        World.OPERATOR,
                        World.CUSTOMER,
                        new Jwe(world).text("number", Jwe.AMEX).bytes())
                .token());
        StoredCard swapped = new StoredCard(
                one.tenant(),
                one.id(),
                one.token(),
                one.customer(),
                one.lookup(),
                one.network(),
                one.lastFour(),
                one.expires(),
                one.securityCodeGiven(),
                other.number(),
                one.number(),
                one.stored());
        CardRecords records = new CardRecords(world.sealer);
        assertThatThrownBy(() -> world.vault.required(() -> records.number(swapped)))
                .isInstanceOf(SecurityException.class);
        assertThatThrownBy(() -> world.vault.required(() -> records.forPayment(swapped, new byte[0])))
                .isInstanceOf(SecurityException.class);
    }

    @Test
    void isOutOfReachWhileSealed() {
        Card card = world.storedCard();
        world.administration.seal(World.CUSTODIAN);
        assertThat(Refused.with(Kind.UNAVAILABLE, () -> world.cards.card(World.OPERATOR, card.token())))
                .hasMessage("the vault is sealed");
        world.removed.removed(World.OPERATOR, World.CUSTOMER);
        world.administration.unseal(World.CUSTODIAN, new char[0]);
        Refused.with(Kind.NOT_FOUND, () -> world.cards.card(World.OPERATOR, card.token()));
        assertThat(world.cards
                        .uses(World.OPERATOR, card.token(), Optional.empty(), 10)
                        .items())
                .hasSize(2);
        assertThat(world.cards.intakeKeys().get(0).until()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void takesACardOnEitherCurveOnceAndUnaltered(int curve) {
        Jwe sent = new Jwe(world, curve);
        byte[] jwe = sent.bytes();
        assertThat(world.cards
                        .store(World.OPERATOR, World.CUSTOMER, jwe.clone())
                        .lastFour())
                .isEqualTo("1111");
        assertThat(Refused.with(Kind.INVALID, () -> world.cards.store(World.OPERATOR, World.CUSTOMER, jwe.clone())))
                .hasMessageContaining("jti");
        byte[] altered = new Jwe(world, curve).bytes();
        altered[altered.length - 30] ^= 1;
        Refused.with(Kind.INVALID, () -> world.cards.store(World.OPERATOR, World.CUSTOMER, altered));
        Jwe late = new Jwe(world, curve)
                .raw(
                        "iat",
                        Long.toString(world.clock.instant().minusSeconds(301).getEpochSecond()));
        Refused.with(Kind.INVALID, () -> world.cards.store(World.OPERATOR, World.CUSTOMER, late.bytes()));
    }

    @Test
    void takesNoKeyOfTheOtherCurveAndNoPointOfLowOrder() {
        Jwe swapped = new Jwe(world, 1);
        swapped.header.put("kid", Jwe.quoted(world.cards.intakeKeys().get(0).kid()));
        Jwe zeros = new Jwe(world, 1);
        zeros.header.put("epk", "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + "A".repeat(43) + "\"}");
        for (Jwe each : List.of(swapped, zeros)) {
            assertThat(Refused.with(
                            Kind.INVALID, () -> world.cards.store(World.OPERATOR, World.CUSTOMER, each.bytes())))
                    .hasMessageContaining("not encrypted to a key that the vault takes");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void takesARetiredIntakeKeyForItsHours(int curve) {
        byte[] jwe = new Jwe(world, curve).bytes();
        world.administration.rotate(World.CUSTODIAN);
        assertThat(world.cards.store(World.OPERATOR, World.CUSTOMER, jwe).lastFour())
                .isEqualTo("1111");
        assertThat(world.cards.intakeKeys())
                .extracting(IntakeKey::curve)
                .containsExactly("P-256", "X25519", "P-256", "X25519");
        assertThat(world.cards.intakeKeys()).element(2 + curve).satisfies(key -> {
            assertThat(key.current()).isFalse();
            assertThat(key.until()).isPresent();
        });
    }

    @Test
    void keepsEvidenceUnderKeysThatAreWrappedAnew() {
        Payment authorised =
                world.payments.authorise(World.OPERATOR, World.authorisation(world.storedCard(), 100, "a-1"));
        UUID capture = world.payments
                .capture(World.OPERATOR, authorised.id(), 100, "c-1")
                .id();
        UUID chargeback =
                world.payments.chargeback(World.OPERATOR, capture, 100, "b-1").id();
        byte[] content = Arrays.copyOf("%PDF-1.7".getBytes(StandardCharsets.US_ASCII), EvidenceService.MOST_BYTES);
        UUID id = world.evidence
                .add(World.OPERATOR, capture, chargeback, EvidenceService.Type.PDF, content)
                .id();
        world.administration.rotate(World.CUSTODIAN);
        assertThat(world.administration.rewrap(World.CUSTODIAN, done -> {})).isEqualTo(2);
        assertThat(world.evidence
                        .content(World.OPERATOR, capture, chargeback, id)
                        .bytes())
                .isEqualTo(content);
    }

    private StoredCard stored(String token) {
        return world.vault.required(() -> world.vault.card(World.TENANT, token)).orElseThrow();
    }

    private void assertGone(StoredCard card) {
        assertThat(Refused.with(
                        Kind.NOT_FOUND, () -> world.vault.required(() -> new CardRecords(world.sealer).number(card))))
                .isNotNull();
    }
}
