package org.pledge.notices.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.INVALID;
import static org.pledge.PledgeException.Kind.NOT_FOUND;
import static org.pledge.PledgeException.Kind.UNAVAILABLE;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.notices.MessageService;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipService;
import org.pledge.ownership.OwnershipService.State;
import org.pledge.ownership.OwnershipService.Transfer;
import org.pledge.ownership.spi.OwnershipStore;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;

/** Tells people of a change of ownership by the path of all messages, and counts whom it could not tell. */
@Component
public final class DefaultOwnershipNotices implements OwnershipNotices {
    private static final Role[] READERS = {Role.OPERATOR, Role.OFFICER, Role.AUDITOR};
    private static final List<String> PARAMETERS = List.of(SUCCESSOR, CATEGORIES, UNTIL, TRANSFER);
    private static final int LONGEST_AGO = 30;

    private final OwnershipStore store;
    private final SubjectStore people;
    private final PolicyService policies;
    private final MessageService messages;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Clock clock;

    /** In the container. */
    @Activate
    public DefaultOwnershipNotices(
            @Reference OwnershipStore store,
            @Reference SubjectStore people,
            @Reference PolicyService policies,
            @Reference MessageService messages,
            @Reference AuditLog audit,
            @Reference Transactions transactions) {
        this(store, people, policies, messages, audit, transactions, Clock.systemUTC());
    }

    DefaultOwnershipNotices(
            OwnershipStore store,
            SubjectStore people,
            PolicyService policies,
            MessageService messages,
            AuditLog audit,
            Transactions transactions,
            Clock clock) {
        this.store = store;
        this.people = people;
        this.policies = policies;
        this.messages = messages;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public Sent send(Caller caller, UUID id, int limit) {
        caller.require(Role.OPERATOR);
        checkLimit(limit);
        Transfer transfer = transactions.required(() -> telling(caller, id));
        MessageService.Template template = template(caller);
        loseUndelivered(caller, id);
        Instant tried = now().minus(PAUSE);
        List<SubjectId> next = transactions.required(() -> next(transfer, tried, limit + 1));
        int told = 0;
        int unreached = 0;
        int stillUnreached = 0;
        for (SubjectId subject : next.subList(0, Math.min(limit, next.size()))) {
            // says whether nobody can be written to, before anybody counts as one who could not be reached
            messages.explain(caller, subject, TEMPLATE);
            boolean again = transactions
                    .required(() -> store.notice(caller.tenant(), id, subject))
                    .isPresent();
            Optional<Notice> notice = tell(caller, id, subject, template, tried);
            told += notice.filter(one -> one.telling().told()).isPresent() ? 1 : 0;
            boolean silent = notice.filter(one -> !one.telling().told()).isPresent();
            unreached += silent ? 1 : 0;
            stillUnreached += silent && again ? 1 : 0;
        }
        recordInVain(caller, id, stillUnreached);
        return new Sent(told, unreached, next.size() > limit);
    }

    /** Those whom nobody tried, then those who are tried again. */
    private List<SubjectId> next(Transfer transfer, Instant tried, int limit) {
        TenantId tenant = transfer.tenant();
        Optional<String> tier = transfer.scope().tier();
        List<SubjectId> next = new ArrayList<>(store.untold(tenant, transfer.id(), tier, limit));
        if (next.size() < limit && isTriedAgain(transfer, store.reach(tenant, transfer.id(), tier))) {
            next.addAll(store.unreachedSince(tenant, transfer.id(), tier, tried, limit - next.size()));
        }
        return next;
    }

    /** Once nobody can object any more, nobody who is reached late makes everybody wait anew. */
    private boolean isTriedAgain(Transfer transfer, Reach reach) {
        return transfer.state() == State.OPEN
                && reach.last()
                        .map(last ->
                                OwnershipService.lastDay(policies.current(transfer.tenant()), transfer.scope(), last))
                        .filter(today()::isAfter)
                        .isEmpty();
    }

    /** The message and that the person was told are durable together. */
    private Optional<Notice> tell(
            Caller caller, UUID id, SubjectId subject, MessageService.Template template, Instant tried) {
        try {
            return transactions.required(() -> {
                Transfer transfer = telling(caller, id);
                if (store.notice(caller.tenant(), id, subject)
                        .filter(one -> one.telling().told() || one.at().isAfter(tried))
                        .isPresent()) {
                    return Optional.empty();
                }
                Outcome outcome = messages.tell(caller, subject, TEMPLATE, parameters(transfer, template));
                return told(
                        caller,
                        id,
                        outcome instanceof Outcome.Queued queued
                                ? new Notice(
                                        subject,
                                        Telling.QUEUED,
                                        now(),
                                        Optional.of(queued.disclosure().id()))
                                : new Notice(subject, Telling.UNREACHED, now()));
            });
        } catch (PledgeException e) {
            if (e.kind() == UNAVAILABLE) {
                throw e;
            }
            return transactions.required(() -> {
                telling(caller, id);
                return told(caller, id, new Notice(subject, Telling.UNREACHED, now()));
            });
        }
    }

    private Optional<Notice> told(Caller caller, UUID id, Notice notice) {
        SubjectId subject = notice.subject();
        boolean inVainAgain = !notice.telling().told()
                && store.notice(caller.tenant(), id, subject).isPresent();
        if (!store.tell(caller.tenant(), id, notice)) {
            return Optional.empty();
        }
        if (!inVainAgain) {
            leaf(
                    caller,
                    id,
                    Optional.of(subject),
                    Map.of("telling", notice.telling().name(), "at", notice.at().toString()));
        }
        return Optional.of(notice);
    }

    private void loseUndelivered(Caller caller, UUID id) {
        transactions.required(() -> {
            int lost = store.loseUndelivered(caller.tenant(), id);
            if (lost > 0) {
                leaf(
                        caller,
                        id,
                        Optional.empty(),
                        Map.of("telling", Telling.UNREACHED.name(), "undelivered", Integer.toString(lost)));
            }
        });
    }

    /** That somebody cannot be reached is on the record by the first try. */
    private void recordInVain(Caller caller, UUID id, int people) {
        if (people > 0) {
            transactions.required(() -> leaf(
                    caller,
                    id,
                    Optional.empty(),
                    Map.of("telling", Telling.UNREACHED.name(), "triedAgain", Integer.toString(people))));
        }
    }

    private void leaf(Caller caller, UUID id, Optional<SubjectId> subject, Map<String, String> facts) {
        Policy policy = policies.current(caller.tenant());
        Map<String, String> details = new HashMap<>(facts);
        details.put("transfer", id.toString());
        details.put("policyVersion", Integer.toString(policy.version()));
        audit.append(new Leaf(
                caller.tenant(),
                now(),
                Leaf.Act.OWNERSHIP_TOLD,
                caller.name(),
                subject,
                policy.promisesOf(OwnershipService.CONTROL),
                details));
    }

    private Map<String, String> parameters(Transfer transfer, MessageService.Template template) {
        OwnershipService.Scope scope = transfer.scope();
        Map<String, String> parameters = new HashMap<>();
        parameters.put(SUCCESSOR, scope.successor());
        parameters.put(CATEGORIES, String.join(", ", new TreeSet<>(scope.categories())));
        parameters.put(
                UNTIL,
                OwnershipService.lastDay(policies.current(transfer.tenant()), scope, now())
                        .toString());
        parameters.put(TRANSFER, transfer.id().toString());
        parameters.keySet().retainAll(template.parameters());
        return parameters;
    }

    private MessageService.Template template(Caller caller) {
        MessageService.Template template = messages.templates(caller.tenant()).stream()
                .filter(one -> one.name().equals(TEMPLATE))
                .findFirst()
                .orElseThrow(
                        () -> new PledgeException(CONFLICT, "this tenant has no template \"" + TEMPLATE + "\" in use")
                                .remedy("Put etc/templates/<tenant>/" + TEMPLATE
                                        + ".template there, signed, or tell people another way and record it."));
        if (!PARAMETERS.containsAll(template.parameters())) {
            throw new PledgeException(CONFLICT, "the template \"" + TEMPLATE + "\" has parameters that nobody fills")
                    .remedy("Use " + String.join(", ", PARAMETERS) + " alone.");
        }
        return template;
    }

    @Override
    public Notice toldByHand(Caller caller, UUID id, SubjectId subject, LocalDate day) {
        caller.require(Role.OPERATOR);
        LocalDate today = today();
        if (day.isAfter(today) || day.isBefore(today.minusDays(LONGEST_AGO))) {
            throw new PledgeException(INVALID, "the day must be one of the last " + LONGEST_AGO + ", or today")
                    .remedy("Give the day on which the person was told.");
        }
        return transactions.required(() -> {
            Transfer transfer = telling(caller, id);
            if (day.isBefore(transfer.scope().notice())) {
                throw new PledgeException(
                                INVALID,
                                "nobody is told before " + transfer.scope().notice())
                        .remedy("Give the day on which the person was told.");
            }
            if (!people.knows(caller.tenant(), subject)) {
                throw new PledgeException(NOT_FOUND, "no such person; nothing was recorded")
                        .remedy("Check the identifier.");
            }
            Instant at =
                    day.equals(today) ? now() : day.atStartOfDay(ZoneOffset.UTC).toInstant();
            return told(caller, id, new Notice(subject, Telling.BY_HAND, at))
                    .or(() -> store.notice(caller.tenant(), id, subject))
                    .orElseThrow();
        });
    }

    @Override
    public Page<Notice> unreached(Caller caller, UUID id, Optional<String> cursor, int limit) {
        caller.require(READERS);
        checkLimit(limit);
        List<Notice> found = transactions.required(() -> {
            find(caller, id);
            return store.unreached(caller.tenant(), id, cursor.map(SubjectId::parse), limit + 1);
        });
        boolean more = found.size() > limit;
        List<Notice> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? Optional.of(page.get(limit - 1).subject().toString()) : Optional.empty());
    }

    @Override
    public Reach reach(Caller caller, UUID id) {
        caller.require(READERS);
        return transactions.required(() -> {
            Transfer transfer = find(caller, id);
            Reach reach = store.reach(caller.tenant(), id, transfer.scope().tier());
            return isTriedAgain(transfer, reach) ? reach : reach.withoutTry();
        });
    }

    private Transfer find(Caller caller, UUID id) {
        return store.lockTransfer(caller.tenant(), id)
                .orElseThrow(() -> new PledgeException(NOT_FOUND, "this tenant has no such transfer")
                        .remedy("See ownership:list for those there are."));
    }

    /** The transfer, of which people are told now. */
    private Transfer telling(Caller caller, UUID id) {
        Transfer transfer = find(caller, id);
        if (transfer.state() != State.OPEN) {
            throw conflict("data of this transfer goes already, or it is closed", "Whom nobody told is left out.");
        }
        if (transfer.approvals().size() < OwnershipService.APPROVERS) {
            throw conflict(
                    OwnershipService.APPROVERS + " officers have to approve before people are told",
                    "Have them look at it: ownership:approve.");
        }
        LocalDate notice = transfer.scope().notice();
        if (today().isBefore(notice)) {
            throw conflict("people are told from " + notice + " on", "Call this again on that day, or later.");
        }
        return transfer;
    }

    private static PledgeException conflict(String text, String remedy) {
        return new PledgeException(CONFLICT, text).remedy(remedy);
    }

    private static void checkLimit(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new PledgeException(INVALID, "limit must be 1 to " + MOST).remedy("Ask for the rest afterwards.");
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
