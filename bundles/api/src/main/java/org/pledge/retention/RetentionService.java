package org.pledge.retention;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.pledge.Caller;
import org.pledge.TenantId;

/**
 * Removes data when the period that the policy in force gives it is over, and says for which data nobody does that.
 * Thread-safe.
 */
public interface RetentionService {
    /** The most certificates that one question is answered with. */
    int MOST_CERTIFICATES = 1000;

    /**
     * When one kind of data leaves that serves one purpose, and by whom. Records of the platform itself, which no policy
     * names, serve the purpose {@code platform}.
     *
     * @param end an ISO 8601 duration or {@code until <event>}, as the policy has it
     * @param promises the promises about that end
     * @param answeredBy who removes it then; empty when nobody does
     * @param laterEnd the later end of another purpose at which the one copy for both is removed; empty when somebody
     *     answers for this purpose
     * @param held whether anybody can hold such data at all
     * @param swept when it was last looked for what is past its time; empty when never, or when an event ends it
     * @param next when that is done next; empty when an event ends it or nobody answers
     * @param late whether the last look is longer ago than two intervals
     */
    record Schedule(
            String category,
            String purpose,
            String end,
            List<String> promises,
            List<String> answeredBy,
            Optional<String> laterEnd,
            boolean held,
            Optional<Instant> swept,
            Optional<Instant> next,
            boolean late) {
        /** Keeps immutable copies. */
        public Schedule {
            promises = List.copyOf(promises);
            answeredBy = List.copyOf(answeredBy);
        }
    }

    /**
     * What a sweep would remove now.
     *
     * @param answeredBy who would remove it
     * @param purposes the purposes that it serves
     * @param before what is older than this leaves: the longest period of these purposes is over
     * @param count how much there is, in units of who answers: rows, days or files
     * @param held whether a hold keeps all of it
     */
    record Planned(String category, String answeredBy, Set<String> purposes, Instant before, long count, boolean held) {
        /** Keeps an immutable copy. */
        public Planned {
            purposes = Set.copyOf(purposes);
        }
    }

    /**
     * The record of a sweep that removed something; it holds counts only.
     *
     * @param at when the sweep began
     * @param before what was older than this was removed
     * @param policyVersion whose period it was
     * @param removed how much
     * @param held of how many people data stayed because of holds
     */
    record Certificate(
            UUID id,
            TenantId tenant,
            String category,
            String answeredBy,
            Instant at,
            Instant before,
            int policyVersion,
            long removed,
            int held) {}

    /** Every category of every purpose of the policy in force. Roles: viewer, operator, officer, auditor. */
    List<Schedule> schedules(Caller caller);

    /** What would be removed now; removes nothing. Roles: operator, officer, auditor. */
    List<Planned> plan(Caller caller);

    /**
     * Sweeps now, as the timer does; what was removed before is not removed again. Roles: operator.
     *
     * @param progress is told the state of a certificate after each batch, on the calling thread
     * @return the certificates of this sweep; empty when there was nothing to remove
     * @throws org.pledge.PledgeException of kind {@code UNAVAILABLE} when somebody who answers could not remove; what
     *     was removed until then stays removed and certified
     */
    List<Certificate> run(Caller caller, Consumer<Certificate> progress);

    /**
     * The newest certificates, newest first. Roles: operator, officer, auditor.
     *
     * @param limit 1 to {@value #MOST_CERTIFICATES}
     */
    List<Certificate> certificates(Caller caller, int limit);
}
