package org.pledge.rights.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService;
import org.pledge.rights.RightsService.Fulfilment;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;

/** Does what verified requests ask for. */
final class Fulfilments {
    /** It is not known when. */
    private static final String BY_HAND = "HAND";

    private final Clockwork clockwork;
    private final Docket docket;
    private final SubjectStore people;
    private final SubjectService subjects;
    private final ConsentService consents;
    private final Transactions transactions;
    private final Removals removals;
    private final Accounting accounting;
    private final Objections objections;
    private final Corrections corrections;
    private final Alike alike;
    private final Recipients recipients;

    Fulfilments(
            Clockwork clockwork,
            Docket docket,
            SubjectStore people,
            SubjectService subjects,
            ConsentService consents,
            Transactions transactions,
            Removals removals,
            Accounting accounting,
            Objections objections,
            Recipients recipients) {
        this.clockwork = clockwork;
        this.docket = docket;
        this.people = people;
        this.subjects = subjects;
        this.consents = consents;
        this.transactions = transactions;
        this.removals = removals;
        this.accounting = accounting;
        this.objections = objections;
        this.corrections = new Corrections(subjects);
        this.alike = new Alike(docket.store());
        this.recipients = recipients;
    }

    Fulfilment fulfil(Caller caller, UUID id) {
        Request request = transactions.required(() -> docket.locked(caller, id));
        return switch (request.type()) {
            case ERASURE, CHILD_REMOVAL -> removal(caller, id);
            case DISCLOSURES -> listing(caller, id);
            case OPT_OUT -> closed(caller, id, "WITHDRAWAL", open -> optOut(caller, open));
            case RESTRICTION -> closed(caller, id, "RESTRICTION", open -> restrict(caller, open));
            case OBJECTION -> objection(caller, id);
            case ACCESS, PORTABILITY -> closed(caller, id, "EXPORT", this::refuseUnanswered);
            case RECTIFICATION -> closed(caller, id, "CORRECTION", open -> refuseUncorrected());
            case COMPLAINT -> closed(caller, id, BY_HAND, open -> {});
        };
    }

    private void refuseUnanswered(Request request) {
        if (docket.store()
                .export(request.tenant(), request.id())
                .filter(export -> export.made().isPresent())
                .isEmpty()) {
            throw new PledgeException(CONFLICT, "no answer was made to this request")
                    .remedy("Make it, which is rights:export, or record that it was answered by hand.");
        }
    }

    private static void refuseUncorrected() {
        throw new PledgeException(CONFLICT, "it is not said what is right")
                .remedy("Say it with the correction of this request, or record that it was done by hand.");
    }

    Fulfilment byHand(Caller caller, UUID id) {
        refuseOthers(caller, id, Set.of(Type.ACCESS, Type.PORTABILITY, Type.RECTIFICATION));
        return closed(caller, id, BY_HAND, open -> {});
    }

    Fulfilment correct(Caller caller, UUID id, Map<String, List<String>> fields) {
        refuseOthers(caller, id, Set.of(Type.RECTIFICATION));
        Request done = transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.state() == State.FULFILLED) {
                return request;
            }
            refuseUnlessOpen(request);
            Request begun = new Change(request).carriedOut(clockwork.now()).made();
            Map<String, String> facts = corrections.made(caller, request.subject(), fields);
            return docket.close(
                    caller, begun, State.FULFILLED, Optional.empty(), Act.REQUEST_FULFILLED, clockwork.now(), facts);
        });
        return closed(caller, done, List.of());
    }

    private void refuseOthers(Caller caller, UUID id, Set<Type> answered) {
        Request request = transactions.required(
                () -> docket.store().request(caller.tenant(), id).orElseThrow(Docket::notFound));
        if (!answered.contains(request.type())) {
            throw new PledgeException(CONFLICT, "a request of this type is not answered so").remedy("Fulfil it.");
        }
    }

    private void optOut(Caller caller, Request request) {
        withdrawEverything(caller, request);
        objections.optOut(caller, request);
        alike.others(request).stream()
                .filter(other -> !other.state().closed())
                .forEach(other -> fulfil(caller, other.id()));
    }

    private void withdrawEverything(Caller caller, Request request) {
        if (people.knows(caller.tenant(), request.subject())) {
            consents.withdraw(
                    caller,
                    request.subject(),
                    new ConsentService.Withdrawal(Optional.empty(), Optional.empty(), Set.of(), request.channel()));
        }
    }

    private void restrict(Caller caller, Request request) {
        if (people.knows(caller.tenant(), request.subject())) {
            subjects.restrict(caller, request.subject());
        }
    }

    private Fulfilment objection(Caller caller, UUID id) {
        Request done = close(caller, id, "OBJECTION", open -> objections.carryOut(caller, open));
        return closed(caller, done, objections.goingOn(done));
    }

    Request lift(Caller caller, UUID id) {
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.state() != State.FULFILLED
                    || request.type() != Type.RESTRICTION && !objections.lifts(request)) {
                throw new PledgeException(
                                CONFLICT,
                                "only a restriction or an objection that was carried out is lifted, and an opt-out"
                                        + " where it is an objection, too")
                        .remedy("Name the request of that type; rights:list SUBJECT shows the person's requests.");
            }
            if (!people.knows(caller.tenant(), request.subject())) {
                return request;
            }
            if (request.type() == Type.RESTRICTION) {
                subjects.lift(caller, request.subject());
            } else {
                objections.lift(caller, request);
            }
            return request;
        });
    }

    private interface Answering {
        void answer(Request request);
    }

    private Fulfilment closed(Caller caller, UUID id, String by, Answering answering) {
        return closed(caller, close(caller, id, by, answering), List.of());
    }

    private Request close(Caller caller, UUID id, String by, Answering answering) {
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.state() == State.FULFILLED) {
                return request;
            }
            refuseUnlessOpen(request);
            Request begun = BY_HAND.equals(by)
                    ? request
                    : new Change(request).carriedOut(clockwork.now()).made();
            answering.answer(request);
            return docket.close(
                    caller,
                    begun,
                    State.FULFILLED,
                    Optional.empty(),
                    Act.REQUEST_FULFILLED,
                    clockwork.now(),
                    Map.of("by", by));
        });
    }

    /** It waits for nobody, and names who was told. */
    private Fulfilment closed(Caller caller, Request done, List<String> goingOn) {
        return new Fulfilment(
                done,
                0,
                List.of(),
                Optional.empty(),
                List.of(),
                transactions.required(() -> recipients.of(caller, done)),
                goingOn);
    }

    private static void refuseUnlessOpen(Request request) {
        Docket.refuseClosed(request);
        if (request.state() != State.OPEN && request.state() != State.EXTENDED) {
            throw new PledgeException(CONFLICT, "it is not verified who asks")
                    .remedy("Send a code and check it, let the application assert the login, or refuse the request.");
        }
    }

    private Fulfilment listing(Caller caller, UUID id) {
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            Instant now = clockwork.now();
            Accounting.Listed listed = accounting.of(caller, request, now);
            if (request.state() == State.FULFILLED) {
                docket.record(caller, request, Act.DISCLOSURES_LISTED, now, listed.facts());
                return new Fulfilment(request, 0, listed.disclosures(), Optional.of(listed.digest()));
            }
            refuseUnlessOpen(request);
            Map<String, String> facts = new TreeMap<>(listed.facts());
            facts.put("by", "ACCOUNTING");
            Request closed =
                    docket.close(caller, request, State.FULFILLED, Optional.empty(), Act.REQUEST_FULFILLED, now, facts);
            return new Fulfilment(closed, 0, listed.disclosures(), Optional.of(listed.digest()));
        });
    }

    private Fulfilment removal(Caller caller, UUID id) {
        transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.state() == State.FULFILLED || request.carriedOut().isPresent()) {
                return;
            }
            refuseUnlessOpen(request);
            Instant now = clockwork.now();
            Request done = new Change(request).carriedOut(now).made();
            docket.put(caller, done, Act.REQUEST_CARRIED_OUT, now, Map.of());
            // Last: what others remove from databases of their own does not come back.
            removals.begin(caller, request.subject(), clockwork.lasting(request));
        });
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            Removals.Standing standing = removals.remove(caller, request.subject());
            return standing.of(removals.settled(caller, request, standing, clockwork.now()));
        });
    }
}
