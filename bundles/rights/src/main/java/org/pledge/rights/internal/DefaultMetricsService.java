package org.pledge.rights.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.metrics.MetricsService;
import org.pledge.retention.RetentionService;
import org.pledge.retention.RetentionService.Schedule;
import org.pledge.rights.BreachService.Breach;
import org.pledge.rights.spi.BreachStore;
import org.pledge.rights.spi.RequestStore;
import org.pledge.rights.spi.RequestStore.Open;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.NoticeStore.Awaited;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.KeptTokens;

/** Counts by the indexes that are there, when it is asked. */
@Component
public final class DefaultMetricsService implements MetricsService {
    private static final Duration FRESH = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofDays(7);
    private static final int MOST_BREACHES = 1000;

    private record Reading(Instant at, List<Gauge> gauges) {}

    private final RequestStore requests;
    private final BreachStore breaches;
    private final NoticeStore notices;
    private final SubjectStore people;
    private final RetentionService retention;
    private final Transactions transactions;
    private final Clock clock;
    private final Map<TenantId, Reading> readings = new ConcurrentHashMap<>();

    /** In the container. */
    @Activate
    public DefaultMetricsService(
            @Reference RequestStore requests,
            @Reference BreachStore breaches,
            @Reference NoticeStore notices,
            @Reference SubjectStore people,
            @Reference RetentionService retention,
            @Reference Transactions transactions) {
        this(requests, breaches, notices, people, retention, transactions, Clock.systemUTC());
    }

    DefaultMetricsService(
            RequestStore requests,
            BreachStore breaches,
            NoticeStore notices,
            SubjectStore people,
            RetentionService retention,
            Transactions transactions,
            Clock clock) {
        this.requests = requests;
        this.breaches = breaches;
        this.notices = notices;
        this.people = people;
        this.retention = retention;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public List<Gauge> gauges(Caller caller) {
        caller.require(Role.OPERATOR, Role.AUDITOR);
        Instant now = clock.instant();
        return readings.compute(
                        caller.tenant(),
                        (tenant, last) ->
                                last != null && isFresh(last.at(), now) ? last : new Reading(now, read(tenant, now)))
                .gauges();
    }

    private static boolean isFresh(Instant at, Instant now) {
        return !now.isBefore(at) && now.isBefore(at.plus(FRESH));
    }

    private List<Gauge> read(TenantId tenant, Instant now) {
        List<Schedule> schedules = retention.schedules(Caller.system(tenant));
        return transactions.required(() -> {
            List<Gauge> gauges = new ArrayList<>();
            ofRequests(gauges, tenant, now);
            ofNotices(gauges, tenant, now);
            List<Breach> open = breaches.breaches(tenant, false, MOST_BREACHES);
            add(gauges, tenant, "breaches_open", "Breaches that did not end.", open.size());
            add(
                    gauges,
                    tenant,
                    "breaches_overdue",
                    "Breaches of which the authority was not notified in time.",
                    open.stream().filter(Breach::overdue).count());
            add(
                    gauges,
                    tenant,
                    "sweeps_late",
                    "Kinds of data that were not looked at in time for what is past its time.",
                    schedules.stream().filter(Schedule::late).count());
            ofLastingRemovals(gauges, tenant, now);
            return List.copyOf(gauges);
        });
    }

    private void ofLastingRemovals(List<Gauge> gauges, TenantId tenant, Instant now) {
        KeptTokens kept = people.keptTokens(tenant);
        add(gauges, tenant, "lasting_hashes", "Hashes of people whose removal stays in effect.", kept.hashes());
        add(
                gauges,
                tenant,
                "lasting_look_late",
                "1 when it was not looked in time for who of them came back.",
                LastingRemoval.isLate(kept, now) ? 1 : 0);
    }

    private void ofRequests(List<Gauge> gauges, TenantId tenant, Instant now) {
        List<Open> open = requests.open(tenant, now, now.plus(SOON));
        Function<Open, Map<String, String>> type = one -> Map.of("type", word(one.type()));
        add(gauges, tenant, "requests_open", "Requests that are not closed.", open, type, Open::requests);
        add(gauges, tenant, "requests_overdue", "Open requests past a deadline.", open, type, Open::overdue);
        add(gauges, tenant, "requests_due_soon", "Open requests with a deadline in 7 days.", open, type, Open::soon);
        add(
                gauges,
                tenant,
                "requests_oldest_seconds",
                "Age of the oldest open request.",
                open,
                type,
                one -> age(one.oldest(), now));
    }

    private void ofNotices(List<Gauge> gauges, TenantId tenant, Instant now) {
        List<Awaited> awaited = notices.awaited(tenant, now);
        Function<Awaited, Map<String, String>> whose =
                one -> Map.of("partner", one.partner(), "state", word(one.state()));
        add(gauges, tenant, "notices_awaited", "Notices without an answer.", awaited, whose, Awaited::notices);
        add(gauges, tenant, "notices_overdue", "Those past their deadline.", awaited, whose, Awaited::overdue);
        add(gauges, tenant, "notices_escalated", "Those reminded in vain.", awaited, whose, Awaited::escalated);
        add(
                gauges,
                tenant,
                "notices_oldest_seconds",
                "Age of the oldest of them.",
                awaited,
                whose,
                one -> age(one.oldest(), now));
        add(
                gauges,
                tenant,
                "recipients_awaited",
                "Partners that owe an answer.",
                awaited.stream().map(Awaited::partner).distinct().count());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static long age(Instant oldest, Instant now) {
        return Math.max(0, Duration.between(oldest, now).toSeconds());
    }

    private static <T> void add(
            List<Gauge> gauges,
            TenantId tenant,
            String name,
            String help,
            Collection<T> of,
            Function<T, Map<String, String>> labels,
            Function<T, Long> number) {
        List<Value> values = of.stream()
                .map(one -> {
                    Map<String, String> all = new TreeMap<>(labels.apply(one));
                    all.put("tenant", tenant.value());
                    return new Value(all, number.apply(one));
                })
                .toList();
        gauges.add(new Gauge("pledge_" + name, help, values));
    }

    private static void add(List<Gauge> gauges, TenantId tenant, String name, String help, long number) {
        add(gauges, tenant, name, help, List.of(number), any -> Map.of(), any -> any);
    }
}
