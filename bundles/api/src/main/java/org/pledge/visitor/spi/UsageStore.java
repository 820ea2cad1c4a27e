package org.pledge.visitor.spi;

import java.time.LocalDate;
import java.util.List;
import org.pledge.TenantId;
import org.pledge.visitor.UsageService.Dimension;

/** Keeps counters of visits. Every method joins the current transaction. */
public interface UsageStore {
    /** Adds to counters, each of which is made when it is missing; their days become known and open. */
    void add(TenantId tenant, List<Count> counts);

    /** The counters of one day, in no particular order. */
    List<Count> of(Day day);

    /** The counters of the sealed days of a site, from {@code from} to the day before {@code to}. */
    List<Count> sealed(TenantId tenant, String site, LocalDate from, LocalDate to);

    /** Days of any tenant that are open and before {@code day}, oldest first, at most {@code limit} of them. */
    List<Day> open(LocalDate day, int limit);

    /**
     * Locks a day against everybody else until the transaction ends.
     *
     * @return whether it is known and open
     */
    boolean lockOpen(Day day);

    /** Replaces the counters of an open day for good, and seals it. */
    void seal(Day day, List<Count> counts);

    /** How many days of its sites a tenant has before {@code day}. */
    long countBefore(TenantId tenant, LocalDate day);

    /**
     * Removes the oldest days of a tenant before {@code day} with their counters, at most {@code limit} of them.
     *
     * @return how many
     */
    int removeBefore(TenantId tenant, LocalDate day, int limit);

    /** Makes room for the days from {@code from} to the day before {@code to}, where that has to be done ahead. */
    default void prepare(LocalDate from, LocalDate to) {}

    /** A day of a site. */
    record Day(TenantId tenant, String site, LocalDate day) {}

    /**
     * A counter. It names one thing alone, so that no two things about one visit are ever kept together.
     *
     * @param cell such as {@code /jobs}; empty when it was withheld
     * @param visitors how many people, as far as the site could tell
     */
    record Count(String site, LocalDate day, Dimension dimension, String cell, long events, long visitors) {}
}
