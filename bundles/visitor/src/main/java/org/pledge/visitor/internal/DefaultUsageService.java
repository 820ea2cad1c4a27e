package org.pledge.visitor.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;
import org.pledge.visitor.UsageService;
import org.pledge.visitor.spi.UsageStore;
import org.pledge.visitor.spi.UsageStore.Count;

/** Shortens and counts what the tenant's policy lets it count. */
@Component(configurationPid = "org.pledge.visitor")
@Designate(ocd = DefaultUsageService.Config.class)
public final class DefaultUsageService implements UsageService {
    /** Settings of the counting of visits. */
    @ObjectClassDefinition(name = "Pledge: visitor data")
    public @interface Config {
        /** How many people stand behind every figure, where the policy names no number. */
        @AttributeDefinition(name = "Least people behind a figure")
        int least_people() default 10;

        /** After how many days figures are removed, where the policy names no period; the retention bundle does it. */
        @AttributeDefinition(name = "Days figures are kept")
        int retention_days() default 366;
    }

    private static final long MOST_DAYS = 400;
    private static final String REMEDY = "Leave it out where the event is made; figures do not need it.";

    private final Transactions transactions;
    private final UsageStore store;
    private final AuditLog audit;
    private final PolicyService policies;
    private final Clock clock;
    private final int leastPeople;

    /** Counts in the platform's store. */
    @Activate
    public DefaultUsageService(
            @Reference Transactions transactions,
            @Reference UsageStore store,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            Config config) {
        this(transactions, store, audit, policies, Clock.systemUTC(), config.least_people());
    }

    DefaultUsageService(
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
    }

    @Override
    public Receipt count(Caller caller, List<Event> events) {
        caller.require(Role.OPERATOR, Role.INTEGRATOR);
        if (events.isEmpty() || events.size() > MOST_EVENTS) {
            throw new PledgeException(Kind.INVALID, "1 to " + MOST_EVENTS + " events are counted at once")
                    .remedy("Send the others in further batches.");
        }
        Policy policy = policies.current(caller.tenant());
        VisitRules rules = VisitRules.of(policy, leastPeople);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return transactions.required(() -> {
            check(caller, rules, events, now);
            Tally tally = new Tally(rules.kept());
            events.forEach(tally::add);
            store.add(caller.tenant(), tally.counts());
            Map<String, String> details = new TreeMap<>();
            details.put("counted", Integer.toString(tally.counted()));
            details.put("withheld", Integer.toString(tally.withheld()));
            details.put("dropped", Integer.toString(tally.dropped()));
            details.put("policyVersion", Integer.toString(policy.version()));
            audit.append(leaf(caller, now, Leaf.Act.USAGE_COUNTED, rules.promises(), details));
            return new Receipt(tally.counted(), tally.withheld(), tally.dropped());
        });
    }

    private void check(Caller caller, VisitRules rules, List<Event> events, Instant now) {
        if (!rules.countsVisits()) {
            throw refused(caller, now, rules, "category", "the policy collects no visits", "Send no usage events.");
        }
        for (int i = 0; i < events.size(); i++) {
            Optional<String> identity = EventRules.identity(events.get(i));
            if (identity.isPresent()) {
                String text = "event " + i + " holds something that tells who visits (" + identity.get() + ")";
                throw refused(caller, now, rules, identity.get(), text, REMEDY);
            }
            Optional<String> fault = EventRules.fault(events.get(i), now);
            if (fault.isPresent()) {
                throw new PledgeException(Kind.INVALID, "event " + i + ": " + fault.get())
                        .remedy("Correct it and send all events again; none was counted.");
            }
        }
    }

    /** The refusal stays although what was begun is undone. */
    private PledgeException refused(
            Caller caller, Instant now, VisitRules rules, String word, String text, String remedy) {
        Leaf leaf =
                leaf(caller, now, Leaf.Act.REFUSED, rules.promises(), Map.of("reason", "usage-event", "word", word));
        transactions.afterRollback(() -> transactions.required(() -> audit.append(leaf)));
        return new PledgeException(Kind.DENIED, text).because(rules.promises()).remedy(remedy);
    }

    private static Leaf leaf(
            Caller caller, Instant now, Leaf.Act act, List<String> promises, Map<String, String> details) {
        return new Leaf(caller.tenant(), now, act, caller.name(), Optional.empty(), promises, details);
    }

    @Override
    public Statistics statistics(Caller caller, String site, LocalDate from, LocalDate to, Dimension by) {
        caller.require(Role.VIEWER, Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        if (!EventRules.isSite(site)) {
            throw new PledgeException(Kind.INVALID, "site must be the name it was counted under")
                    .remedy("Send the name that the events had.");
        }
        if (!from.isBefore(to) || from.plusDays(MOST_DAYS).isBefore(to)) {
            throw new PledgeException(Kind.INVALID, "to must be 1 to " + MOST_DAYS + " days after from")
                    .remedy("Ask for fewer days at once.");
        }
        VisitRules rules = VisitRules.of(policies.current(caller.tenant()), leastPeople);
        if (!rules.kept().contains(by)) {
            throw new PledgeException(Kind.DENIED, "the policy does not collect this about visits")
                    .because(rules.promises())
                    .remedy("Ask for one of " + rules.kept().stream().sorted().toList() + ".");
        }
        List<Count> safe = safe(caller, site, from, to, rules);
        List<Count> whole = of(Dimension.DAY, safe);
        List<Count> asked = by == Dimension.DAY ? named(whole) : of(by, safe);
        return new Statistics(
                site,
                from,
                to,
                by,
                rules.leastPeople(),
                whole.size(),
                events(whole),
                cells(asked),
                events(asked.stream()
                        .filter(count -> count.cell().equals(Figures.OTHER))
                        .toList()),
                rules.promises());
    }

    private List<Count> safe(Caller caller, String site, LocalDate from, LocalDate to, VisitRules rules) {
        Supplier<List<Count>> read = () -> store.sealed(caller.tenant(), site, from, to);
        return transactions.required(read).stream().collect(Collectors.groupingBy(Count::day)).values().stream()
                .flatMap(day -> Figures.stillSafe(rules.leastPeople(), day).stream())
                .toList();
    }

    private static List<Count> of(Dimension dimension, List<Count> counts) {
        return counts.stream().filter(count -> count.dimension() == dimension).toList();
    }

    /** The figures of whole days, each under its date. */
    private static List<Count> named(List<Count> days) {
        return days.stream()
                .map(count -> new Count(
                        count.site(),
                        count.day(),
                        Dimension.DAY,
                        count.day().toString(),
                        count.events(),
                        count.visitors()))
                .toList();
    }

    private static long events(List<Count> counts) {
        return counts.stream().mapToLong(Count::events).sum();
    }

    private static List<Cell> cells(List<Count> counts) {
        Map<String, Cell> cells = new TreeMap<>();
        counts.stream()
                .filter(count -> !count.cell().equals(Figures.OTHER))
                .forEach(count -> cells.merge(
                        count.cell(),
                        new Cell(count.cell(), count.events(), count.visitors()),
                        (one, two) -> new Cell(
                                one.name(), one.events() + two.events(), one.visitorDays() + two.visitorDays())));
        return List.copyOf(cells.values());
    }
}
