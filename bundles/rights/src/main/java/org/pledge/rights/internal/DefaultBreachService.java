package org.pledge.rights.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.lookup.Lookup;
import org.pledge.notices.MessageService;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.rights.BreachService;
import org.pledge.rights.spi.BreachStore;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.store.Transactions;

/** Takes breaches through their states, and computes whom they affect from what was sent. */
@Component(service = {BreachService.class, DefaultBreachService.class})
public final class DefaultBreachService implements BreachService {
    /** The template that tells people of a breach, with the parameters {@code breach} and {@code discovered}. */
    static final String TEMPLATE = "breach-notice";

    private static final int PAGE = 500;
    private static final int MOST = 1000;
    private static final int LONGEST_DETAIL = 200;
    private static final String CONTROL = "breach-clock";
    private static final Role[] READERS = {Role.OPERATOR, Role.OFFICER, Role.AUDITOR};

    private final Clockwork clockwork;
    private final BreachStore store;
    private final SharingStore partners;
    private final PolicyService policies;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Supplier<List<MessageService>> messages;
    private final Runnable closeMessages;

    /** In the container. */
    @Activate
    public DefaultBreachService(
            BundleContext context,
            @Reference Clockwork clockwork,
            @Reference BreachStore store,
            @Reference SharingStore partners,
            @Reference PolicyService policies,
            @Reference AuditLog audit,
            @Reference Transactions transactions) {
        this(clockwork, store, partners, policies, audit, transactions, Lookup.opened(context, MessageService.class));
    }

    private DefaultBreachService(
            Clockwork clockwork,
            BreachStore store,
            SharingStore partners,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Lookup<MessageService> messages) {
        this(clockwork, store, partners, policies, audit, transactions, messages, messages::close);
    }

    DefaultBreachService(
            Clockwork clockwork,
            BreachStore store,
            SharingStore partners,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Supplier<List<MessageService>> messages,
            Runnable closeMessages) {
        this.clockwork = clockwork;
        this.store = store;
        this.partners = partners;
        this.policies = policies;
        this.audit = audit;
        this.transactions = transactions;
        this.messages = messages;
        this.closeMessages = closeMessages;
    }

    @Deactivate
    void stop() {
        closeMessages.run();
    }

    @Override
    public Breach report(Caller caller, NewBreach what) {
        caller.require(Role.OPERATOR, Role.OFFICER);
        return transactions.required(() -> {
            Instant now = clockwork.now();
            Policy policy = policies.current(caller.tenant());
            check(caller, policy, what, now);
            Timetable.Answer clock =
                    clockwork.breach(caller.tenant(), new HashSet<>(policy.jurisdictions()), what.discovered());
            Breach breach = new Breach(
                    UUID.randomUUID(),
                    caller.tenant(),
                    what,
                    now,
                    caller.name(),
                    State.REPORTED,
                    Optional.empty(),
                    now,
                    clock.rule().law(),
                    clock.by(),
                    false);
            return put(
                    caller,
                    breach,
                    Act.BREACH_REPORTED,
                    Map.of(
                            "partner",
                            what.partner(),
                            "categories",
                            shown(what.categories()),
                            "notifyBy",
                            clock.by().toString(),
                            "law",
                            breach.law()));
        });
    }

    /** A leaf takes short details only. */
    private static String shown(Set<String> categories) {
        String names = String.join(" ", new TreeSet<>(categories));
        return names.length() <= LONGEST_DETAIL ? names : Integer.toString(categories.size());
    }

    private void check(Caller caller, Policy policy, NewBreach what, Instant now) {
        if (partners.partners().stream()
                .filter(partner -> partner.tenant().equals(caller.tenant()))
                .map(Partner::name)
                .noneMatch(what.partner()::equals)) {
            throw invalid("partner: unknown", "Name one of the tenant's partners; partner:list shows them.");
        }
        if (what.categories().isEmpty()
                || !what.categories().stream()
                        .allMatch(name -> policy.category(name).isPresent())) {
            throw invalid("categories: name at least one, and only the policy's", "policy:show lists them.");
        }
        if (what.from().isAfter(what.until())
                || what.from().isAfter(what.discovered())
                || what.discovered().isAfter(now)) {
            throw invalid(
                    "the times do not follow each other: from, then until and discovered, which is not after now",
                    "Correct them; where it has not ended, let it end now.");
        }
    }

    private static PledgeException invalid(String text, String remedy) {
        return new PledgeException(Kind.INVALID, text).remedy(remedy);
    }

    private Breach put(Caller caller, Breach breach, Act act, Map<String, String> facts) {
        store.putBreach(breach);
        record(caller, breach, act, Optional.empty(), facts);
        return breach;
    }

    private void record(Caller caller, Breach breach, Act act, Optional<SubjectId> person, Map<String, String> facts) {
        Map<String, String> details = new HashMap<>(facts);
        details.put("breach", breach.id().toString());
        details.put("state", breach.state().name());
        audit.append(new Leaf(breach.tenant(), clockwork.now(), act, caller.name(), person, promises(breach), details));
    }

    private List<String> promises(Breach breach) {
        return policies.current(breach.tenant()).promises().stream()
                .filter(promise -> promise.status() == Policy.Status.ENFORCED
                        && promise.control().equals(CONTROL))
                .map(Policy.Promise::id)
                .toList();
    }

    @Override
    public Breach breach(Caller caller, UUID id) {
        caller.require(READERS);
        return transactions.required(() -> store.breach(caller.tenant(), id).orElseThrow(this::notFound));
    }

    private PledgeException notFound() {
        return new PledgeException(Kind.NOT_FOUND, "no such breach")
                .remedy("Check the identifier; rights:breaches lists them.");
    }

    @Override
    public List<Breach> breaches(Caller caller, boolean ended, int limit) {
        caller.require(READERS);
        if (limit < 1 || limit > MOST) {
            throw invalid("limit must be 1 to " + MOST, "Ask for fewer.");
        }
        return transactions.required(() -> store.breaches(caller.tenant(), ended, limit));
    }

    @Override
    public Breach move(Caller caller, UUID id, State to, Reason reason) {
        caller.require(Role.OFFICER);
        return transactions.required(() -> {
            Breach breach = store.lockBreach(caller.tenant(), id).orElseThrow(this::notFound);
            if (breach.state() == to && breach.reason().equals(Optional.of(reason))) {
                return breach;
            }
            if (!following(breach.state()).contains(to)) {
                throw new PledgeException(Kind.CONFLICT, "after " + breach.state() + " there follows no " + to)
                        .remedy("What may follow: " + following(breach.state()) + ".");
            }
            Breach moved = new Breach(
                    breach.id(),
                    breach.tenant(),
                    breach.what(),
                    breach.reported(),
                    breach.reportedBy(),
                    to,
                    Optional.of(reason),
                    clockwork.now(),
                    breach.law(),
                    breach.notifyBy(),
                    breach.overdue());
            return put(caller, moved, Act.BREACH_CHANGED, Map.of("reason", reason.name()));
        });
    }

    private static List<State> following(State state) {
        return switch (state) {
            case REPORTED -> List.of(State.INVESTIGATING, State.NOTIFIED_AUTHORITY, State.DISMISSED);
            case INVESTIGATING -> List.of(State.NOTIFIED_AUTHORITY, State.CLOSED, State.DISMISSED);
            case NOTIFIED_AUTHORITY -> List.of(State.CLOSED);
            case CLOSED, DISMISSED -> List.of();
        };
    }

    /** Records, once, that an authority should have been notified by now; returns what is overdue since just now. */
    List<Breach> escalate(Caller caller) {
        return transactions.required(() -> {
            List<Breach> overdue = new ArrayList<>();
            for (Breach breach : store.breaches(caller.tenant(), false, MOST)) {
                if (!breach.overdue()
                        && !breach.state().settled()
                        && !breach.notifyBy().isAfter(clockwork.now())) {
                    overdue.add(late(caller, breach.id()));
                }
            }
            return overdue;
        });
    }

    private Breach late(Caller caller, UUID id) {
        Breach breach = store.lockBreach(caller.tenant(), id).orElseThrow(this::notFound);
        Breach late = new Breach(
                breach.id(),
                breach.tenant(),
                breach.what(),
                breach.reported(),
                breach.reportedBy(),
                breach.state(),
                breach.reason(),
                breach.changed(),
                breach.law(),
                breach.notifyBy(),
                true);
        return put(
                caller,
                late,
                Act.BREACH_OVERDUE,
                Map.of("notifyBy", breach.notifyBy().toString(), "law", breach.law()));
    }

    @Override
    public long affectedCount(Caller caller, UUID id) {
        Breach breach = breach(caller, id);
        long count = 0;
        Optional<SubjectId> after = Optional.empty();
        List<SubjectId> page;
        do {
            page = page(breach, after, PAGE);
            count += page.size();
            after = page.isEmpty() ? after : Optional.of(page.get(page.size() - 1));
        } while (page.size() == PAGE);
        return count;
    }

    @Override
    public Page<SubjectId> affected(Caller caller, UUID id, Optional<String> cursor, int limit) {
        Breach breach = breach(caller, id);
        if (limit < 1) {
            throw invalid("limit must be at least 1", "Ask for more.");
        }
        Optional<SubjectId> after = cursor.map(text -> SubjectId.tryParse(text)
                .orElseThrow(() -> invalid("cursor is not one that a page ended with", "Begin without one.")));
        int size = Math.min(limit, PAGE);
        List<SubjectId> found = page(breach, after, size + 1);
        List<SubjectId> page = found.subList(0, Math.min(size, found.size()));
        return new Page<>(
                page, found.size() > size ? Optional.of(page.get(size - 1).toString()) : Optional.empty());
    }

    private List<SubjectId> page(Breach breach, Optional<SubjectId> after, int limit) {
        return transactions.required(() -> store.affected(
                breach.tenant(),
                breach.what().partner(),
                breach.what().categories(),
                breach.what().until(),
                after,
                limit));
    }

    @Override
    public Notified tell(Caller caller, UUID id, Optional<String> cursor, int limit) {
        caller.require(Role.OPERATOR);
        Breach breach = breach(caller, id);
        if (breach.state() == State.DISMISSED) {
            throw new PledgeException(Kind.CONFLICT, "this case was dismissed, so there is nothing to tell")
                    .remedy("Report the breach anew if it was one after all.");
        }
        Post post = Post.of(
                messages,
                caller.tenant(),
                TEMPLATE,
                "Add one with the parameters 'breach' and 'discovered', or tell people another way.");
        Page<SubjectId> page = affected(caller, id, cursor, limit);
        int told = 0;
        int unreached = 0;
        for (SubjectId person : page.items()) {
            if (transactions.required(() -> store.addTold(caller.tenant(), id, person))) {
                boolean queued = queued(caller, breach, post, person);
                told += queued ? 1 : 0;
                unreached += queued ? 0 : 1;
                transactions.required(() -> record(
                        caller,
                        breach,
                        Act.BREACH_NOTICE,
                        Optional.of(person),
                        Map.of("queued", Boolean.toString(queued))));
            }
        }
        return new Notified(told, unreached, page.next());
    }

    /** Who was not told because nobody carries messages now is told at the next try. */
    private boolean queued(Caller caller, Breach breach, Post post, SubjectId person) {
        boolean tried = false;
        try {
            boolean queued = post.queued(
                    caller,
                    person,
                    Map.of(
                            "breach",
                            breach.id().toString(),
                            "discovered",
                            breach.what().discovered().toString().substring(0, 10)));
            tried = true;
            return queued;
        } finally {
            if (!tried) {
                transactions.required(() -> store.removeTold(caller.tenant(), breach.id(), person));
            }
        }
    }
}
