package org.pledge.rest.internal;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.policy.Decision;
import org.pledge.rest.internal.DisclosureContract.Disclosure;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.Request;

/**
 * Queues a disclosure once. A refusal is an outcome and not an exception, so that its record is kept, and it uses the
 * request's key up like any other outcome.
 */
final class Disclosing {
    static final String REFUSED = "refused";

    private final Services services;

    Disclosing(Services services) {
        this.services = services;
    }

    Response share(Caller caller, Once once, Request request) {
        SharingService sharing = services.sharing().get();
        AtomicReference<Decision> now = new AtomicReference<>();
        String made = once.run(() -> {
            Outcome outcome = sharing.share(caller, request);
            now.set(outcome.decision());
            return outcome instanceof Outcome.Queued queued
                    ? queued.disclosure().id().toString()
                    : REFUSED;
        });
        if (made.equals(REFUSED)) {
            return refused(now.get() == null ? sharing.explain(caller, request) : now.get());
        }
        return Answer.accepted("disclosures/" + made, Disclosure.of(sharing.disclosure(caller, UUID.fromString(made))));
    }

    /** The answer to a request that was refused, now or under the same key before. */
    static Response refused(Decision decision) {
        if (decision instanceof Decision.Denied denied) {
            return Problems.denied(denied);
        }
        throw new PledgeException(Kind.CONFLICT, "the request under this Idempotency-Key was refused at the time")
                .remedy("It would be permitted now: send it under a new Idempotency-Key.");
    }
}
