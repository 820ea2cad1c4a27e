package org.pledge.retention.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.lookup.Lookup;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.PolicyService;
import org.pledge.retention.RetentionService;
import org.pledge.retention.spi.Expiring;
import org.pledge.retention.spi.RetentionStore;
import org.pledge.retention.spi.RetentionStore.Sweep;
import org.pledge.retention.spi.Unremovable;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks everybody who holds data that leaves on time to remove what is past the periods of the policies in force. */
@Component(
        configurationPid = "org.pledge.retention",
        service = {RetentionService.class, DefaultRetentionService.class})
@Designate(ocd = DefaultRetentionService.Config.class)
public final class DefaultRetentionService implements RetentionService {
    /** Settings of sweeps. */
    @ObjectClassDefinition(name = "Pledge: retention")
    public @interface Config {
        /** Minutes between the end of a sweep and the next one, 1 to 60. */
        @AttributeDefinition(name = "Minutes between sweeps")
        int interval_minutes() default 10;

        /** About how much is removed in one transaction, 1 to 100 000. */
        @AttributeDefinition(name = "Rows in a batch")
        int batch_rows() default 1000;
    }

    private static final Logger LOG = LoggerFactory.getLogger(DefaultRetentionService.class);
    private static final int LATE_INTERVALS = 2;
    private static final int MOST_MINUTES = 60;
    private static final int MOST_ROWS = 100_000;
    private static final int MOST_LEFT = 1000;

    private final Transactions transactions;
    private final RetentionStore store;
    private final AuditLog audit;
    private final PolicyService policies;
    private final Supplier<List<Expiring>> expiring;
    private final Clock clock;
    private final Duration interval;
    private final int batch;
    private final Instant started;
    private final Runnable close;
    private final Set<String> lateOnes = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** Follows everybody who answers. */
    @Activate
    public DefaultRetentionService(
            @Reference Transactions transactions,
            @Reference RetentionStore store,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            BundleContext bundles,
            Config config) {
        this(
                transactions,
                store,
                audit,
                policies,
                Lookup.opened(bundles, Expiring.class),
                Clock.systemUTC(),
                interval(config),
                Math.max(1, Math.min(config.batch_rows(), MOST_ROWS)));
    }

    private DefaultRetentionService(
            Transactions transactions,
            RetentionStore store,
            AuditLog audit,
            PolicyService policies,
            Lookup<Expiring> lookup,
            Clock clock,
            Duration interval,
            int batch) {
        this(transactions, store, audit, policies, lookup, clock, interval, batch, lookup::close);
    }

    DefaultRetentionService(
            Transactions transactions,
            RetentionStore store,
            AuditLog audit,
            PolicyService policies,
            Supplier<List<Expiring>> expiring,
            Clock clock,
            Duration interval,
            int batch,
            Runnable close) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.policies = policies;
        this.expiring = expiring;
        this.clock = clock;
        this.interval = interval;
        this.batch = batch;
        this.close = close;
        this.started = now();
    }

    static Duration interval(Config config) {
        return Duration.ofMinutes(Math.max(1, Math.min(config.interval_minutes(), MOST_MINUTES)));
    }

    @Deactivate
    void stop() {
        stopped.set(true);
        close.run();
    }

    @Override
    public List<Schedule> schedules(Caller caller) {
        caller.require(Role.VIEWER, Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        return schedules(policies.current(caller.tenant()), now());
    }

    private List<Schedule> schedules(Policy policy, Instant now) {
        List<Expiring> answering = answering();
        List<Item> items = Item.of(policy, answering, now);
        List<Sweep> sweeps = transactions.required(() -> store.sweeps(policy.tenant()));
        List<Schedule> schedules = new ArrayList<>();
        for (Purpose purpose : policy.purposes()) {
            for (String category : purpose.retention().keySet()) {
                List<String> names = answering.stream()
                        .filter(who -> who.answersFor(policy, purpose, category))
                        .map(Expiring::name)
                        .toList();
                Entry entry = new Entry(
                        category,
                        purpose.name(),
                        purpose.retention().get(category),
                        names,
                        laterEnd(policy, purpose, category, answering),
                        answering.stream().anyMatch(who -> who.holds(policy, category)));
                schedules.add(schedule(policy, entry, items, sweeps, now));
            }
        }
        for (Expiring who : answering) {
            who.records()
                    .forEach((name, period) -> schedules.add(schedule(
                            policy,
                            new Entry(name, Item.PLATFORM, period, List.of(who.name()), Optional.empty(), true),
                            items,
                            sweeps,
                            now)));
        }
        schedules.sort(Comparator.comparing(Schedule::category).thenComparing(Schedule::purpose));
        return schedules;
    }

    /** What a schedule says of itself, before it is known when was swept. */
    private record Entry(
            String category, String purpose, String end, List<String> names, Optional<String> laterEnd, boolean held) {}

    private static Optional<String> laterEnd(
            Policy policy, Purpose purpose, String category, List<Expiring> answering) {
        return answering.stream()
                .flatMap(who -> who.laterEnd(policy, purpose, category).stream())
                .findFirst();
    }

    private Schedule schedule(Policy policy, Entry entry, List<Item> items, List<Sweep> sweeps, Instant now) {
        String category = entry.category();
        List<String> swept = entry.names().stream()
                .filter(name -> items.stream().anyMatch(item -> item.is(category, name)))
                .toList();
        List<Instant> times =
                swept.stream().flatMap(name -> time(sweeps, category, name)).toList();
        boolean all = times.size() == swept.size();
        Optional<Instant> last = all ? times.stream().min(Comparator.naturalOrder()) : Optional.empty();
        Instant since = last.orElse(started);
        return new Schedule(
                category,
                entry.purpose(),
                entry.end(),
                Item.promises(policy, category),
                entry.names(),
                entry.names().isEmpty() ? entry.laterEnd() : Optional.empty(),
                entry.held(),
                last,
                swept.isEmpty() ? Optional.empty() : Optional.of((since.isAfter(now) ? now : since).plus(interval)),
                !swept.isEmpty() && late(since, now));
    }

    private static Stream<Instant> time(List<Sweep> sweeps, String category, String name) {
        return sweeps.stream()
                .filter(sweep ->
                        sweep.category().equals(category) && sweep.answeredBy().equals(name))
                .map(Sweep::swept);
    }

    private boolean late(Instant since, Instant now) {
        return Duration.between(since, now).compareTo(interval.multipliedBy(LATE_INTERVALS)) > 0;
    }

    /**
     * Tells once of each kind of data that was not swept in time; it is told again when that happens again.
     *
     * @return how many it told of
     */
    int watch() {
        Instant now = now();
        int told = 0;
        for (Policy policy : policies.policies()) {
            for (Schedule schedule : schedulesOrNone(policy, now)) {
                String one = policy.tenant() + " " + schedule.category() + " " + schedule.answeredBy();
                if (!schedule.late()) {
                    lateOnes.remove(one);
                } else if (lateOnes.add(one)) {
                    told++;
                    LOG.warn(
                            "Data of the kind {} of {} was last swept at {}, which is too long ago: it may be kept"
                                    + " longer than promised. Look for earlier warnings here, put right what they name,"
                                    + " and sweep at once with retention:run --tenant {}.",
                            schedule.category(),
                            policy.tenant(),
                            schedule.swept().map(Instant::toString).orElse("no time"),
                            policy.tenant());
                }
            }
        }
        return told;
    }

    /** One tenant whose schedules cannot be told keeps nobody from hearing of the others. */
    private List<Schedule> schedulesOrNone(Policy policy, Instant now) {
        try {
            return schedules(policy, now);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "It could not be told whether data of {} was swept in time ({}); this is tried again in {} minutes.",
                    policy.tenant(),
                    e.getClass().getName(),
                    interval.toMinutes());
            return List.of();
        }
    }

    @Override
    public List<Planned> plan(Caller caller) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        Instant now = now();
        return Item.of(policies.current(caller.tenant()), answering(), now).stream()
                .map(item -> transactions.required(() -> planned(caller.tenant(), item, now)))
                .toList();
    }

    private Planned planned(TenantId tenant, Item item, Instant now) {
        Holding holding = holding(tenant, item, now);
        return item.planned(item.who().count(due(tenant, item, holding)), holding.all());
    }

    private Holding holding(TenantId tenant, Item item, Instant at) {
        if (item.who().looksAtHolds(item.category())) {
            return Holding.NONE;
        }
        return item.purposes().contains(Item.PLATFORM)
                ? Holding.ofAny(store.holds(tenant), at)
                : Holding.of(store.holds(tenant), item.category(), at);
    }

    private static Expiring.Due due(TenantId tenant, Item item, Holding holding) {
        return new Expiring.Due(tenant, item.category(), item.before(), holding.people());
    }

    @Override
    public List<Certificate> run(Caller caller, Consumer<Certificate> progress) {
        caller.require(Role.OPERATOR);
        List<Certificate> certificates = new ArrayList<>();
        int failed = sweep(policies.current(caller.tenant()), caller.name(), certificates, progress);
        if (failed > 0) {
            throw new PledgeException(Kind.UNAVAILABLE, failed + " of the sweeps failed; what was removed is certified")
                    .remedy("The log names them. Put right what it says, then run this again.");
        }
        return List.copyOf(certificates);
    }

    /** Sweeps every tenant. */
    void sweep() {
        for (Policy policy : policies.policies()) {
            sweep(policy, Caller.system(policy.tenant()).name(), new ArrayList<>(), certificate -> {});
        }
    }

    private synchronized int sweep(
            Policy policy, String actor, List<Certificate> certificates, Consumer<Certificate> progress) {
        Instant now = now();
        int failed = 0;
        List<Item> items = new ArrayList<>();
        for (Expiring who : answering()) {
            try {
                items.addAll(Item.of(policy, who, now));
            } catch (RuntimeException | LinkageError e) {
                failed++;
                LOG.warn(
                        "One who removes data of {} could not say which ({}); this is tried again in {} minutes.",
                        policy.tenant(),
                        e.getClass().getName(),
                        interval.toMinutes());
            }
        }
        for (Item item : items) {
            try {
                Swept swept = sweep(policy, item, actor, now, progress);
                swept.certificate().ifPresent(certificates::add);
                failed += swept.complete() ? 0 : 1;
            } catch (RuntimeException | LinkageError e) {
                // one who cannot remove keeps nobody else from it
                failed++;
                LOG.warn(
                        "Data of the kind {} of {} could not be swept by {} ({}); this is tried again in {} minutes.",
                        item.category(),
                        policy.tenant(),
                        item.who().name(),
                        e.getClass().getName(),
                        interval.toMinutes());
            }
        }
        return failed;
    }

    /** What a sweep of one kind of data did. */
    private record Swept(Optional<Certificate> certificate, boolean complete) {}

    private Swept sweep(Policy policy, Item item, String actor, Instant now, Consumer<Certificate> progress) {
        Certificate before = new Certificate(
                UUID.randomUUID(),
                policy.tenant(),
                item.category(),
                item.who().name(),
                now,
                item.before(),
                policy.version(),
                0,
                0);
        Optional<Certificate> last = Optional.empty();
        Set<SubjectId> left = new HashSet<>();
        while (!stopped.get()) {
            Certificate so = last.orElse(before);
            try {
                Optional<Certificate> next = transactions.required(() -> batch(policy, item, actor, so, left));
                if (next.isEmpty()) {
                    break;
                }
                last = next;
                progress.accept(next.get());
            } catch (Unremovable e) {
                if (left.size() == MOST_LEFT || !left.add(e.person())) {
                    throw e;
                }
                LOG.warn(
                        "Data of the kind {} of {} of the person {} could not be removed ({}); that of others is. It is"
                                + " tried again in {} minutes, and the kind stands as late until then.",
                        item.category(),
                        policy.tenant(),
                        e.person(),
                        e.getCause().getClass().getName(),
                        interval.toMinutes());
            }
        }
        return new Swept(last, left.isEmpty());
    }

    /** One batch and its leaf; nothing when all is done. */
    private Optional<Certificate> batch(
            Policy policy, Item item, String actor, Certificate before, Set<SubjectId> left) {
        TenantId tenant = policy.tenant();
        store.lockRetention(tenant);
        Holding holding = holding(tenant, item, before.at());
        int removed = holding.all() ? 0 : item.who().remove(due(tenant, item, holding.and(left)), batch);
        if (removed == 0 && !left.isEmpty()) {
            return Optional.empty();
        }
        if (removed == 0) {
            store.putSweep(tenant, new Sweep(item.category(), item.who().name(), before.at()));
            return Optional.empty();
        }
        Certificate certificate = new Certificate(
                before.id(),
                tenant,
                before.category(),
                before.answeredBy(),
                before.at(),
                before.before(),
                before.policyVersion(),
                before.removed() + removed,
                holding.people().size());
        store.putCertificate(certificate);
        audit.append(new Leaf(
                tenant,
                now(),
                Leaf.Act.RETENTION_SWEPT,
                actor,
                Optional.empty(),
                Item.promises(policy, item.category()),
                Map.of(
                        "certificate", certificate.id().toString(),
                        "category", certificate.category(),
                        "answeredBy", certificate.answeredBy(),
                        "before", certificate.before().toString(),
                        "removed", Integer.toString(removed),
                        "removedSoFar", Long.toString(certificate.removed()),
                        "held", Integer.toString(certificate.held()),
                        "policyVersion", Integer.toString(certificate.policyVersion()))));
        return Optional.of(certificate);
    }

    @Override
    public List<Certificate> certificates(Caller caller, int limit) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        if (limit < 1 || limit > MOST_CERTIFICATES) {
            throw new PledgeException(Kind.INVALID, "limit must be 1 to " + MOST_CERTIFICATES).remedy("Ask for fewer.");
        }
        return transactions.required(() -> store.certificates(caller.tenant(), limit));
    }

    private List<Expiring> answering() {
        return expiring.get().stream()
                .sorted(Comparator.comparing(Expiring::name))
                .toList();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
