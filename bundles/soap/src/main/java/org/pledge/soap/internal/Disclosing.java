package org.pledge.soap.internal;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.policy.Decision;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Outcome;

/**
 * Queues a disclosure once. A refusal is an outcome and becomes an exception only afterwards, so that its record is
 * kept, and it uses the request's key up like any other outcome.
 */
final class Disclosing {
    private static final String REFUSED = "refused";

    private final Services services;
    private final Once once;

    Disclosing(Services services, Once once) {
        this.services = services;
        this.once = once;
    }

    SharingService.Disclosure share(Caller caller, Contract.Share message) {
        SharingService sharing = services.sharing().get();
        SharingService.Request request = message.toRequest();
        AtomicReference<Decision> now = new AtomicReference<>();
        String made = once.run(caller, message.idempotencyKey, message, () -> {
            Outcome outcome = sharing.share(caller, request);
            now.set(outcome.decision());
            return outcome instanceof Outcome.Queued queued
                    ? queued.disclosure().id().toString()
                    : REFUSED;
        });
        if (made.equals(REFUSED)) {
            throw refused(now.get() == null ? sharing.explain(caller, request) : now.get());
        }
        return sharing.disclosure(caller, UUID.fromString(made));
    }

    private static RuntimeException refused(Decision decision) {
        if (decision instanceof Decision.Denied denied) {
            return new Denial(denied);
        }
        return new PledgeException(Kind.CONFLICT, "the request under this idempotency key was refused at the time")
                .remedy("It would be permitted now: send it under a new idempotency key.");
    }
}
