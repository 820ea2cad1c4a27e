package org.pledge.benchmarks;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Kind;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.consent.spi.ConsentStore;

/**
 * The consent log of so many people who accepted the policy and consented to four partners and five kinds of data each.
 * The partners come in another order for the next person, so that the one asked for lies anywhere.
 */
record People(TenantId tenant, long count) implements ConsentStore {
    static final String PURPOSE = "marketing";
    static final List<String> PARTNERS = List.of("mailhaus", "postwerk", "adfield", "leadline");
    static final Set<String> CATEGORIES = Set.of("name", "email", "phone", "fax", "street");
    private static final int EVENTS = 1 + PARTNERS.size();
    private static final UUID CHANGE = new UUID(0, 1);
    private static final Wording WORDING = new Wording("web", "w-1", "00".repeat(32));

    /** The identifier of a person by number. */
    static SubjectId person(long number) {
        return new SubjectId(mixed(number), mixed(~number));
    }

    private static long mixed(long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    @Override
    public List<Event> log(long after, int limit) {
        return LongStream.range(after, Math.min(after + limit, count * EVENTS))
                .mapToObj(this::event)
                .toList();
    }

    private Event event(long number) {
        long person = number / EVENTS;
        int step = (int) (number % EVENTS);
        boolean acceptance = step == 0;
        return new Event(
                number + 1,
                CHANGE,
                tenant,
                person(person),
                acceptance ? Kind.ACCEPTED : Kind.GRANTED,
                Instant.EPOCH,
                step + 1,
                acceptance ? "" : PURPOSE,
                acceptance ? "" : PARTNERS.get((int) ((person + step) % PARTNERS.size())),
                acceptance ? Set.of() : CATEGORIES,
                Optional.of(Level.OPT_IN),
                Optional.empty(),
                1,
                acceptance ? "CA" : "",
                WORDING,
                "benchmark");
    }

    @Override
    public long nextEpoch(TenantId asked, SubjectId subject) {
        throw new UnsupportedOperationException();
    }

    @Override
    public OptionalLong lockEpoch(TenantId asked, SubjectId subject) {
        throw new UnsupportedOperationException();
    }

    @Override
    public OptionalLong lockEpochExclusively(TenantId tenant, SubjectId subject) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void append(Event event) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Event> history(TenantId asked, SubjectId subject) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void putAuthorisation(Authorisation authorisation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Authorisation> authorisations(TenantId asked, SubjectId child) {
        return List.of();
    }

    @Override
    public List<Authorisation> authorisationsBy(TenantId asked, SubjectId guardian) {
        return List.of();
    }

    @Override
    public void removeAuthorisations(TenantId asked, SubjectId child) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long countEndedAuthorisations(TenantId asked, Instant before, Set<SubjectId> held) {
        return 0;
    }

    @Override
    public List<Authorisation> removeEndedAuthorisations(
            TenantId asked, Instant before, Set<SubjectId> held, int limit) {
        return List.of();
    }
}
