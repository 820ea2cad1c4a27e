package org.pledge.visitor.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer;
import org.pledge.subject.RemovalListener;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.visitor.spi.HeldRecords;
import org.pledge.visitor.spi.LinkStore;

/**
 * Removes the links of a person's devices with the person. What was recorded under them is unreadable with the person's
 * key, and the next sweep removes it, so that an erasure takes as long for many records as for few; only what a legal
 * hold keeps is sealed anew before.
 */
@Component
public final class LinkedPeople implements RemovalListener {
    private final LinkStore store;
    private final SubjectStore people;
    private final Sealer sealer;
    private final HeldRecords held;
    private final Clock clock;

    /** Removes them from the platform's store. */
    @Activate
    public LinkedPeople(@Reference LinkStore store, @Reference Sealer sealer, @Reference SubjectStore people) {
        this(store, sealer, people, Clock.systemUTC());
    }

    LinkedPeople(LinkStore store, Sealer sealer, SubjectStore people, Clock clock) {
        this.store = store;
        this.people = people;
        this.sealer = sealer;
        this.held = new HeldRecords(store, sealer);
        this.clock = clock;
    }

    @Override
    public Set<String> holds(TenantId tenant, SubjectId person) {
        return held.categories(tenant, person, people.removals(tenant, person));
    }

    @Override
    public void removing(Caller caller, SubjectId person, Set<String> kept) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        held.setAside(caller.tenant(), person, kept, now, (place, bytes) -> Optional.of(sealer.open(place, bytes)));
    }

    @Override
    public void removed(Caller caller, SubjectId person, Set<String> kept) {
        store.erase(caller.tenant(), person);
        Set<String> free = new HashSet<>(holds(caller.tenant(), person));
        free.removeAll(kept);
        held.release(caller.tenant(), person, free);
    }

    @Override
    public void removed(Caller caller, SubjectId person) {
        removed(caller, person, Set.of());
    }
}
