package org.pledge.rights.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf.Act;
import org.pledge.lookup.Lookup;
import org.pledge.policy.PolicyService;
import org.pledge.rights.RequestListener;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.spi.RequestStore;
import org.pledge.sharing.NoticeService;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records each deadline that passed, once, and closes removals that the last recipient has confirmed. */
@Component(
        immediate = true,
        service = {})
public final class DeadlineWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DeadlineWatch.class);
    private static final int AT_ONCE = 100;

    private final Clockwork clockwork;
    private final RequestStore store;
    private final PolicyService policies;
    private final Transactions transactions;
    private final Docket docket;
    private final Removals removals;
    private final Supplier<List<RequestListener>> listeners;
    private final Runnable closeListeners;
    private final ScheduledExecutorService timer;

    /** Looks every minute. */
    @Activate
    public DeadlineWatch(
            BundleContext context,
            @Reference Clockwork clockwork,
            @Reference RequestStore store,
            @Reference SubjectStore people,
            @Reference PolicyService policies,
            @Reference SubjectService subjects,
            @Reference NoticeService notices,
            @Reference AuditLog audit,
            @Reference Transactions transactions) {
        this(
                clockwork,
                store,
                people,
                policies,
                subjects,
                notices,
                audit,
                transactions,
                Lookup.opened(context, RequestListener.class));
        timer.scheduleWithFixedDelay(this::tryRun, 1, 1, TimeUnit.MINUTES);
    }

    private DeadlineWatch(
            Clockwork clockwork,
            RequestStore store,
            SubjectStore people,
            PolicyService policies,
            SubjectService subjects,
            NoticeService notices,
            AuditLog audit,
            Transactions transactions,
            Lookup<RequestListener> lookup) {
        this(clockwork, store, people, policies, subjects, notices, audit, transactions, lookup, lookup::close);
    }

    DeadlineWatch(
            Clockwork clockwork,
            RequestStore store,
            SubjectStore people,
            PolicyService policies,
            SubjectService subjects,
            NoticeService notices,
            AuditLog audit,
            Transactions transactions,
            Supplier<List<RequestListener>> listeners,
            Runnable closeListeners) {
        this.clockwork = clockwork;
        this.store = store;
        this.policies = policies;
        this.transactions = transactions;
        this.docket = new Docket(store, policies, audit, new Recipients(notices));
        this.removals = new Removals(docket, subjects, notices);
        this.listeners = listeners;
        this.closeListeners = closeListeners;
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "pledge-rights-deadlines");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Deactivate
    void stop() {
        timer.shutdown();
        closeListeners.run();
    }

    /** The edge of a thread of our own: what fails now is tried again next time. */
    private void tryRun() {
        try {
            run();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "Deadlines could not be looked at ({}); this is tried again in a minute.",
                    e.getClass().getName());
        }
    }

    void run() {
        policies.policies().forEach(policy -> {
            Caller caller = Caller.system(policy.tenant());
            attempt(policy.tenant(), "deadlines", () -> {
                while (transactions.required(() -> escalate(caller)) == AT_ONCE) {
                    LOG.debug("More deadlines passed");
                }
            });
            attempt(policy.tenant(), "removals", () -> settle(caller));
            attempt(
                    policy.tenant(),
                    "codes",
                    () -> transactions.required(() -> store.removeCodeDays(
                            policy.tenant(), LocalDate.ofInstant(clockwork.now(), ZoneOffset.UTC))));
        });
    }

    /** What fails for one keeps nobody else from it. */
    private static void attempt(TenantId tenant, String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "The {} of {} could not be looked at ({}); this is tried again in a minute.",
                    what,
                    tenant,
                    e.getClass().getName());
        }
    }

    private int escalate(Caller caller) {
        Instant now = clockwork.now();
        List<Request> due = store.lockNewlyDue(caller.tenant(), now, AT_ONCE);
        due.forEach(stored -> {
            Request request = clockwork.set(stored, now);
            Instant deadline = request.deadlines().next();
            if (deadline.isAfter(now)) {
                store.putRequest(request);
                return;
            }
            Request escalated = new Change(request)
                    .deadlines(Clockwork.escalated(request.deadlines()))
                    .made();
            boolean answer = deadline.equals(request.deadlines().answerBy());
            docket.put(
                    caller,
                    escalated,
                    Act.REQUEST_OVERDUE,
                    now,
                    Map.of(
                            "deadline",
                            answer ? "answer" : "acknowledgement",
                            "due",
                            deadline.toString(),
                            "law",
                            request.deadlines().law()));
            transactions.afterCommit(() -> listeners.get().forEach(listener -> listener.overdue(escalated)));
        });
        return due.size();
    }

    private void settle(Caller caller) {
        Optional<UUID> after = Optional.empty();
        List<Request> page;
        do {
            page = carriedOut(caller.tenant(), after);
            page.forEach(request -> attempt(caller.tenant(), "request " + request.id(), () -> settle(caller, request)));
            after = page.isEmpty()
                    ? after
                    : Optional.of(page.get(page.size() - 1).id());
        } while (page.size() == AT_ONCE);
    }

    private List<Request> carriedOut(TenantId tenant, Optional<UUID> after) {
        return transactions.required(() -> store.carriedOut(tenant, after, AT_ONCE));
    }

    private void settle(Caller caller, Request request) {
        transactions.required(() -> {
            Request locked = docket.locked(caller, request.id());
            return removals.settled(caller, locked, removals.remove(caller, locked.subject()), clockwork.now());
        });
    }
}
