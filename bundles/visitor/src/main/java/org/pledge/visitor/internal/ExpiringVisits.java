package org.pledge.visitor.internal;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.policy.Policy;
import org.pledge.retention.spi.Expiring;
import org.pledge.visitor.spi.UsageStore;

/** Removes the figures of whole days when the last visit of the day was long enough ago. */
@Component(configurationPid = "org.pledge.visitor")
public final class ExpiringVisits implements Expiring {
    private static final int DAYS_AHEAD = 3;
    private static final String CASE_CLOSED = "until case-closed";

    private final UsageStore store;
    private final int daysOtherwise;
    private final Clock clock;

    /** Removes them from the platform's store. */
    @Activate
    public ExpiringVisits(@Reference UsageStore store, DefaultUsageService.Config config) {
        this(store, config.retention_days(), Clock.systemUTC());
    }

    ExpiringVisits(UsageStore store, int daysOtherwise, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.daysOtherwise = Math.max(1, daysOtherwise);
    }

    @Override
    public String name() {
        return "visits";
    }

    /** Figures are about nobody: a case about a person has none of them. */
    @Override
    public boolean answersFor(Policy policy, Policy.Purpose purpose, String category) {
        return category.equals(VisitRules.VISITS)
                && !CASE_CLOSED.equals(purpose.retention().get(category));
    }

    @Override
    public Optional<String> periodOtherwise(Policy policy, String category) {
        return Optional.of("P" + daysOtherwise + "D");
    }

    @Override
    public long count(Due due) {
        return store.countBefore(due.tenant(), firstKept(due));
    }

    /** Makes room for the days to come, too. */
    @Override
    public int remove(Due due, int limit) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        store.prepare(today, today.plusDays(DAYS_AHEAD));
        return store.removeBefore(due.tenant(), firstKept(due), limit);
    }

    private static LocalDate firstKept(Due due) {
        return LocalDate.ofInstant(due.before(), ZoneOffset.UTC);
    }
}
