package org.pledge.soap.internal;

import java.nio.charset.StandardCharsets;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.vault.CardService;

/** Stores a card once, and answers with what may be seen of it. */
final class Storing {
    private final Services services;
    private final Once once;

    Storing(Services services, Once once) {
        this.services = services;
        this.once = once;
    }

    CardService.Card store(Caller caller, CardContract.StoreCard message) {
        CardService cards = services.cards().get();
        byte[] jwe = message.jwe.getBytes(StandardCharsets.US_ASCII);
        SubjectId subject = SubjectId.parse(message.subject);
        String token = once.run(caller, message.idempotencyKey, message, () -> cards.store(caller, subject, jwe)
                .token());
        return cards.card(caller, token);
    }
}
