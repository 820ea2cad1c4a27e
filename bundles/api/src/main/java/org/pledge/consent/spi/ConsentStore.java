package org.pledge.consent.spi;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.consent.ConsentService.Event;

/** Keeps the consent log, each person's epoch, and what guardians authorised. Every method joins the current transaction. */
public interface ConsentStore {
    /**
     * Takes the person's exclusive lock until the transaction ends, and raises their epoch by one.
     *
     * @return the new epoch, 1 for the first change
     */
    long nextEpoch(TenantId tenant, SubjectId subject);

    /**
     * Takes the person's shared lock until the transaction ends (an exclusive one where the database has no other).
     *
     * @return the present epoch; empty when the person has no consent row
     */
    OptionalLong lockEpoch(TenantId tenant, SubjectId subject);

    /**
     * Takes the lock of {@link #lockEpoch} for several people, always in the same order, so that who locks the same
     * people at the same time waits and does not block them.
     *
     * @return the present epoch of each who has a consent row
     */
    default Map<SubjectId, Long> lockEpochs(TenantId tenant, Set<SubjectId> subjects) {
        Map<SubjectId, Long> epochs = new HashMap<>();
        subjects.stream().sorted().forEach(subject -> lockEpoch(tenant, subject)
                .ifPresent(epoch -> epochs.put(subject, epoch)));
        return epochs;
    }

    /**
     * Takes the person's exclusive lock until the transaction ends.
     *
     * @return the present epoch; empty, and nothing locked, when the person has no consent row
     */
    OptionalLong lockEpochExclusively(TenantId tenant, SubjectId subject);

    /** Appends to the log; the event's sequence is ignored and given by the store. */
    void append(Event event);

    /** A person's events, by epoch. */
    List<Event> history(TenantId tenant, SubjectId subject);

    /**
     * A part of a person's events, by epoch.
     *
     * @param after the last event of the part before; empty for the first part
     */
    default List<Event> history(TenantId tenant, SubjectId subject, Optional<Event> after, int limit) {
        return history(tenant, subject).stream()
                .filter(event -> after.isEmpty()
                        || event.epoch() > after.get().epoch()
                        || event.epoch() == after.get().epoch()
                                && event.sequence() > after.get().sequence())
                .limit(limit)
                .toList();
    }

    /** Keeps an authorisation, in the place of one for the same child and purpose. */
    void putAuthorisation(Authorisation authorisation);

    /** A child's authorisations, by purpose. */
    List<Authorisation> authorisations(TenantId tenant, SubjectId child);

    /** What a guardian authorised, by child and purpose. */
    List<Authorisation> authorisationsBy(TenantId tenant, SubjectId guardian);

    /** Removes a child's authorisations. */
    void removeAuthorisations(TenantId tenant, SubjectId child);

    /**
     * How many authorisations of a tenant end at {@code before} or earlier, but those whose child or guardian is {@code
     * held}.
     */
    long countEndedAuthorisations(TenantId tenant, Instant before, Set<SubjectId> held);

    /**
     * Removes the authorisations that {@link #countEndedAuthorisations} counts, the first to end first.
     *
     * @return what was removed, at most {@code limit}
     */
    List<Authorisation> removeEndedAuthorisations(TenantId tenant, Instant before, Set<SubjectId> held, int limit);

    /**
     * How far the log goes, and who may still add to it below its end.
     *
     * @param last the highest sequence that can be read; 0 when the log is empty
     * @param oldest every transaction with a lower number has ended
     * @param next no transaction with this number or a higher one has begun
     */
    record Reach(long last, long oldest, long next) {
        /** Whether nothing is added any more up to the end that the log had {@code before}. */
        public boolean settles(Reach before) {
            return oldest >= before.next();
        }
    }

    /** How far the log goes now; one that never settles where no other node can add to it. */
    default Reach reach() {
        return new Reach(0, 0, Long.MAX_VALUE);
    }

    /** Events of everybody with a sequence above {@code after}, ascending, at most {@code limit}. */
    List<Event> log(long after, int limit);
}
