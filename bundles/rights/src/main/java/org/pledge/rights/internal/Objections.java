package org.pledge.rights.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.DENIED;
import static org.pledge.PledgeException.Kind.INVALID;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.LegalBasis;
import org.pledge.policy.Policy.Purpose;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Overriding;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.subject.spi.SubjectStore;

/** Objections to some purposes or to everything, and what overrides them. */
record Objections(Clockwork clockwork, Docket docket, SubjectStore people, ConsentService consents) {
    /** What is about keeping data, and not about who asks or how. */
    private static final Set<Ground> INTERESTS =
            Set.of(Ground.COMPELLING_GROUNDS, Ground.LEGAL_CLAIMS, Ground.LEGAL_OBLIGATION, Ground.RIGHTS_OF_OTHERS);

    void check(TenantId tenant, NewRequest asked) {
        if (asked.purposes().isEmpty()) {
            return;
        }
        if (asked.type() != Type.OBJECTION) {
            throw new PledgeException(INVALID, "purposes: only an objection names purposes").remedy("Leave them out.");
        }
        List<Policy> versions = docket.policies().versions(tenant);
        if (!asked.purposes().stream().allMatch(name -> versions.stream()
                .anyMatch(version -> version.purpose(name).isPresent()))) {
            throw new PledgeException(INVALID, "purposes: no version of the policy has all of them")
                    .remedy("Name purposes that policy:show lists, or none to object to everything.");
        }
    }

    void carryOut(Caller caller, Request request) {
        if (people.knows(request.tenant(), request.subject())) {
            purposes(request)
                    .forEach(purpose -> consents.object(caller, request.subject(), purpose, request.channel()));
        }
    }

    /** What else than consent the policy says that an opt-out ends. */
    void optOut(Caller caller, Request request) {
        if (people.knows(request.tenant(), request.subject())) {
            docket.policies().current(request.tenant()).endingWithOptOut().stream()
                    .sorted()
                    .forEach(purpose ->
                            consents.object(caller, request.subject(), Optional.of(purpose), request.channel()));
        }
    }

    /** Whether a request of this type may have left an objection that stands. */
    boolean lifts(Request request) {
        return request.type() == Type.OBJECTION
                || request.type() == Type.OPT_OUT && !optedOut(request).isEmpty();
    }

    void lift(Caller caller, Request request) {
        (request.type() == Type.OPT_OUT ? optedOut(request) : purposes(request))
                .forEach(purpose -> consents.liftObjection(caller, request.subject(), purpose, request.channel()));
    }

    /** By any version, since the one of the opt-out may be in force no more. */
    private List<Optional<String>> optedOut(Request request) {
        return docket.policies().versions(request.tenant()).stream()
                .flatMap(version -> version.endingWithOptOut().stream())
                .distinct()
                .sorted()
                .map(Optional::of)
                .toList();
    }

    private static List<Optional<String>> purposes(Request request) {
        return request.purposes().isEmpty()
                ? List.of(Optional.empty())
                : request.purposes().stream().sorted().map(Optional::of).toList();
    }

    /** Those of the purposes objected to that no objection ends. */
    List<String> goingOn(Request request) {
        return docket.policies().current(request.tenant()).purposes().stream()
                .filter(purpose ->
                        request.purposes().isEmpty() || request.purposes().contains(purpose.name()))
                .filter(purpose -> !purpose.endsWithObjection())
                .map(Purpose::name)
                .sorted()
                .toList();
    }

    /** No interest of the tenant's is above an objection to promotion or an opt-out. */
    void refuseOverruling(Request request, Ground ground) {
        if (!INTERESTS.contains(ground)) {
            return;
        }
        if (request.type() == Type.OPT_OUT) {
            throw new PledgeException(
                            DENIED,
                            "ground: nothing overrides an opt-out (GDPR Article 21(3), California Civil Code 1798.120)")
                    .remedy("Carry the opt-out out with rights:fulfil.");
        }
        if (request.type() == Type.OBJECTION
                && docket.policies().current(request.tenant()).purposes().stream()
                        .anyMatch(purpose -> purpose.promotes()
                                && (request.purposes().isEmpty()
                                        || request.purposes().contains(purpose.name())))) {
            throw promotes();
        }
    }

    Request overrule(Caller caller, Request request, String purpose, Overriding ground) {
        if (request.type() != Type.OBJECTION
                || request.state() != State.FULFILLED
                || !request.purposes().contains(purpose)) {
            throw new PledgeException(CONFLICT, "this is no objection to that very purpose that was carried out")
                    .remedy("Name a purpose of the request; an objection to everything is not overruled in part.");
        }
        Optional<Purpose> known = docket.policies().current(request.tenant()).purpose(purpose);
        if (known.filter(Purpose::promotes).isPresent()) {
            throw promotes();
        }
        if (known.filter(one -> one.basis() == LegalBasis.LEGITIMATE_INTEREST).isEmpty()) {
            throw new PledgeException(DENIED, "only a legitimate interest can override an objection")
                    .remedy("What rests on consent needs the person's consent, given anew.");
        }
        Caller operator =
                new Caller(caller.tenant(), caller.name(), caller.holder(), Set.of(Role.OPERATOR, Role.OFFICER));
        if (!people.knows(request.tenant(), request.subject()) || !stands(operator, request, purpose)) {
            return request;
        }
        consents.liftObjection(operator, request.subject(), Optional.of(purpose), request.channel());
        docket.record(
                caller,
                request,
                Act.OBJECTION_OVERRULED,
                clockwork.now(),
                Map.of("purpose", purpose, "ground", ground.name()));
        return request;
    }

    /** What was overruled once and objected to again stands by another request. */
    private boolean stands(Caller operator, Request request, String purpose) {
        return consents.objections(operator, request.subject()).stream()
                .filter(one -> one.purpose().equals(Optional.of(purpose)))
                .anyMatch(one -> request.closing()
                        .filter(end -> !one.since().isAfter(end.at()))
                        .isPresent());
    }

    private static PledgeException promotes() {
        return new PledgeException(DENIED, "nothing overrides an objection to promotion (GDPR Article 21(3))")
                .remedy("Carry the objection out, or refuse it only when it is not verified who asks.");
    }
}
