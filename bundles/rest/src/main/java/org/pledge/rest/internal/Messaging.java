package org.pledge.rest.internal;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.notices.MessageService;
import org.pledge.rest.internal.DisclosureContract.Disclosure;
import org.pledge.rest.internal.MessageContract.MessageRequest;
import org.pledge.sharing.SharingService.Outcome;

/** Queues a message once, as {@link Disclosing} does a disclosure. */
final class Messaging {
    private final Services services;

    Messaging(Services services) {
        this.services = services;
    }

    Response send(Caller caller, Once once, MessageRequest r) {
        MessageService messages = services.messages().get();
        if (once.isFirst()) {
            messages.prepare(caller, r.subject(), r.template(), r.parameters());
        }
        AtomicReference<Outcome> now = new AtomicReference<>();
        String made = once.run(() -> {
            now.set(messages.send(caller, r.subject(), r.template(), r.parameters()));
            return now.get() instanceof Outcome.Queued queued
                    ? queued.disclosure().id().toString()
                    : Disclosing.REFUSED;
        });
        if (now.get() instanceof Outcome.Queued queued
                && queued.disclosure().id().toString().equals(made)) {
            return Answer.accepted("disclosures/" + made, Disclosure.of(queued.disclosure()));
        }
        if (made.equals(Disclosing.REFUSED)) {
            return Disclosing.refused(
                    now.get() instanceof Outcome.Refused refused
                            ? refused.decision()
                            : messages.explain(caller, r.subject(), r.template()));
        }
        return Answer.accepted(
                "disclosures/" + made,
                Disclosure.of(services.sharing().get().disclosure(caller, UUID.fromString(made))));
    }
}
