package org.pledge.soap.internal;

import java.util.concurrent.atomic.AtomicReference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;

/** Records a withdrawal once, and answers with the receipt. */
final class Withdrawing {
    private final Services services;
    private final Once once;

    Withdrawing(Services services, Once once) {
        this.services = services;
        this.once = once;
    }

    Contract.Receipt withdraw(Caller caller, Contract.Withdraw message) {
        ConsentService consents = services.consents().get();
        SubjectId subject = SubjectId.parse(message.subject);
        AtomicReference<ConsentService.Receipt> now = new AtomicReference<>();
        String made = once.run(caller, message.idempotencyKey, message, () -> {
            now.set(consents.withdraw(caller, subject, message.toWithdrawal()));
            return now.get().id().toString();
        });
        return now.get() != null ? Contract.Receipt.of(now.get()) : earlier(caller, subject, consents, made);
    }

    private static Contract.Receipt earlier(Caller caller, SubjectId subject, ConsentService consents, String made) {
        return consents.history(caller, subject).stream()
                .filter(event -> event.id().toString().equals(made))
                .findFirst()
                .map(Contract.Receipt::of)
                .orElseThrow(() -> new PledgeException(Kind.NOT_FOUND, "this change is no longer in the history")
                        .remedy("Ask for the accounting to see what counts now."));
    }
}
