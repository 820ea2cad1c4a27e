package org.pledge.subject.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.lookup.Lookup;
import org.pledge.policy.Policy;
import org.pledge.retention.spi.Expiring;
import org.pledge.retention.spi.Unremovable;
import org.pledge.subject.RemovalCheck;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.EndedField;

/**
 * Removes single fields of people while their account goes on: after a period, such as the answers of a survey. What
 * leaves with a reported event is removed in the report itself, or once no hold keeps it any more.
 */
@Component
public final class ExpiringFields implements Expiring {
    /** What a hold kept although its purpose ended; it leaves with the hold. */
    static final String ENDED = "ended-field";

    private static final int PAGE = 500;

    private final SubjectStore store;
    private final SubjectService subjects;
    private final Keeping keeping;
    private final Runnable close;
    private final Clock clock;

    /** As it runs. */
    @Activate
    public ExpiringFields(BundleContext context, @Reference SubjectStore store, @Reference SubjectService subjects) {
        this(store, subjects, Lookup.opened(context, RemovalCheck.class));
    }

    private ExpiringFields(SubjectStore store, SubjectService subjects, Lookup<RemovalCheck> checks) {
        this(store, subjects, new Keeping(checks, 0), checks::close, Clock.systemUTC());
    }

    ExpiringFields(SubjectStore store, SubjectService subjects, Keeping keeping, Runnable close, Clock clock) {
        this.store = store;
        this.subjects = subjects;
        this.keeping = keeping;
        this.close = close;
        this.clock = clock;
    }

    @Deactivate
    void stop() {
        close.run();
    }

    @Override
    public String name() {
        return "fields";
    }

    @Override
    public boolean answersFor(Policy policy, Policy.Purpose purpose, String category) {
        FieldEnds field = FieldEnds.of(policy, category);
        String end = purpose.retention().getOrDefault(category, "");
        return field.ends().contains(end)
                && (field.afterPeriods() || field.withEvent().isPresent());
    }

    @Override
    public Map<String, String> records() {
        return Map.of(ENDED, "PT0S");
    }

    @Override
    public boolean looksAtHolds(String record) {
        return record.equals(ENDED);
    }

    @Override
    public long count(Due due) {
        return due(due, Integer.MAX_VALUE - due.held().size()).size();
    }

    /** As a change of the person's data, so that earlier recipients are told and the account's version moves on. */
    @Override
    public int remove(Due due, int limit) {
        Caller system = Caller.system(due.tenant());
        return due(due, limit).stream().mapToInt(field -> remove(system, field)).sum();
    }

    /** Who undoes this transaction for one person can repeat it without them. */
    private int remove(Caller caller, EndedField field) {
        try {
            return subjects.end(caller, field.person(), Set.of(field.category()))
                    .removed()
                    .size();
        } catch (PledgeException e) {
            throw e.kind() == Kind.UNAVAILABLE || e.kind() == Kind.STALE ? e : new Unremovable(field.person(), e);
        } catch (SecurityException | IllegalArgumentException | IndexOutOfBoundsException | NoSuchElementException e) {
            throw new Unremovable(field.person(), e);
        }
    }

    private List<EndedField> due(Due due, int limit) {
        if (due.category().equals(ENDED)) {
            return ended(due, limit);
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return store.heldSince(due.tenant(), due.category(), due.before(), now, due.held(), limit).stream()
                .map(person -> new EndedField(person, due.category()))
                .toList();
    }

    private List<EndedField> ended(Due due, int limit) {
        List<EndedField> free = new ArrayList<>();
        List<EndedField> page = store.endedFields(due.tenant(), Optional.empty(), PAGE);
        while (!page.isEmpty() && free.size() < limit) {
            page.stream()
                    .filter(field -> !due.held().contains(field.person()))
                    .filter(field -> keeping.kept(due.tenant(), field.person(), Set.of(field.category()))
                            .isEmpty())
                    .limit(limit - free.size())
                    .forEach(free::add);
            page = store.endedFields(due.tenant(), Optional.of(page.get(page.size() - 1)), PAGE);
        }
        return free;
    }
}
