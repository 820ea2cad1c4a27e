package org.pledge.rights.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.INVALID;
import static org.pledge.PledgeException.Kind.NOT_FOUND;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
import org.pledge.policy.PolicyService;
import org.pledge.rights.RightsService;
import org.pledge.rights.spi.RequestStore;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.sharing.SharingService;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;

/** Takes requests through their states. */
@Component(service = {RightsService.class, DefaultRightsService.class})
public final class DefaultRightsService implements RightsService {
    /** The template that confirms a request, with the parameters {@code request} and {@code due}. */
    static final String RECEIVED = "request-received";

    private static final Pattern CHANNEL = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final String MINOR_KNOWN = "minor-known";
    private static final Duration OLDEST = Duration.ofDays(366);
    private static final int MOST_DAYS = 3650;
    private static final int MOST = 1000;
    private static final Role[] READERS = {Role.OPERATOR, Role.OFFICER, Role.AUDITOR};

    private final Clockwork clockwork;
    private final RequestStore store;
    private final SubjectStore people;
    private final PolicyService policies;
    private final Transactions transactions;
    private final Supplier<List<MessageService>> messages;
    private final Runnable closeMessages;
    private final Docket docket;
    private final Verification verification;
    private final Fulfilments fulfilments;
    private final Recipients recipients;
    private final Whose whose;
    private final Alike alike;
    private final Objections objections;

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
            LookupTokens tokens,
            AuditLog audit,
            Transactions transactions,
            Supplier<List<MessageService>> messages,
            Runnable closeMessages) {
        this.clockwork = clockwork;
        this.store = store;
        this.people = people;
        this.policies = policies;
        this.transactions = transactions;
        this.messages = messages;
        this.closeMessages = closeMessages;
        this.recipients = new Recipients(notices);
        this.docket = new Docket(store, policies, audit, recipients);
        this.verification = new Verification(
                clockwork,
                docket,
                people,
                policies,
                transactions,
                messages,
                new Codes(store, tokens, clockwork.config()),
                consents);
        this.whose = new Whose(subjects, tokens);
        this.alike = new Alike(store);
        this.objections = new Objections(clockwork, docket, people, consents);
        this.fulfilments = new Fulfilments(
                clockwork,
                docket,
                people,
                subjects,
                consents,
                transactions,
                new Removals(docket, subjects, notices),
                new Accounting(sharing),
                objections,
                recipients);
    }

    @Deactivate
    void stop() {
        closeMessages.run();
    }

    @Override
    public Request open(Caller caller, NewRequest asked) {
        caller.require(Role.OPERATOR);
        return open(caller, asked, UUID.randomUUID(), false);
    }

    private Request open(Caller caller, NewRequest asked, UUID id, boolean identified) {
        Jurisdiction.check(asked.jurisdiction());
        if (!CHANNEL.matcher(asked.channel()).matches()) {
            throw new PledgeException(INVALID, "channel must be a word of 1 to 32 a-z, 0-9 and hyphens")
                    .remedy("Say where the request came in, such as web, mail or letter.");
        }
        objections.check(caller.tenant(), asked);
        return transactions.required(() -> {
            Instant now = clockwork.now();
            Instant received = received(asked, now);
            Request request = new Request(
                    id,
                    caller.tenant(),
                    asked.subject(),
                    asked.type(),
                    State.RECEIVED,
                    asked.jurisdiction(),
                    asked.channel(),
                    received,
                    caller.name(),
                    clockwork.started(caller.tenant(), asked.type(), asked.jurisdiction(), asked.channel(), received),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    identified,
                    asked.purposes());
            Map<String, String> facts = new HashMap<>();
            facts.put("jurisdiction", request.jurisdiction());
            facts.put("channel", request.channel());
            facts.put("law", request.deadlines().law());
            facts.put("due", request.deadlines().answerBy().toString());
            asked.received().ifPresent(at -> facts.put("received", received.toString()));
            docket.put(caller, request, Act.REQUEST_RECEIVED, now, facts);
            return clockwork.need(asked.type()).usual() == Method.NONE
                    ? verification.verified(caller, request, Method.NONE, now)
                    : request;
        });
    }

    /** When it arrived: what lay unopened is late all the same. */
    private static Instant received(NewRequest asked, Instant now) {
        Instant received = asked.received().orElse(now).truncatedTo(ChronoUnit.MICROS);
        if (received.isAfter(now) || received.isBefore(now.minus(OLDEST))) {
            throw new PledgeException(INVALID, "received must be a time of the last " + OLDEST.toDays() + " days")
                    .remedy("Say when the request arrived, or leave it out if it arrives now.");
        }
        return received;
    }

    @Override
    public Request openFor(
            Caller caller,
            Identified identified,
            Type type,
            String jurisdiction,
            String channel,
            Set<String> purposes,
            Optional<Instant> received) {
        caller.require(Role.OPERATOR);
        UUID first = UUID.randomUUID();
        return transactions.required(() -> {
            List<SubjectId> holders = whose.subjects(caller, identified);
            List<Request> opened = new ArrayList<>();
            for (SubjectId holder : holders) {
                NewRequest asked = new NewRequest(holder, type, jurisdiction, channel, purposes, received);
                opened.add(open(caller, asked, Alike.id(first, opened.size()), true));
            }
            return opened.get(0);
        });
    }

    @Override
    public Request request(Caller caller, UUID id) {
        caller.require(READERS);
        return transactions.required(
                () -> clockwork.asItStands(store.request(caller.tenant(), id).orElseThrow(Docket::notFound)));
    }

    @Override
    public Instant dueAtArrival(Caller caller, UUID id) {
        Request request = request(caller, id);
        return request.extension().isPresent()
                ? request.deadlines().answerBy()
                : clockwork
                        .started(
                                request.tenant(),
                                request.type(),
                                request.jurisdiction(),
                                request.channel(),
                                request.received())
                        .answerBy();
    }

    @Override
    public List<Request> ofSubject(Caller caller, SubjectId subject) {
        caller.require(READERS);
        return transactions.required(() -> store.requestsOf(caller.tenant(), subject).stream()
                .map(clockwork::asItStands)
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
                    .map(clockwork::asItStands)
                    .filter(request -> request.deadlines().next().isBefore(before))
                    .sorted(Comparator.comparing(request -> request.deadlines().next()))
                    .toList();
        });
    }

    @Override
    public List<Recipient> recipients(Caller caller, UUID id) {
        caller.require(READERS);
        return transactions.required(
                () -> recipients.of(caller, store.request(caller.tenant(), id).orElseThrow(Docket::notFound)));
    }

    @Override
    public Map<UUID, Outstanding> outstanding(Caller caller, List<Request> requests) {
        caller.require(READERS);
        Map<UUID, Outstanding> outstanding = new HashMap<>();
        transactions.required(() -> requests.stream()
                .filter(request -> request.tenant().equals(caller.tenant()))
                .forEach(request -> recipients
                        .outstanding(caller, request)
                        .ifPresent(found -> outstanding.put(request.id(), found))));
        return outstanding;
    }

    @Override
    public Request acknowledge(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> {
            Request request = docket.locked(caller, id);
            if (request.deadlines().acknowledged().isPresent()) {
                return request;
            }
            Docket.refuseClosed(request);
            Instant now = clockwork.now();
            Request acknowledged = new Change(request)
                    .deadlines(Clockwork.acknowledged(request.deadlines(), now))
                    .made();
            return docket.put(caller, acknowledged, Act.REQUEST_ACKNOWLEDGED, now, Map.of());
        });
    }

    @Override
    public Request confirm(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        Post post = Post.of(
                messages,
                caller.tenant(),
                RECEIVED,
                "Add one with the parameters 'request' and 'due', or confirm the request another way.");
        boolean before = request(caller, id).deadlines().acknowledged().isPresent();
        Request request = acknowledge(caller, id);
        if (!before && people(request)) {
            post.send(
                    caller,
                    request,
                    Map.of(
                            "request",
                            request.id().toString(),
                            "due",
                            request.deadlines().lastDay().toString()));
        }
        return request;
    }

    private boolean people(Request request) {
        return transactions.required(() -> people.knows(request.tenant(), request.subject()));
    }

    // who asks

    @Override
    public Request sendCode(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return verification.sendCode(caller, id);
    }

    @Override
    public CodeCheck checkCode(Caller caller, UUID id, String code) {
        caller.require(Role.OPERATOR);
        return verification.checkCode(caller, id, code);
    }

    @Override
    public Request vouch(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return verification.vouch(caller, id);
    }

    @Override
    public Request assertLogin(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return verification.assertLogin(caller, id);
    }

    @Override
    public Request assertGuardian(Caller caller, UUID id, Evidence evidence) {
        caller.require(Role.OPERATOR);
        return verification.assertGuardian(caller, id, evidence);
    }

    @Override
    public Request minorKnown(Caller caller, SubjectId subject) {
        caller.require(Role.OPERATOR);
        Request request = transactions.required(() -> store.requestsOf(caller.tenant(), subject).stream()
                .filter(one -> one.type() == Type.CHILD_REMOVAL && one.channel().equals(MINOR_KNOWN))
                .filter(one -> one.state() != State.WITHDRAWN && one.state() != State.REFUSED)
                .findFirst()
                .orElseGet(() -> ofMinor(caller, subject)));
        if (request.state().closed()) {
            return request;
        }
        try {
            return fulfil(caller, request.id()).request();
        } catch (PledgeException e) {
            if (e.kind() != CONFLICT) {
                throw e;
            }
            return request(caller, request.id());
        }
    }

    /** What the tenant knows itself needs nobody's proof. */
    private Request ofMinor(Caller caller, SubjectId subject) {
        String jurisdiction = people.person(caller.tenant(), subject)
                .flatMap(person -> people.account(caller.tenant(), person.account()))
                .orElseThrow(() -> new PledgeException(NOT_FOUND, "no such person").remedy("Check the identifier."))
                .jurisdiction();
        Request request = open(caller, new NewRequest(subject, Type.CHILD_REMOVAL, jurisdiction, MINOR_KNOWN));
        return request.verifiedBy().isPresent()
                ? request
                : verification.verified(caller, request, Method.NONE, clockwork.now());
    }

    /**
     * Opens a request of somebody who has a link, which is worth a code by mail.
     *
     * @param method who says that it is them: the mail that they get, or whoever handed the link over
     */
    Request openByLink(Caller caller, NewRequest asked, Method method) {
        return transactions.required(() -> {
            Request request = open(caller, asked);
            return request.verifiedBy().isEmpty() && verification.isEnough(request, method)
                    ? verification.verified(caller, request, method, clockwork.now())
                    : request;
        });
    }

    /** Whether a code by mail is enough for such a request of a person. Needs a transaction. */
    boolean mailIsEnough(Caller caller, SubjectId subject, Type type) {
        return verification.mailIsEnough(caller.tenant(), subject, type);
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
            Docket.refuseClosed(request);
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
            Docket.refuseClosed(request);
            refuseCarriedOut(request);
            if (ground == Ground.UNVERIFIED && request.verifiedBy().isPresent()) {
                throw new PledgeException(CONFLICT, "nothing is left to verify about this request")
                        .remedy("Fulfil it, or name another ground.");
            }
            objections.refuseOverruling(request, ground);
            if (ground == Ground.UNVERIFIED) {
                alike.others(request).stream()
                        .filter(Verification::isUnverified)
                        .forEach(other -> refuse(caller, other.id(), ground));
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
            Docket.refuseClosed(request);
            refuseCarriedOut(request);
            alike.others(request).stream()
                    .filter(other ->
                            !other.state().closed() && other.carriedOut().isEmpty())
                    .forEach(other -> withdraw(caller, other.id()));
            return docket.close(
                    caller,
                    request,
                    State.WITHDRAWN,
                    Optional.empty(),
                    Act.REQUEST_WITHDRAWN,
                    clockwork.now(),
                    forgotten(request));
        });
    }

    /** Who takes a removal back is not removed again for an earlier one either. */
    private Map<String, String> forgotten(Request request) {
        int hashes =
                request.type() != Type.OPT_OUT && clockwork.lasting(request).isPresent()
                        ? people.forgetTokens(request.tenant(), request.subject())
                        : 0;
        return hashes == 0 ? Map.of() : Map.of("forgotten", Integer.toString(hashes));
    }

    @Override
    public Fulfilment fulfil(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return fulfilments.fulfil(caller, id);
    }

    @Override
    public Fulfilment fulfilByHand(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return fulfilments.byHand(caller, id);
    }

    @Override
    public Fulfilment correct(Caller caller, UUID id, Map<String, List<String>> fields) {
        caller.require(Role.OPERATOR);
        return fulfilments.correct(caller, id, fields);
    }

    @Override
    public Request lift(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return fulfilments.lift(caller, id);
    }

    @Override
    public Request overrule(Caller caller, UUID id, String purpose, Overriding ground) {
        caller.require(Role.OFFICER);
        return transactions.required(() -> objections.overrule(caller, docket.locked(caller, id), purpose, ground));
    }
}
