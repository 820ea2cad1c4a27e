package org.pledge.rights.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.notices.MessageService;
import org.pledge.policy.Policy.DataClass;
import org.pledge.policy.PolicyService;
import org.pledge.rights.RightsService.CodeCheck;
import org.pledge.rights.RightsService.Evidence;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;

/** Finds out who asks: by a code, a login, a guardian or a trusted party's word. */
final class Verification {
    /** The template that carries a code, with the one parameter {@value #CODE}. */
    static final String TEMPLATE = "verification-code";

    static final String CODE = "code";

    private final Clockwork clockwork;
    private final Docket docket;
    private final SubjectStore people;
    private final PolicyService policies;
    private final Transactions transactions;
    private final Supplier<List<MessageService>> messages;
    private final Codes codes;
    private final ConsentService consents;
    private final Alike alike;

    Verification(
            Clockwork clockwork,
            Docket docket,
            SubjectStore people,
            PolicyService policies,
            Transactions transactions,
            Supplier<List<MessageService>> messages,
            Codes codes,
            ConsentService consents) {
        this.clockwork = clockwork;
        this.docket = docket;
        this.people = people;
        this.policies = policies;
        this.transactions = transactions;
        this.messages = messages;
        this.codes = codes;
        this.consents = consents;
        this.alike = new Alike(docket.store());
    }

    /** Who is sent which code. */
    private record Made(Request request, Map<SubjectId, String> codes) {}

    Request sendCode(Caller caller, UUID id) {
        Post post = Post.of(
                messages,
                caller.tenant(),
                TEMPLATE,
                "Add one with the parameter '" + CODE + "', or let the application assert the login.");
        List<Made> sent = transactions.required(() -> {
            Request first = docket.locked(caller, id);
            refuseUnlessUnverified(first);
            List<Made> all = new ArrayList<>(List.of(another(caller, first)));
            alike.others(first).stream()
                    .filter(Verification::isUnverified)
                    .forEach(other -> all.add(another(caller, other)));
            return all;
        });
        sent.forEach(made ->
                made.codes().forEach((person, code) -> post.send(caller, made.request(), person, Map.of(CODE, code))));
        return sent.get(0).request();
    }

    private Made another(Caller caller, Request request) {
        Instant now = clockwork.now();
        boolean first = request.state() == State.RECEIVED;
        Request verifying = first ? verifying(request, now) : request;
        Map<SubjectId, String> made = codes.another(verifying, now, mayRead(caller, verifying, now));
        docket.put(
                caller,
                verifying,
                Act.REQUEST_VERIFYING,
                now,
                Map.of("method", Method.MAIL_CODE.name(), "send", Boolean.toString(!made.isEmpty())));
        return new Made(clockwork.asItStands(verifying), made);
    }

    /** Whose mail a code is enough from: the person's own, or that of a child's guardians; nobody's where none is. */
    private Set<SubjectId> mayRead(Caller caller, Request request, Instant now) {
        if (mayBeSent(request)) {
            return Set.of(request.subject());
        }
        if (request.type() != Type.CHILD_REMOVAL
                || needed(request) != Method.GUARDIAN
                || !people.knows(request.tenant(), request.subject())) {
            return Set.of();
        }
        return consents.authorisations(caller, request.subject()).stream()
                .filter(authorisation -> authorisation.stands(now))
                .map(Authorisation::guardian)
                .filter(guardian -> people.knows(request.tenant(), guardian))
                .collect(Collectors.toSet());
    }

    private Request byCode(Caller caller, Request request, Instant now) {
        return mayBeSent(request)
                ? verified(caller, request, Method.MAIL_CODE, now)
                : verified(caller, request, Method.GUARDIAN, now, Map.of("evidence", Method.MAIL_CODE.name()));
    }

    static boolean isUnverified(Request request) {
        return !request.state().closed() && request.verifiedBy().isEmpty();
    }

    /** Whether a code is enough for this request, about somebody who is known. */
    boolean mayBeSent(Request request) {
        return people.knows(request.tenant(), request.subject()) && needed(request) == Method.MAIL_CODE;
    }

    /** Whether what somebody came in with is enough for this request, about somebody who is known. */
    boolean isEnough(Request request, Method method) {
        return mayBeSent(request)
                || method == Method.ACCOUNT_LOGIN
                        && people.knows(request.tenant(), request.subject())
                        && needed(request) == Method.ACCOUNT_LOGIN;
    }

    private Method needed(Request request) {
        return needed(request.tenant(), request.subject(), request.type());
    }

    private Method needed(TenantId tenant, SubjectId subject, Type type) {
        Clocks.Need need = clockwork.need(type);
        return sensitive(tenant, subject) ? need.sensitive() : need.usual();
    }

    private boolean sensitive(TenantId tenant, SubjectId subject) {
        Set<String> held = people.fields(tenant, subject).keySet();
        return policies.current(tenant).categories().stream()
                .anyMatch(category -> held.contains(category.name())
                        && (category.dataClass() == DataClass.SENSITIVE
                                || category.dataClass() == DataClass.FINANCIAL));
    }

    private Request verifying(Request request, Instant now) {
        return new Change(request)
                .state(State.VERIFYING)
                .deadlines(Clockwork.paused(request.deadlines(), Optional.of(now), now))
                .made();
    }

    CodeCheck checkCode(Caller caller, UUID id, String code) {
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            Instant now = clockwork.now();
            Docket.refuseClosed(request);
            Optional<Request> other = ofAnother(caller, request, code, now);
            if (other.isPresent()) {
                byCode(caller, other.get(), now);
                return new CodeCheck(clockwork.asItStands(request), true, false);
            }
            if (request.identified() && request.verifiedBy().isPresent()) {
                // a refusal would undo the counts
                alike.others(request).stream()
                        .filter(waiting -> waiting.state() == State.VERIFYING)
                        .forEach(waiting -> codes.takes(waiting, code, now, Set.of()));
                docket.record(caller, request, Act.REQUEST_CODE_REFUSED, now, Map.of());
                return new CodeCheck(clockwork.asItStands(request), false, false);
            }
            refuseUnlessUnverified(request);
            if (request.state() == State.VERIFYING && codes.takes(request, code, now, mayRead(caller, request, now))) {
                return new CodeCheck(byCode(caller, request, now), true, false);
            }
            docket.record(caller, request, Act.REQUEST_CODE_REFUSED, now, Map.of());
            return new CodeCheck(clockwork.asItStands(request), false, codes.locked(request, now));
        });
    }

    /** Each of several people is sent a code of their own, and whoever asks knows one request only. */
    private Optional<Request> ofAnother(Caller caller, Request request, String code, Instant now) {
        if (request.verifiedBy().isEmpty() && !codes.open(request)) {
            return Optional.empty();
        }
        return alike.others(request).stream()
                .filter(other -> other.state() == State.VERIFYING)
                .filter(other -> codes.matches(other, code, now, mayRead(caller, other, now)))
                .findFirst();
    }

    Request vouch(Caller caller, UUID id) {
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            alike.others(request).forEach(other -> vouched(caller, other));
            return vouched(caller, request);
        });
    }

    private Request vouched(Caller caller, Request request) {
        return isUnverified(request) && mayBeSent(request) && !needsMoreThanAWord(request)
                ? verified(caller, request, Method.TRUSTED_PARTY, clockwork.now())
                : clockwork.asItStands(request);
    }

    /** Nobody else's word alone removes somebody of whom financial or sensitive data is held. */
    private boolean needsMoreThanAWord(Request request) {
        return request.type() == Type.ERASURE && sensitive(request.tenant(), request.subject());
    }

    Request assertLogin(Caller caller, UUID id) {
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.verifiedBy().filter(Method.ACCOUNT_LOGIN::equals).isPresent()
                    && !request.state().closed()) {
                return request;
            }
            refuseUnlessUnverified(request);
            if (request.identified()) {
                throw new PledgeException(CONFLICT, "a login verifies no request of who somebody says they are")
                        .remedy(
                                "Open a request under the identifier of who is logged in, and assert their login there.");
            }
            return verified(caller, request, Method.ACCOUNT_LOGIN, clockwork.now());
        });
    }

    Request assertGuardian(Caller caller, UUID id, Evidence evidence) {
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.type() != Type.CHILD_REMOVAL) {
                throw new PledgeException(CONFLICT, "a guardian acts for a child only")
                        .remedy("Open a request of the type child-removal.");
            }
            if (request.verifiedBy().filter(Method.GUARDIAN::equals).isPresent()
                    && !request.state().closed()) {
                return request;
            }
            refuseUnlessUnverified(request);
            return verified(caller, request, Method.GUARDIAN, clockwork.now(), Map.of("evidence", evidence.name()));
        });
    }

    /** Whether a code by mail is enough for such a request of a person. Needs a transaction. */
    boolean mailIsEnough(TenantId tenant, SubjectId subject, Type type) {
        return needed(tenant, subject, type).compareTo(Method.MAIL_CODE) <= 0;
    }

    /** Opens a request; its clock goes on. Needs a transaction. */
    Request verified(Caller caller, Request request, Method method, Instant now) {
        return verified(caller, request, method, now, Map.of());
    }

    private Request verified(Caller caller, Request request, Method method, Instant now, Map<String, String> evidence) {
        Request open = new Change(request)
                .state(State.OPEN)
                .verifiedBy(method)
                .deadlines(Clockwork.paused(request.deadlines(), Optional.empty(), now))
                .made();
        docket.store().removeCodes(request.tenant(), request.id());
        Map<String, String> facts = new HashMap<>(evidence);
        facts.put("method", method.name());
        facts.put("pausedSeconds", Long.toString(open.deadlines().paused().toSeconds()));
        docket.recipients().ask(open);
        return docket.put(caller, clockwork.set(open, now), Act.REQUEST_VERIFIED, now, facts);
    }

    private static void refuseUnlessUnverified(Request request) {
        Docket.refuseClosed(request);
        if (request.verifiedBy().isPresent()) {
            throw new PledgeException(CONFLICT, "nothing is left to verify about this request")
                    .remedy("Answer it: fulfil or refuse it.");
        }
    }
}
