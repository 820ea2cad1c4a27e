package org.pledge.ownership;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.SubjectId;

/**
 * Tells people that their data is to go along with a change of ownership, and until when they can object. Each person is
 * asked in a transaction of their own and told once, so everything can be stopped and called again. Thread-safe.
 */
public interface OwnershipNotices {
    /**
     * The template that tells people, of the class {@code rights}, with some of the parameters {@value #SUCCESSOR},
     * {@value #CATEGORIES}, {@value #UNTIL} and {@value #TRANSFER}.
     */
    String TEMPLATE = "ownership-notice";

    /** Parameter: the name of the successor. */
    String SUCCESSOR = "successor";

    /** Parameter: the kinds of data that go along. */
    String CATEGORIES = "categories";

    /** Parameter: the last day on which this person can object. */
    String UNTIL = "until";

    /** Parameter: the identifier of the transfer. */
    String TRANSFER = "transfer";

    /** The most people that one call of {@link #send} tells, and one page of {@link #unreached} holds. */
    int MOST = 500;

    /** How long whoever could not be reached is left alone before {@link #send} tries again. */
    Duration PAUSE = Duration.ofDays(1);

    /** How somebody was told, or was not. */
    enum Telling {
        /** A message is on its way. */
        QUEUED,
        /** No message could be queued, as there is no address or the gate lets none out, or it was not delivered. */
        UNREACHED,
        /** Staff told them another way, such as by letter. */
        BY_HAND;

        /** Whether the person was told. */
        public boolean told() {
            return this != UNREACHED;
        }
    }

    /**
     * Somebody's notice.
     *
     * @param message the disclosure that carries it; empty for one that was told by hand or not reached
     */
    record Notice(SubjectId subject, Telling telling, Instant at, Optional<UUID> message) {
        /** One that no message carries. */
        public Notice(SubjectId subject, Telling telling, Instant at) {
            this(subject, telling, at, Optional.empty());
        }
    }

    /**
     * What a call of {@link #send} did.
     *
     * @param more whether somebody is left who can be tried now
     */
    record Sent(int told, int unreached, boolean more) {}

    /**
     * How many of the people whose data is to go were told.
     *
     * @param people of the accounts in scope
     * @param told by message or by hand
     * @param unreached whom a message could not reach, and nobody told otherwise
     * @param last when the last of them was told
     * @param nextTry from when on {@link #send} tries the first of the unreached again; empty when nobody is tried again
     */
    record Reach(long people, long told, long unreached, Optional<Instant> last, Optional<Instant> nextTry) {
        /** The same where nobody is tried again. */
        public Reach withoutTry() {
            return new Reach(people, told, unreached, last, Optional.empty());
        }
    }

    /**
     * Sends the notice to the next people: those whom nobody tried, then those who were not reached {@link #PAUSE} ago or
     * earlier. These are tried for as long as people can still object; with whoever is reached the whole time to object
     * begins anew for everybody. Must not be called inside a transaction. Roles: operator.
     *
     * @param limit how many people at most, 1 to {@value #MOST}
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} before the day of the notice, without the approvals, once
     *     data goes, or without a template; {@code NOT_FOUND} without such a transfer; {@code UNAVAILABLE} when no
     *     message can leave now, and whom it was tried for stays untried
     */
    Sent send(Caller caller, UUID id, int limit);

    /**
     * Records that staff told somebody another way; a person who was told already stays as they are. Roles: operator.
     *
     * @param day on which the person was told, at most 30 days ago and not in the future (UTC)
     * @throws org.pledge.PledgeException as for {@link #send}, {@code INVALID} for another day, {@code NOT_FOUND} without
     *     such a person
     */
    Notice toldByHand(Caller caller, UUID id, SubjectId subject, LocalDate day);

    /**
     * Whom no message could reach and nobody told otherwise, in a stable order. Roles: operator, officer, auditor.
     *
     * @param limit 1 to {@value #MOST}
     */
    Page<Notice> unreached(Caller caller, UUID id, Optional<String> cursor, int limit);

    /** How many were told. Roles: operator, officer, auditor. */
    Reach reach(Caller caller, UUID id);
}
