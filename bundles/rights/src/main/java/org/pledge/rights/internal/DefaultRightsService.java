package org.pledge.rights.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.INVALID;
import static org.pledge.PledgeException.Kind.NOT_FOUND;
import static org.pledge.PledgeException.Kind.UNAVAILABLE;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Jurisdiction;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService;
import org.pledge.crypto.LookupTokens;
import org.pledge.lookup.Lookup;
import org.pledge.notices.MessageService;
import org.pledge.policy.Policy.DataClass;
import org.pledge.policy.PolicyService;
import org.pledge.retention.HoldService;
import org.pledge.rights.RightsService;
import org.pledge.rights.spi.RequestStore;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.SharingService;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests through their states. */
@Component(service = RightsService.class)
public final class DefaultRightsService implements RightsService {
    /** The template that carries a code, with the one parameter {@value #CODE}. */
    static final String TEMPLATE = "verification-code";

    static final String CODE = "code";

    private static final Logger LOG = LoggerFactory.getLogger(DefaultRightsService.class);
    private static final Pattern CHANNEL = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final int MOST_DAYS = 3650;
    private static final int MOST = 1000;
    private static final Role[] READERS = {Role.OPERATOR, Role.OFFICER, Role.AUDITOR};

    private final Clockwork clockwork;
    private final RequestStore store;
    private final SubjectStore people;
    private final PolicyService policies;
    private final ConsentService consents;
    private final Transactions transactions;
    private final Supplier<List<MessageService>> messages;
    private final Runnable closeMessages;
    private final Docket docket;
    private final Codes codes;
    private final Removals removals;
    private final Accounting accounting;

    /** In the container. */
    @Activate
    public DefaultRightsService(
            BundleContext context,
            @Reference Clockwork clockwork,
            @Reference RequestStore store,
            @Reference SubjectStore people,
            @Reference PolicyService policies,
            @Reference SubjectService subjects,
            @Reference ConsentService consents,
            @Reference SharingService sharing,
            @Reference NoticeService notices,
            @Reference HoldService holds,
            @Reference LookupTokens tokens,
            @Reference AuditLog audit,
            @Reference Transactions transactions) {
        this(
                clockwork,
                store,
                people,
                policies,
                subjects,
                consents,
                sharing,
                notices,
                holds,
                tokens,
                audit,
                transactions,
                Lookup.opened(context, MessageService.class));
    }

    private DefaultRightsService(
            Clockwork clockwork,
            RequestStore store,
            SubjectStore people,
            PolicyService policies,
            SubjectService subjects,
            ConsentService consents,
            SharingService sharing,
            NoticeService notices,
            HoldService holds,
            LookupTokens tokens,
            AuditLog audit,
            Transactions transactions,
            Lookup<MessageService> messages) {
        this(
                clockwork,
                store,
                people,
                policies,
                subjects,
                consents,
                sharing,
                notices,
                holds,
                tokens,
                audit,
                transactions,
                messages,
                messages::close);
    }

    DefaultRightsService(
            Clockwork clockwork,
            RequestStore store,
            SubjectStore people,
            PolicyService policies,
            SubjectService subjects,
            ConsentService consents,
            SharingService sharing,
            NoticeService notices,
            HoldService holds,
            LookupTokens tokens,
            AuditLog audit,
            Transactions transactions,
            Supplier<List<MessageService>> messages,
            Runnable closeMessages) {
        this.clockwork = clockwork;
        this.store = store;
        this.people = people;
        this.policies = policies;
        this.consents = consents;
        this.transactions = transactions;
        this.messages = messages;
        this.closeMessages = closeMessages;
        this.docket = new Docket(store, policies, audit);
        this.codes = new Codes(store, tokens, clockwork.config());
        this.removals = new Removals(docket, people, subjects, notices, holds);
        this.accounting = new Accounting(sharing);
    }

    @Deactivate
    void stop() {
        closeMessages.run();
    }

    @Override
    public Request open(Caller caller, NewRequest asked) {
        caller.require(Role.OPERATOR);
        Jurisdiction.check(asked.jurisdiction());
        if (!CHANNEL.matcher(asked.channel()).matches()) {
            throw new PledgeException(INVALID, "channel must be a word of 1 to 32 a-z, 0-9 and hyphens")
                    .remedy("Say where the request came in, such as web, mail or letter.");
        }
        return transactions.required(() -> {
            Instant now = clockwork.now();
            Request request = new Request(
                    UUID.randomUUID(),
                    caller.tenant(),
                    asked.subject(),
                    asked.type(),
                    State.RECEIVED,
                    asked.jurisdiction(),
                    asked.channel(),
                    now,
                    caller.name(),
                    clockwork.started(caller.tenant(), asked.type(), asked.jurisdiction(), now),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            docket.put(
                    caller,
                    request,
                    Act.REQUEST_RECEIVED,
                    now,
                    Map.of(
                            "jurisdiction",
                            request.jurisdiction(),
                            "channel",
                            request.channel(),
                            "law",
                            request.deadlines().law(),
                            "due",
                            request.deadlines().answerBy().toString()));
            return clockwork.need(asked.type()).usual() == Method.NONE
                    ? verified(caller, request, Method.NONE, now)
                    : request;
        });
    }

    @Override
    public Request request(Caller caller, UUID id) {
        caller.require(READERS);
        return transactions.required(
                () -> asItStands(store.request(caller.tenant(), id).orElseThrow(Docket::notFound)));
    }

    @Override
    public List<Request> ofSubject(Caller caller, SubjectId subject) {
        caller.require(READERS);
        return transactions.required(() -> store.requestsOf(caller.tenant(), subject).stream()
                .map(this::asItStands)
                .toList());
    }

    @Override
    public List<Request> due(Caller caller, int days, int limit) {
        caller.require(READERS);
        if (days < 0 || days > MOST_DAYS || limit < 1 || limit > MOST) {
            throw new PledgeException(INVALID, "days must be 0 to " + MOST_DAYS + " and limit 1 to " + MOST)
                    .remedy("Ask for fewer.");
        }
        return transactions.required(() -> {
            Instant before = clockwork.now().plus(Duration.ofDays(days)).plusNanos(1000);
            return store.requestsDue(caller.tenant(), before, limit).stream()
                    .map(this::asItStands)
                    .filter(request -> request.deadlines().next().isBefore(before))
                    .sorted(Comparator.comparing(request -> request.deadlines().next()))
                    .toList();
        });
    }

    /** A clock that stands still moves its deadline. */
    private Request asItStands(Request request) {
        return request.deadlines().pausedSince().isPresent() ? clockwork.set(request, clockwork.now()) : request;
    }

    @Override
    public Request acknowledge(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.deadlines().acknowledged().isPresent()) {
                return request;
            }
            refuseClosed(request);
            Instant now = clockwork.now();
            Request acknowledged = new Change(request)
                    .deadlines(Clockwork.acknowledged(request.deadlines(), now))
                    .made();
            return docket.put(caller, acknowledged, Act.REQUEST_ACKNOWLEDGED, now, Map.of());
        });
    }

    // who asks

    /** A code that was made for somebody who can be sent one. */
    private record Made(Request request, Optional<String> code) {}

    @Override
    public Request sendCode(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        MessageService carrier = messages.get().stream().findFirst().orElseThrow(() -> new PledgeException(
                        UNAVAILABLE, "nobody is there to send a code")
                .remedy("Nothing was done; try again in a moment, and start the notices bundle if it stays so."));
        if (carrier.templates(caller.tenant()).stream()
                .noneMatch(template -> template.name().equals(TEMPLATE))) {
            throw new PledgeException(CONFLICT, "this tenant has no template '" + TEMPLATE + "'")
                    .remedy("Add one with the parameter '" + CODE + "', or let the application assert the login.");
        }
        Made made = transactions.required(() -> {
            Request request = docket.locked(caller, id);
            refuseUnlessUnverified(request);
            Instant now = clockwork.now();
            boolean first = request.state() == State.RECEIVED;
            Request verifying = first ? verifying(request, now) : request;
            boolean enough = mayBeSent(verifying);
            Optional<String> code = codes.another(verifying, now, enough);
            boolean send = code.isPresent() && enough;
            docket.put(
                    caller,
                    verifying,
                    Act.REQUEST_VERIFYING,
                    now,
                    Map.of("method", Method.MAIL_CODE.name(), "send", Boolean.toString(send)));
            return new Made(asItStands(verifying), code.filter(any -> send));
        });
        made.code().ifPresent(code -> send(carrier, caller, made.request(), code));
        return made.request();
    }

    /** Whether a code is enough for this request, about somebody who is known. */
    private boolean mayBeSent(Request request) {
        return people.knows(request.tenant(), request.subject()) && needed(request) == Method.MAIL_CODE;
    }

    private Method needed(Request request) {
        Set<String> held = people.fields(request.tenant(), request.subject()).keySet();
        boolean sensitive = policies.current(request.tenant()).categories().stream()
                .anyMatch(category -> held.contains(category.name())
                        && (category.dataClass() == DataClass.SENSITIVE
                                || category.dataClass() == DataClass.FINANCIAL));
        Clocks.Need need = clockwork.need(request.type());
        return sensitive ? need.sensitive() : need.usual();
    }

    /** That nothing could be sent must not be told: it would tell who is known. */
    private static void send(MessageService carrier, Caller caller, Request request, String code) {
        try {
            carrier.send(caller, request.subject(), TEMPLATE, Map.of(CODE, code));
        } catch (PledgeException e) {
            LOG.info("A code of request {} could not be queued: {}", request.id(), e.kind());
        }
    }

    private Request verifying(Request request, Instant now) {
        return new Change(request)
                .state(State.VERIFYING)
                .deadlines(Clockwork.paused(request.deadlines(), Optional.of(now), now))
                .made();
    }

    @Override
    public CodeCheck checkCode(Caller caller, UUID id, String code) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            refuseUnlessUnverified(request);
            Instant now = clockwork.now();
            if (request.state() == State.VERIFYING && codes.takes(request, code, now, mayBeSent(request))) {
                return new CodeCheck(verified(caller, request, Method.MAIL_CODE, now), true);
            }
            docket.record(caller, request, Act.REQUEST_CODE_REFUSED, now, Map.of());
            return new CodeCheck(asItStands(request), false);
        });
    }

    @Override
    public Request assertLogin(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.verifiedBy().filter(Method.ACCOUNT_LOGIN::equals).isPresent()
                    && !request.state().closed()) {
                return request;
            }
            refuseUnlessUnverified(request);
            if (!people.knows(caller.tenant(), request.subject())) {
                throw new PledgeException(NOT_FOUND, "no such person, so nobody can be logged in as them")
                        .remedy("Check whom the request is about.");
            }
            return verified(caller, request, Method.ACCOUNT_LOGIN, clockwork.now());
        });
    }

    /** Opens a request; its clock goes on. */
    private Request verified(Caller caller, Request request, Method method, Instant now) {
        Request open = new Change(request)
                .state(State.OPEN)
                .verifiedBy(method)
                .deadlines(Clockwork.paused(request.deadlines(), Optional.empty(), now))
                .made();
        store.removeCodes(request.tenant(), request.id());
        return docket.put(
                caller,
                clockwork.set(open, now),
                Act.REQUEST_VERIFIED,
                now,
                Map.of(
                        "method",
                        method.name(),
                        "pausedSeconds",
                        Long.toString(open.deadlines().paused().toSeconds())));
    }

    private static void refuseUnlessUnverified(Request request) {
        refuseClosed(request);
        if (request.verifiedBy().isPresent()) {
            throw new PledgeException(CONFLICT, "nothing is left to verify about this request")
                    .remedy("Answer it: fulfil or refuse it.");
        }
    }

    private static void refuseClosed(Request request) {
        if (request.state().closed()) {
            throw new PledgeException(CONFLICT, "this request is closed: " + request.state())
                    .remedy("Open a new request if the person asks again.");
        }
    }

    private static void refuseCarriedOut(Request request) {
        if (request.carriedOut().isPresent()) {
            throw new PledgeException(CONFLICT, "what was asked was done already")
                    .remedy("The request closes when the last recipient has confirmed the removal.");
        }
    }

    // the answer

    @Override
    public Request extend(Caller caller, UUID id, Extension extension) {
        caller.require(Role.OFFICER);
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.extension().filter(extension::equals).isPresent()) {
                return request;
            }
            refuseClosed(request);
            if (request.state() != State.OPEN) {
                throw new PledgeException(
                                CONFLICT,
                                request.state() == State.EXTENDED
                                        ? "this request was extended once, which is as often as the law allows"
                                        : "it is not verified who asks, so there is nothing to extend yet")
                        .remedy(
                                request.state() == State.EXTENDED
                                        ? "Answer it by its last day."
                                        : "Verify who asks first, or refuse the request as unverified.");
            }
            Instant now = clockwork.now();
            refuseUntold(request, extension.noticed(), now);
            Request longer = clockwork.set(
                    new Change(request)
                            .state(State.EXTENDED)
                            .extension(extension)
                            .made(),
                    now);
            if (!longer.deadlines().answerBy().isAfter(request.deadlines().answerBy())) {
                throw new PledgeException(
                                CONFLICT,
                                "no law lets this request be extended: "
                                        + request.deadlines().law() + " does not")
                        .remedy("Answer it by its last day.");
            }
            return docket.put(
                    caller,
                    longer,
                    Act.REQUEST_EXTENDED,
                    now,
                    Map.of(
                            "reason",
                            extension.reason().name(),
                            "noticed",
                            extension.noticed().toString(),
                            "due",
                            longer.deadlines().answerBy().toString()));
        });
    }

    private static void refuseUntold(Request request, LocalDate noticed, Instant now) {
        if (!now.isBefore(request.deadlines().answerBy())) {
            throw new PledgeException(CONFLICT, "the first deadline has passed; it cannot be lengthened any more")
                    .remedy("Answer the request now.");
        }
        LocalDate today = now.atZone(request.deadlines().zone()).toLocalDate();
        LocalDate arrival =
                request.received().atZone(request.deadlines().zone()).toLocalDate();
        if (noticed.isAfter(today) || noticed.isBefore(arrival)) {
            throw new PledgeException(INVALID, "noticed must be a day from the arrival of the request to today")
                    .remedy("Tell the person of the longer period and its reason first.");
        }
    }

    @Override
    public Request refuse(Caller caller, UUID id, Ground ground) {
        caller.require(Role.OFFICER);
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.state() == State.REFUSED
                    && request.closing().flatMap(Closing::ground).equals(Optional.of(ground))) {
                return request;
            }
            refuseClosed(request);
            refuseCarriedOut(request);
            if (ground == Ground.UNVERIFIED && request.verifiedBy().isPresent()) {
                throw new PledgeException(CONFLICT, "nothing is left to verify about this request")
                        .remedy("Fulfil it, or name another ground.");
            }
            return docket.close(
                    caller,
                    request,
                    State.REFUSED,
                    Optional.of(ground),
                    Act.REQUEST_REFUSED,
                    clockwork.now(),
                    Map.of("ground", ground.name()));
        });
    }

    @Override
    public Request withdraw(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.state() == State.WITHDRAWN) {
                return request;
            }
            refuseClosed(request);
            refuseCarriedOut(request);
            return docket.close(
                    caller,
                    request,
                    State.WITHDRAWN,
                    Optional.empty(),
                    Act.REQUEST_WITHDRAWN,
                    clockwork.now(),
                    Map.of());
        });
    }

    @Override
    public Fulfilment fulfil(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        Request request = transactions.required(() -> docket.locked(caller, id));
        return switch (request.type()) {
            case ERASURE, CHILD_REMOVAL -> removal(caller, id);
            case DISCLOSURES -> listing(caller, id);
            case OPT_OUT -> closed(caller, id, "WITHDRAWAL", open -> withdrawEverything(caller, open));
            case RESTRICTION ->
                throw new PledgeException(CONFLICT, "nothing here can keep data without using it yet")
                        .remedy("Withdraw the person's consents meanwhile, and answer the request by its last day.");
            case ACCESS, PORTABILITY, RECTIFICATION, OBJECTION, COMPLAINT -> closed(caller, id, "HAND", open -> {});
        };
    }

    private void withdrawEverything(Caller caller, Request request) {
        if (people.knows(caller.tenant(), request.subject())) {
            consents.withdraw(
                    caller,
                    request.subject(),
                    new ConsentService.Withdrawal(Optional.empty(), Optional.empty(), Set.of(), request.channel()));
        }
    }

    private interface Answering {
        void answer(Request request);
    }

    private Fulfilment closed(Caller caller, UUID id, String by, Answering answering) {
        Request done = transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.state() == State.FULFILLED) {
                return request;
            }
            refuseUnlessOpen(request);
            answering.answer(request);
            return docket.close(
                    caller,
                    request,
                    State.FULFILLED,
                    Optional.empty(),
                    Act.REQUEST_FULFILLED,
                    clockwork.now(),
                    Map.of("by", by));
        });
        return new Fulfilment(done, 0, List.of(), Optional.empty());
    }

    private static void refuseUnlessOpen(Request request) {
        refuseClosed(request);
        if (request.state() != State.OPEN && request.state() != State.EXTENDED) {
            throw new PledgeException(CONFLICT, "it is not verified who asks")
                    .remedy("Send a code and check it, let the application assert the login, or refuse the request.");
        }
    }

    private Fulfilment listing(Caller caller, UUID id) {
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            Accounting.Listed listed = accounting.of(caller, request);
            if (request.state() == State.FULFILLED) {
                return new Fulfilment(request, 0, listed.disclosures(), Optional.of(listed.digest()));
            }
            refuseUnlessOpen(request);
            Request closed = docket.close(
                    caller,
                    request,
                    State.FULFILLED,
                    Optional.empty(),
                    Act.REQUEST_FULFILLED,
                    clockwork.now(),
                    Map.of(
                            "by",
                            "ACCOUNTING",
                            "disclosures",
                            Integer.toString(listed.disclosures().size()),
                            "sha256",
                            listed.digest()));
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
            removals.remove(caller, request.subject());
        });
        int awaiting = removals.awaiting(caller, request(caller, id).subject());
        Request settled = transactions.required(
                () -> removals.settled(caller, docket.locked(caller, id), awaiting, clockwork.now()));
        return new Fulfilment(settled, awaiting, List.of(), Optional.empty());
    }
}
