package org.pledge.consent.spi;

import java.util.List;
import java.util.OptionalLong;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Event;

/** Keeps the consent log and each person's epoch. Every method joins the current transaction. */
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

    /** Appends to the log; the event's sequence is ignored and given by the store. */
    void append(Event event);

    /** A person's events, by epoch. */
    List<Event> history(TenantId tenant, SubjectId subject);

    /** Events of everybody with a sequence above {@code after}, ascending, at most {@code limit}. */
    List<Event> log(long after, int limit);
}
