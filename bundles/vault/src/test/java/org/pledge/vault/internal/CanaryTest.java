package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.PaymentService.Authorisation;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.RevealService.Request;
import org.pledge.vault.RevealService.Type;
import org.pledge.vault.core.PaymentGateway.Answer;

/** A card goes through every operation and every failure; afterwards nothing that can be reached holds it. */
final class CanaryTest {
    private static final String CODE = "739";
    private static final String NEW_NUMBER = "5555555555554444";
    private static final String STREET = "12 Canary Wharf";

    private final World world = new World();
    private final Reach reach = new Reach(List.of(Jwe.VISA, NEW_NUMBER, Jwe.AMEX, Jwe.HOLDER, STREET), List.of(CODE));
    private final List<Throwable> thrown = new ArrayList<>();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final PrintStream before = System.err;

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setErr(before);
    }

    private void assertNothingLeft(String after) {
        world.handOn();
        assertThat(reach.from(new Object[] {world, thrown, errors.toByteArray()}))
                .as("after " + after)
                .isEmpty();
        assertThat(reach.looked()).as("objects looked at").isGreaterThan(200);
    }

    private void attempt(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            thrown.add(e);
        }
        assertNothingLeft(what);
    }

    private Jwe jwe() {
        return new Jwe(world).address().text("securityCode", CODE);
    }

    private Card store() {
        return world.cards.store(World.OPERATOR, World.CUSTOMER, jwe().bytes());
    }

    @Test
    void leavesNothingAfterAnyOperation() {
        Card card = store();
        assertNothingLeft("store");
        Payment authorised = world.payments.authorise(World.OPERATOR, World.authorisation(card, 100, "order-1"));
        assertNothingLeft("authorise");
        world.payments.authorise(
                World.OPERATOR,
                new Authorisation(
                        card.token(),
                        100,
                        "EUR",
                        "payment",
                        "order-2",
                        Optional.of(Jwe.code(world, CODE).bytes())));
        assertNothingLeft("authorise with a code");
        Payment captured = world.payments.capture(World.OPERATOR, authorised.id(), 100, "c-1");
        world.payments.refund(World.OPERATOR, captured.id(), 10, "r-1");
        world.payments.chargeback(World.OPERATOR, captured.id(), 10, "b-1");
        assertNothingLeft("capture, refund and chargeback");
        Request request = world.reveals.open(World.OPERATOR, card.token(), Type.EDIT, "T-1");
        world.reveals.approve(World.OFFICER, request.id(), TestFactors.code());
        world.reveals.reveal(
                World.CUSTODIAN, request.id(), "127.0.0.1", TestFactors.code(), OutputStream.nullOutputStream());
        assertNothingLeft("reveal");
        world.cards.replace(
                World.OPERATOR, card.token(), jwe().text("number", NEW_NUMBER).bytes());
        assertNothingLeft("replace");
        world.administration.report(World.OFFICER);
        world.cards.delete(World.OPERATOR, card.token());
        assertNothingLeft("delete");
        assertThat(thrown).isEmpty();
    }

    @Test
    void leavesNothingAfterAnyRefusedIntake() {
        Map<String, Jwe> wrong = new LinkedHashMap<>();
        wrong.put("the check digit", jwe().text("number", "4111111111111112"));
        wrong.put("the expiry", jwe().text("expiry", Jwe.VISA));
        wrong.put(
                "a number as the holder of a wrong card",
                jwe().text("holder", Jwe.VISA).text("number", "1"));
        wrong.put("a number as jti", jwe().text("jti", Jwe.VISA + "-" + Jwe.VISA));
        wrong.put("a member that is unknown", jwe().text(Jwe.VISA, Jwe.VISA));
        wrong.put("a member twice", jwe().raw("x\",\"number\":\"1\",\"y", "1"));
        wrong.put("a number that is no text", jwe().raw("number", Jwe.VISA));
        wrong.put("an address that is a text", jwe().text("address", STREET));
        wrong.put("a code that is too long", jwe().text("securityCode", CODE + CODE));
        wrong.put("the code of American Express", jwe().text("number", Jwe.AMEX).text("securityCode", "1" + CODE));
        wrong.put("iat", jwe().raw("iat", "1"));
        wrong.put("a half object", jwe().raw("address", "{\"street\":\"" + STREET + "\""));
        wrong.forEach(
                (what, jwe) -> attempt(what, () -> world.cards.store(World.OPERATOR, World.CUSTOMER, jwe.bytes())));
        Jwe header = jwe();
        header.header.put("kid", Jwe.quoted(Jwe.VISA));
        attempt("kid", () -> world.cards.store(World.OPERATOR, World.CUSTOMER, header.bytes()));
        byte[] plain = Jwe.json(jwe().content).getBytes(StandardCharsets.UTF_8);
        attempt("plain text", () -> world.cards.store(World.OPERATOR, World.CUSTOMER, plain));
        attempt("plain text, kept by the caller", () -> thrown.add(new IllegalStateException(new String(plain))));
        byte[] used = jwe().bytes();
        world.cards.store(World.OPERATOR, World.CUSTOMER, used);
        attempt("a second use", () -> world.cards.store(World.OPERATOR, World.CUSTOMER, used));
        assertThat(thrown).hasSize(wrong.size() - 1 + 4); // a number as jti is only long, and nothing of it stays
    }

    @Test
    void leavesNothingAfterAnyFailure() {
        byte[] jwe = jwe().bytes();
        attempt(
                "a database that fails",
                () -> world.vault.required((Supplier<Card>) () -> {
                    world.cards.store(World.OPERATOR, World.CUSTOMER, jwe);
                    throw new PledgeException(Kind.UNAVAILABLE, "the database cannot be reached");
                }));
        Card card = store();
        int[] number = {0};
        for (Supplier<Optional<Answer>> end : List.<Supplier<Optional<Answer>>>of(
                () -> Optional.of(new Answer(false, Jwe.VISA, CODE, CODE)),
                () -> Optional.of(new Answer(false, "card " + Jwe.VISA, "", "")),
                Optional::empty,
                () -> {
                    throw new PledgeException(Kind.UNAVAILABLE, "cannot be reached");
                },
                () -> {
                    throw new PledgeException(Kind.DENIED, "suspended");
                },
                () -> {
                    throw new IllegalStateException("echo of " + Jwe.VISA + " and " + Jwe.HOLDER);
                })) {
            store();
            world.gateway.answers = instruction -> end.get();
            attempt(
                    "a gateway that fails",
                    () -> world.payments.authorise(
                            World.OPERATOR, World.authorisation(card, 100, "order-" + number[0]++)));
        }
        world.auditFails.set(true);
        Request request = world.reveals.open(World.OPERATOR, card.token(), Type.EDIT, "T-1");
        world.reveals.approve(World.OFFICER, request.id(), TestFactors.code());
        try {
            world.reveals.reveal(
                    World.CUSTODIAN, request.id(), "127.0.0.1", TestFactors.code(), OutputStream.nullOutputStream());
        } catch (PledgeException e) {
            thrown.add(e);
        }
        world.auditFails.set(false);
        assertNothingLeft("an audit log that fails");
        attempt(
                "a number for a reference",
                () -> world.payments.authorise(World.OPERATOR, World.authorisation(card, 100, Jwe.VISA)));
        attempt("a number for a token", () -> world.cards.card(World.OPERATOR, Jwe.VISA));
        attempt("a number for a ticket", () -> world.reveals.open(World.OPERATOR, card.token(), Type.EDIT, Jwe.VISA));
        attempt(
                "a number for a cursor",
                () -> world.cards.uses(World.OPERATOR, card.token(), Optional.of(Jwe.VISA + "x"), 1));
        attempt(
                "a number for a currency",
                () -> world.payments.authorise(
                        World.OPERATOR,
                        new Authorisation(card.token(), 1, Jwe.VISA, "payment", "order-x", Optional.empty())));
        attempt(
                "a number for a purpose",
                () -> world.payments.authorise(
                        World.OPERATOR,
                        new Authorisation(card.token(), 1, "EUR", Jwe.VISA, "order-x", Optional.empty())));
        world.clock.advance(Duration.ofMinutes(3));
        attempt("a resolver", world.resolver::run);
        attempt("a seal", () -> world.administration.seal(World.CUSTODIAN));
        attempt("a sealed vault", this::store);
        assertThat(thrown).hasSizeGreaterThan(8);
    }

    /** What the tests above rest on. */
    @Test
    void findsWhatIsPlantedAnywhere() {
        record Holder(Object value) {}
        String number = Jwe.VISA;
        Supplier<String> lambda = () -> number;
        List<Object> planted = List.of(
                number,
                number.toCharArray(),
                number.getBytes(StandardCharsets.US_ASCII),
                number.getBytes(StandardCharsets.UTF_16LE),
                new StringBuilder("x").append(number),
                HexFormat.of().formatHex(number.getBytes(StandardCharsets.US_ASCII)),
                HexFormat.of().parseHex(number),
                java.util.Base64.getEncoder()
                        .encodeToString(("ab" + number + "cd").getBytes(StandardCharsets.US_ASCII)),
                new Holder(new Holder(number)),
                Map.of("a", List.of(Optional.of(number))),
                Map.of(number, "a"),
                new IllegalStateException(new IllegalArgumentException(number)),
                new Object[] {new String[] {"a", number}},
                CODE.getBytes(StandardCharsets.US_ASCII),
                lambda);
        for (Object each : planted) {
            assertThat(reach.from(new Holder(each)))
                    .as(each.getClass().getName())
                    .isNotEmpty();
        }
        assertThat(reach.from(new Holder("4111111111111112"))).isEmpty();
    }
}
