package org.pledge.visitor;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pledge.Caller;

/**
 * Counts visits of sites. What comes in is shortened before anything is kept: a host to its registered domain, a path
 * to its first segment, a time to its hour. What is kept are counters, each about one thing alone, such as one page;
 * nothing holds two things about a visit together, and nothing holds a visitor. Thread-safe.
 */
public interface UsageService {
    /** How many events one call takes at most. */
    int MOST_EVENTS = 1000;

    /**
     * Counts events, all or none of them.
     *
     * @throws org.pledge.PledgeException of kind {@code DENIED} when the tenant's policy collects no visits, or an
     *     event holds something that tells who visits; that is recorded. Of kind {@code INVALID} when an event has
     *     another fault
     */
    Receipt count(Caller caller, List<Event> events);

    /**
     * The figures of a site for whole days (UTC). A day has figures once it is sealed, some hours after it ended; a
     * cell with too few people is in {@link Statistics#other}.
     *
     * @param from the first day
     * @param to the day after the last; at most 400 days after {@code from}
     * @throws org.pledge.PledgeException of kind {@code INVALID} when the days or the site's name make no sense, of
     *     kind {@code DENIED} when the tenant's policy collects no visits
     */
    Statistics statistics(Caller caller, String site, LocalDate from, LocalDate to, Dimension by);

    /** What is counted, each for itself. */
    enum Dimension {
        /** The site as a whole, per day. */
        DAY,
        /** The hour of the day, {@code 00} to {@code 23} (UTC). */
        HOUR,
        /** The first segment of the path. */
        PAGE,
        /** The registered domain of the network a visitor comes from. */
        DOMAIN,
        /** What kind of event it was, in the tenant's own words. */
        CATEGORY,
        /** The family of the browser. */
        BROWSER
    }

    /**
     * One visit of one page, or another event.
     *
     * @param site the tenant's name for the site: lower-case letters, digits and hyphens, never its address
     * @param at when; at most two hours ago
     * @param host the host a visitor comes from, if known; only its registered domain is used
     * @param path the path visited, if any; only its first segment is used
     * @param category what kind of event, if any: up to 32 lower-case letters and hyphens
     * @param browser the family of the browser, such as {@code firefox}, if known
     * @param first in which respects this is the visitor's first event of the day; so people are counted although
     *     nobody is known
     * @param gpc whether the browser sent {@code Sec-GPC: 1}: then only the day and the hour are counted
     * @param refused whether the visitor refuses to be counted: then nothing is
     * @param others names of whatever else the caller sent; their values are not wanted here
     */
    record Event(
            String site,
            Instant at,
            Optional<String> host,
            Optional<String> path,
            Optional<String> category,
            Optional<String> browser,
            Set<Dimension> first,
            boolean gpc,
            boolean refused,
            Set<String> others) {
        /** Keeps immutable copies. */
        public Event {
            first = Set.copyOf(first);
            others = Set.copyOf(others);
        }

        @Override
        public String toString() {
            return "Event[" + site + "]";
        }
    }

    /**
     * What was done with the events of one call.
     *
     * @param counted in every respect that the policy names
     * @param withheld counted for the day and the hour alone
     * @param dropped not counted, because the visitor refuses
     */
    record Receipt(int counted, int withheld, int dropped) {}

    /**
     * Figures in which nobody can be singled out.
     *
     * @param leastPeople behind every cell on every one of its days
     * @param days how many of the days asked for have figures
     * @param events of all these days
     * @param cells in the order of their names
     * @param other events in cells that had too few people, and in one more, so that none of them can be worked out
     * @param promises that are kept by this
     */
    record Statistics(
            String site,
            LocalDate from,
            LocalDate to,
            Dimension by,
            int leastPeople,
            int days,
            long events,
            List<Cell> cells,
            long other,
            List<String> promises) {
        /** Keeps immutable copies. */
        public Statistics {
            cells = List.copyOf(cells);
            promises = List.copyOf(promises);
        }
    }

    /**
     * One figure.
     *
     * @param name such as {@code /jobs}
     * @param events how many
     * @param visitorDays the sum, over the days, of how many people each had
     */
    record Cell(String name, long events, long visitorDays) {}
}
