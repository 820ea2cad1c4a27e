package org.pledge.rest.internal;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.policy.Decision;
import org.pledge.rest.internal.DisclosureContract.Disclosure;
import org.pledge.rest.internal.DisclosureContract.DisclosureBatch;
import org.pledge.rest.internal.DisclosureContract.DisclosureOutcome;
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

    DisclosureBatch shareAll(Caller caller, Once once, List<Request> requests) {
        SharingService sharing = services.sharing().get();
        AtomicReference<SharingService.Batch> now = new AtomicReference<>();
        String made = once.run(() -> {
            now.set(sharing.shareAll(caller, requests));
            return now.get().id().toString();
        });
        if (now.get() != null && now.get().id().toString().equals(made)) {
            return DisclosureBatch.of(
                    now.get().answers().stream().map(Disclosing::outcome).toList());
        }
        List<Optional<SharingService.Disclosure>> known =
                sharing.ofBatch(caller, UUID.fromString(made), requests.size());
        return DisclosureBatch.of(IntStream.range(0, requests.size())
                .mapToObj(place -> known.get(place)
                        .map(DisclosureOutcome::of)
                        .orElseGet(() -> DisclosureOutcome.of(refusedBefore(sharing, caller, requests.get(place)))))
                .toList());
    }

    private static DisclosureOutcome outcome(SharingService.Answer answer) {
        if (answer instanceof SharingService.Answer.NotDone failed) {
            return DisclosureOutcome.of(Problems.of(failed.problem()));
        }
        Outcome outcome = ((SharingService.Answer.Decided) answer).outcome();
        return outcome instanceof Outcome.Queued queued
                ? DisclosureOutcome.of(queued.disclosure())
                : DisclosureOutcome.of(Problems.of(((Outcome.Refused) outcome).decision()));
    }

    private static Contract.Problem refusedBefore(SharingService sharing, Caller caller, Request request) {
        try {
            return sharing.explain(caller, request) instanceof Decision.Denied denied
                    ? Problems.of(denied)
                    : Problems.of(wasRefused());
        } catch (PledgeException e) {
            return Problems.of(e);
        }
    }

    /** The answer to a request that was refused, now or under the same key before. */
    static Response refused(Decision decision) {
        if (decision instanceof Decision.Denied denied) {
            return Problems.denied(denied);
        }
        throw wasRefused();
    }

    private static PledgeException wasRefused() {
        return new PledgeException(Kind.CONFLICT, "the request under this Idempotency-Key was refused at the time")
                .remedy("It would be permitted now: send it under a new Idempotency-Key.");
    }
}
