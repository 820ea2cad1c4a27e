package org.pledge.connectors.clearing.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.pledge.PledgeException;
import org.pledge.vault.PaymentService.Kind;
import org.pledge.vault.core.PaymentGateway;
import org.pledge.vault.core.PaymentGateway.CardData;
import org.pledge.vault.core.PaymentGateway.Instruction;

/** What is said to a clearing house about one movement of money: exactly the categories that may leave. */
final class Movement {
    private static final Set<Kind> SENT = Set.of(Kind.AUTHORISE, Kind.CAPTURE, Kind.VOID, Kind.REFUND);

    private Movement() {}

    /** The categories that an instruction could say something of. */
    static List<String> categories(Instruction instruction) {
        List<String> categories = new ArrayList<>(List.of(PaymentGateway.AMOUNT));
        instruction.card().ifPresent(card -> {
            categories.add(PaymentGateway.NUMBER);
            categories.add(PaymentGateway.EXPIRY);
            given(categories, PaymentGateway.HOLDER, card.holder());
            given(categories, PaymentGateway.ADDRESS, card.address());
            given(categories, PaymentGateway.CODE, card.code());
        });
        return categories;
    }

    private static void given(List<String> categories, String category, byte[] value) {
        if (value.length > 0) {
            categories.add(category);
        }
    }

    /** Those without which it cannot be carried out. */
    static Set<String> needed(Instruction instruction) {
        return instruction.card().isPresent()
                ? Set.of(PaymentGateway.AMOUNT, PaymentGateway.NUMBER, PaymentGateway.EXPIRY)
                : Set.of(PaymentGateway.AMOUNT);
    }

    /** @throws PledgeException of kind {@code INVALID}, naming what is wrong and never its value */
    static void check(Instruction instruction) {
        if (!SENT.contains(instruction.kind())) {
            throw invalid("a " + instruction.kind() + " is not sent to a clearing house");
        }
        boolean first = instruction.kind() == Kind.AUTHORISE;
        if (first != instruction.card().isPresent()
                || first == instruction.parent().isPresent()) {
            throw invalid("an authorisation has a card and no parent, every other movement a parent and no card");
        }
        if (instruction.amount() < 0 || !instruction.currency().matches("[A-Z]{3}")) {
            throw invalid("amount or currency has a form that is not sent");
        }
        instruction.card().ifPresent(Movement::check);
    }

    private static void check(CardData card) {
        if (!digits(card.number(), 12, 19)
                || card.expiry().length != 7
                || card.expiry()[4] != '-'
                || !digits(card.code(), 0, 4)
                || card.holder().length > 400
                || card.address().length > 0 && !FlatObject.is(card.address())) {
            throw invalid("the card has a form that is not sent");
        }
    }

    private static boolean digits(byte[] bytes, int fewest, int most) {
        boolean only = bytes.length >= fewest && bytes.length <= most;
        for (byte each : bytes) {
            only &= each >= '0' && each <= '9';
        }
        return only;
    }

    /** The request's body; whoever asks for it wipes it. */
    static byte[] body(Instruction instruction, Set<String> permitted) {
        try (Bytes body = new Bytes()) {
            body.add("{\"id\":\"" + instruction.id() + "\",\"kind\":\"")
                    .add(instruction.kind().name().toLowerCase(Locale.ROOT))
                    .add(instruction.parent().map(id -> "\",\"parent\":\"" + id).orElse(""))
                    .add("\",\"amount\":" + instruction.amount() + ",\"currency\":\"" + instruction.currency() + "\"");
            Optional<CardData> card = instruction.card();
            if (card.isPresent()) {
                body.add(",\"card\":{\"number\":\"").escaped(card.get().number());
                body.add("\",\"expiry\":\"").escaped(card.get().expiry()).add("\"");
                if (sent(permitted, PaymentGateway.HOLDER, card.get().holder())) {
                    body.add(",\"holder\":\"").escaped(card.get().holder()).add("\"");
                }
                if (sent(permitted, PaymentGateway.ADDRESS, card.get().address())) {
                    body.add(",\"address\":").add(card.get().address());
                }
                if (sent(permitted, PaymentGateway.CODE, card.get().code())) {
                    body.add(",\"code\":\"").escaped(card.get().code()).add("\"");
                }
                body.add("}");
            }
            return body.add("}").toBytes();
        }
    }

    private static boolean sent(Set<String> permitted, String category, byte[] value) {
        return value.length > 0 && permitted.contains(category);
    }

    private static PledgeException invalid(String text) {
        return new PledgeException(PledgeException.Kind.INVALID, text + "; nothing was sent");
    }
}
