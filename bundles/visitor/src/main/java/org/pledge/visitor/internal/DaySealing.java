package org.pledge.visitor.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
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
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;
import org.pledge.visitor.spi.UsageStore;
import org.pledge.visitor.spi.UsageStore.Count;
import org.pledge.visitor.spi.UsageStore.Day;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the figures of past days final and removes what would single somebody out. */
@Component(
        immediate = true,
        configurationPid = "org.pledge.visitor",
        service = {})
public final class DaySealing {
    private static final Logger LOG = LoggerFactory.getLogger(DaySealing.class);
    private static final Duration AFTER_THE_DAY = EventRules.LATEST.plusHours(1);
    private static final int AT_ONCE = 100;
    private static final long MINUTES = 10;

    private final Transactions transactions;
    private final UsageStore store;
    private final AuditLog audit;
    private final PolicyService policies;
    private final Clock clock;
    private final int leastPeople;
    private final ScheduledExecutorService timer;

    /** Looks every ten minutes whether a day is over. */
    @Activate
    public DaySealing(
            @Reference Transactions transactions,
            @Reference UsageStore store,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            DefaultUsageService.Config config) {
        this(transactions, store, audit, policies, Clock.systemUTC(), config.least_people());
        timer.scheduleWithFixedDelay(this::tryRun, 1, MINUTES, TimeUnit.MINUTES);
    }

    DaySealing(
            Transactions transactions,
            UsageStore store,
            AuditLog audit,
            PolicyService policies,
            Clock clock,
            int leastPeople) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.policies = policies;
        this.clock = clock;
        this.leastPeople = leastPeople;
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "pledge-visitor-sealing");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Deactivate
    void stop() {
        timer.shutdownNow();
    }

    /** The edge of a thread of our own: what fails now is tried again next time. */
    private void tryRun() {
        try {
            run();
        } catch (RuntimeException e) {
            LOG.warn(
                    "Days could not be sealed ({}); this is tried again in {} minutes.",
                    e.getClass().getName(),
                    MINUTES);
        }
    }

    void run() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        LocalDate today = LocalDate.ofInstant(now.minus(AFTER_THE_DAY), ZoneOffset.UTC);
        for (List<Day> due = open(today); !due.isEmpty(); due = open(today)) {
            due.forEach(day -> transactions.required(() -> seal(day, now)));
        }
    }

    private List<Day> open(LocalDate before) {
        return transactions.required(() -> store.open(before, AT_ONCE));
    }

    private int people(TenantId tenant) {
        Optional<Policy> policy = policies.policies().stream()
                .filter(each -> each.tenant().equals(tenant))
                .findFirst();
        return policy.map(found -> VisitRules.of(found, leastPeople).leastPeople())
                .orElse(leastPeople);
    }

    private void seal(Day day, Instant now) {
        if (!store.lockOpen(day)) {
            return;
        }
        int people = people(day.tenant());
        List<Count> counted = store.of(day);
        List<Count> safe = Figures.safe(people, counted);
        store.seal(day, safe);
        append(
                day.tenant(),
                now,
                Leaf.Act.USAGE_SEALED,
                Map.of(
                        "day", day.day().toString(),
                        "leastPeople", Integer.toString(people),
                        "cellsBefore", Integer.toString(counted.size()),
                        "cellsAfter", Integer.toString(safe.size())));
    }

    private void append(TenantId tenant, Instant now, Leaf.Act act, Map<String, String> details) {
        audit.append(new Leaf(tenant, now, act, Caller.system(tenant).name(), Optional.empty(), List.of(), details));
    }
}
