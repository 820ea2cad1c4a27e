package org.pledge.rest.internal;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;
import org.pledge.rest.internal.ConsentContract.Acceptance;
import org.pledge.rest.internal.ConsentContract.Receipt;

/** Records what a person said once, and answers with the receipt. */
final class Consenting {
    private final Services services;

    Consenting(Services services) {
        this.services = services;
    }

    Response accept(Caller caller, Once once, SubjectId id, Acceptance request) {
        String jurisdiction = request.jurisdiction() == null ? home(caller, id) : request.jurisdiction();
        return receipt(
                caller,
                once,
                id,
                consents -> consents.accept(
                        caller,
                        id,
                        request.version(),
                        request.level(),
                        jurisdiction,
                        request.wording().toValue()));
    }

    Response receipt(Caller caller, Once once, SubjectId id, Function<ConsentService, ConsentService.Receipt> act) {
        ConsentService consents = services.consents().get();
        AtomicReference<ConsentService.Receipt> now = new AtomicReference<>();
        String made = once.run(() -> {
            now.set(act.apply(consents));
            return now.get().id().toString();
        });
        Receipt receipt = now.get() != null ? Receipt.of(now.get()) : earlier(caller, id, consents, made);
        return Answer.created("subjects/" + id + "/consents", receipt);
    }

    private static Receipt earlier(Caller caller, SubjectId id, ConsentService consents, String made) {
        return consents.history(caller, id).stream()
                .filter(event -> event.id().toString().equals(made))
                .findFirst()
                .map(Receipt::of)
                .orElseThrow(() -> new PledgeException(Kind.NOT_FOUND, "this change is no longer in the history")
                        .remedy("Read what counts now: GET /api/v1/subjects/{id}/consents."));
    }

    private String home(Caller caller, SubjectId id) {
        return services.subjects().get().accountOf(caller, id).jurisdiction();
    }
}
