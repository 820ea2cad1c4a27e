package org.pledge.visitor.internal;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.policy.Policy;
import org.pledge.retention.spi.Expiring;
import org.pledge.visitor.spi.HeldRecords;
import org.pledge.visitor.spi.LinkStore;

/** Removes what is recorded of linked devices by whole days, when the last moment of a day was long enough ago. */
@Component
public final class ExpiringLinks implements Expiring {
    /** What is left of people who were erased. */
    static final String ERASED = "erased-device-record";

    private static final int DAYS_AHEAD = 3;

    private final LinkStore store;
    private final Clock clock;

    /** Removes it from the platform's store. */
    @Activate
    public ExpiringLinks(@Reference LinkStore store) {
        this(store, Clock.systemUTC());
    }

    ExpiringLinks(LinkStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "links";
    }

    @Override
    public boolean answersFor(Policy policy, Policy.Purpose purpose, String category) {
        return LinkRules.endsInTime(purpose.retention().getOrDefault(category, ""))
                && LinkRules.of(policy).records(category);
    }

    @Override
    public Map<String, String> records() {
        return Map.of(ERASED, "PT0S");
    }

    /** What is unreadable helps nobody who holds. */
    @Override
    public boolean looksAtHolds(String record) {
        return record.equals(ERASED);
    }

    @Override
    public long count(Due due) {
        if (due.category().equals(ERASED)) {
            return store.countErased(due.tenant());
        }
        return store.countBefore(due.tenant(), due.category(), firstKept(due), spared(due));
    }

    /** Makes room for the days to come, too. */
    @Override
    public int remove(Due due, int limit) {
        if (due.category().equals(ERASED)) {
            return store.removeErased(due.tenant(), limit);
        }
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        store.prepare(today, today.plusDays(DAYS_AHEAD));
        return store.removeBefore(due.tenant(), due.category(), firstKept(due), spared(due), limit);
    }

    /** Who is held, and what is kept aside of those of them who were removed. */
    private static Set<SubjectId> spared(Due due) {
        return due.held().stream()
                .flatMap(person -> Stream.of(person, HeldRecords.aside(person, due.category())))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static LocalDate firstKept(Due due) {
        return LocalDate.ofInstant(due.before(), ZoneOffset.UTC);
    }
}
