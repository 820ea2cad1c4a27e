package org.pledge.rights.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.policy.PolicyService;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.spi.RequestStore;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService.Lasting;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.KeptTokens;
import org.pledge.subject.spi.SubjectStore.Returned;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds who came back although their removal stays in effect, opts them out at once, and removes them again when the request
 * that it opens for it has {@link #LEFT} until its deadline.
 */
@Component(
        immediate = true,
        service = {})
public final class LastingRemoval {
    /** What staff have left where a rule forbids the removal; until then the person can take it back. */
    static final Duration LEFT = Duration.ofDays(15);

    private static final Logger LOG = LoggerFactory.getLogger(LastingRemoval.class);
    private static final Duration LATE = Duration.ofDays(1);
    private static final int AT_ONCE = 100;

    private final DefaultRightsService rights;
    private final Clockwork clockwork;
    private final RequestStore requests;
    private final SubjectStore people;
    private final PolicyService policies;
    private final AuditLog audit;
    private final Transactions transactions;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "pledge-rights-lasting");
        thread.setDaemon(true);
        return thread;
    });

    /** Looks every hour. */
    @Activate
    public LastingRemoval(
            @Reference DefaultRightsService rights,
            @Reference Clockwork clockwork,
            @Reference RequestStore requests,
            @Reference SubjectStore people,
            @Reference PolicyService policies,
            @Reference AuditLog audit,
            @Reference Transactions transactions) {
        this(rights, clockwork, requests, people, policies, audit, transactions, true);
    }

    LastingRemoval(
            DefaultRightsService rights,
            Clockwork clockwork,
            RequestStore requests,
            SubjectStore people,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            boolean byItself) {
        this.rights = rights;
        this.clockwork = clockwork;
        this.requests = requests;
        this.people = people;
        this.policies = policies;
        this.audit = audit;
        this.transactions = transactions;
        if (byItself) {
            timer.scheduleWithFixedDelay(this::tryRun, 1, 60, TimeUnit.MINUTES);
        }
    }

    @Deactivate
    void stop() {
        timer.shutdown();
    }

    /** Whether it was not looked for a day although somebody may have come back. */
    static boolean isLate(KeptTokens kept, Instant now) {
        return kept.oldest()
                .map(oldest -> kept.looked().filter(oldest::isBefore).orElse(oldest))
                .filter(last -> last.plus(LATE).isBefore(now))
                .isPresent();
    }

    /** The edge of a thread of our own: what fails now is tried again next time. */
    private void tryRun() {
        try {
            run();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "It could not be looked for who came back ({}); this is tried again in an hour.",
                    e.getClass().getName());
        }
    }

    void run() {
        policies.policies().forEach(policy -> {
            try {
                look(Caller.system(policy.tenant()));
            } catch (RuntimeException | LinkageError e) {
                LOG.warn(
                        "It could not be looked for who came back to {} ({}); this is tried again in an hour.",
                        policy.tenant(),
                        e.getClass().getName());
            }
        });
    }

    /** What a look did, as counts. */
    private static final class Found {
        private int optedOut;
        private int opened;
        private int removed;
        private int failed;

        private boolean something() {
            return optedOut + opened + removed > 0;
        }
    }

    private void look(Caller caller) {
        TenantId tenant = caller.tenant();
        KeptTokens kept = transactions.required(() -> people.keptTokens(tenant));
        if (kept.hashes() == 0) {
            return;
        }
        Instant now = clockwork.now();
        boolean late = isLate(kept, now);
        if (late) {
            LOG.error(
                    "For more than a day it was not looked whether people of {} came back who are to stay removed; a"
                            + " look begins now.",
                    tenant);
        }
        Found found = new Found();
        Optional<Returned> last = Optional.empty();
        List<Returned> page;
        do {
            page = page(tenant, last);
            page.forEach(one -> again(caller, one, found));
            last = page.isEmpty() ? last : Optional.of(page.get(page.size() - 1));
        } while (page.size() == AT_ONCE);
        transactions.required(() -> looked(caller, found, late, now));
    }

    private List<Returned> page(TenantId tenant, Optional<Returned> last) {
        return transactions.required(() -> people.returned(tenant, last.map(Returned::person), AT_ONCE));
    }

    /** A look that left somebody out does not count as one. */
    private void looked(Caller caller, Found found, boolean late, Instant now) {
        if (found.failed == 0) {
            people.putLooked(caller.tenant(), now);
        }
        if (found.something() || late && found.failed == 0) {
            audit.append(new Leaf(
                    caller.tenant(),
                    now,
                    Leaf.Act.LASTING_LOOK,
                    caller.name(),
                    Optional.empty(),
                    List.of(),
                    Map.of(
                            "optedOut", Integer.toString(found.optedOut),
                            "opened", Integer.toString(found.opened),
                            "removed", Integer.toString(found.removed),
                            "failed", Integer.toString(found.failed),
                            "late", Boolean.toString(late))));
        }
    }

    /** What fails for one keeps nobody else from it. */
    private void again(Caller caller, Returned one, Found found) {
        try {
            if (clockwork.isLasting(caller.tenant(), one.lasting())) {
                optOut(caller, one, found);
                if (one.alone()) {
                    remove(caller, one, found);
                }
            }
        } catch (RuntimeException e) {
            found.failed++;
            LOG.warn(
                    "Somebody who came back to {} could not be seen to ({}); this is tried again in an hour.",
                    caller.tenant(),
                    e.getClass().getName());
        }
    }

    private void optOut(Caller caller, Returned one, Found found) {
        transactions.required(() -> {
            if (!locked(caller, one) || asked(caller, one, Type.OPT_OUT).isPresent()) {
                return;
            }
            rights.fulfil(caller, open(caller, one, Type.OPT_OUT).id());
            found.optedOut++;
        });
    }

    private void remove(Caller caller, Returned one, Found found) {
        Optional<Request> request = transactions.required(() -> {
            if (!locked(caller, one)) {
                return Optional.empty();
            }
            Optional<Request> before = asked(caller, one, Type.ERASURE);
            if (before.isEmpty()) {
                found.opened++;
                return Optional.of(open(caller, one, Type.ERASURE));
            }
            return before;
        });
        request.filter(asked -> !asked.state().closed()).ifPresent(asked -> {
            if (asked.deadlines().acknowledged().isEmpty()) {
                tried(() -> rights.confirm(caller, asked.id()));
            }
            boolean time = !asked.deadlines().answerBy().minus(LEFT).isAfter(clockwork.now());
            if (time && asked.verifiedBy().isPresent() && tried(() -> rights.fulfil(caller, asked.id()))) {
                found.removed++;
            }
        });
    }

    /** What a rule forbids, or cannot be yet, is left to the next look and to staff, who see the request among what is due. */
    private static boolean tried(Runnable work) {
        try {
            work.run();
            return true;
        } catch (PledgeException e) {
            if (e.kind() != Kind.CONFLICT && e.kind() != Kind.UNAVAILABLE) {
                throw e;
            }
            return false;
        }
    }

    /** Keeps other nodes from opening the same request. */
    private boolean locked(Caller caller, Returned one) {
        return people.person(caller.tenant(), one.person())
                .filter(person -> people.lockAccount(caller.tenant(), person.account()))
                .isPresent();
    }

    /** What was opened here before, however it ended. */
    private Optional<Request> asked(Caller caller, Returned one, Type type) {
        return requests.requestsOf(caller.tenant(), one.person()).stream()
                .filter(request -> request.type() == type
                        && request.openedBy().equals(caller.name())
                        && request.channel().equals(one.lasting().channel()))
                .findFirst();
    }

    /** Verified by what verified the first removal, where another's word is enough. */
    private Request open(Caller caller, Returned one, Type type) {
        Lasting lasting = one.lasting();
        Request request =
                rights.open(caller, new NewRequest(one.person(), type, lasting.jurisdiction(), lasting.channel()));
        return rights.vouch(caller, request.id());
    }
}
