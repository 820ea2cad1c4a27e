package org.pledge.rights.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/**
 * Records of the platform about what is over, and their end. What something that goes on needs is never among them. Every
 * method joins the current transaction.
 */
public interface RecordStore {
    /** A kind of record, and which of them can leave at all. */
    enum Kind {
        /**
         * A closed request, by the time it was closed, with its codes, exports, signed statement and the message that it
         * came of. Not a fulfilled restriction or objection while the person is there, which it can still lift, and not a
         * fulfilled removal while disclosures about its person are left.
         */
        REQUEST,
        /** An ended breach, by the time it ended, with who was told; not one of which somebody held was told. */
        BREACH,
        /** A message of another system that no request is left of, by the time it came. */
        MESSAGE,
        /**
         * A disclosure, by the time it was made: one that never began to leave; or, of a person who is not there any more,
         * one that is over, once everybody was told and answered and all of that is as old. It is counted then, and
         * removed once a statement about the removal was signed. Of a legal case only once the end of the case is as old,
         * however early it was closed.
         */
        DISCLOSURE,
        /** A notice that was answered, by the time of the answer, about somebody of whom no disclosure is left. */
        NOTICE,
        /**
         * Somebody who is still to be told the status of a request and could not be, by the time the request was closed;
         * also one whose request is not there any more.
         */
        CALLBACK,
        /**
         * That somebody was removed, by the last time that something of theirs was, with the statement about it once that
         * is as old: of a person of whom no request, notice or disclosure is left. One for each person.
         */
        REMOVAL,
        /** The certificate of a sweep, by the time of the sweep, with the statement about it once that is as old. */
        SWEEP
    }

    /** How many can leave that are as old as {@code before} or older, but those about people who are held. */
    long count(Kind kind, TenantId tenant, Instant before, Set<SubjectId> held);

    /**
     * Removes some of them, the oldest first.
     *
     * @param limit how many at most
     * @return how many were removed
     */
    int remove(Kind kind, TenantId tenant, Instant before, Set<SubjectId> held, int limit);

    /**
     * Removed people whose disclosures could leave but that no statement about the removal was signed, with an identifier
     * above {@code after}, in the order of the database's UUID type.
     */
    List<SubjectId> unstated(
            TenantId tenant, Instant before, Set<SubjectId> held, Optional<SubjectId> after, int limit);
}
