package org.pledge.consent;

import org.pledge.SubjectId;
import org.pledge.TenantId;

/**
 * What decisions read: every consent of every person, in memory. No method blocks, allocates on a hit, or reads the
 * database. Thread-safe.
 *
 * <p>Names are turned into numbers once, by {@link #scope} and {@link #jurisdiction(String)}; the numbers hold until
 * the service goes away.
 */
public interface ConsentView {
    /** What {@link #level} returns when there is no consent. */
    int NONE = 0;

    /** What {@link #level} returns for implied consent. */
    int IMPLIED = 1;

    /** What {@link #level} returns for express consent. */
    int OPT_IN = 2;

    /** What {@link #standing} returns for a person who accepted no policy version. */
    long UNKNOWN = 0;

    /** How many scopes one {@link #ask} answers. */
    int MOST_SCOPES = 16;

    /** The number of one combination of tenant, purpose, recipient and category. */
    long scope(TenantId tenant, String purpose, String recipient, String category);

    /**
     * The number of a scope that stands for no consent: its level is {@link #IMPLIED} while the person has an open
     * inquiry, and otherwise {@link #NONE}.
     */
    long inquiryScope(TenantId tenant);

    /**
     * The number of a scope that stands for no consent: its level is {@link #IMPLIED} while the person objects to the
     * purpose, and otherwise {@link #NONE}.
     *
     * @param purpose empty for an objection to everything
     */
    long objectionScope(TenantId tenant, String purpose);

    /** Whether the data of people with this number of a jurisdiction is kept without being used. */
    boolean restricts(int jurisdiction);

    /** Whether people with this number of a jurisdiction object to anything. */
    boolean objects(int jurisdiction);

    /** The number of a jurisdiction, of people whose data may be used and who object to nothing. */
    int jurisdiction(String code);

    /** The jurisdiction of a number. */
    String jurisdiction(int number);

    /**
     * All that a decision needs, from one look at a person: the accepted policy version in bits 0 to 19 (0 for somebody
     * who accepted none), the number of their jurisdiction in bits 20 to 31, and from bit 32 two bits for the
     * {@link #level} of each of at most {@value #MOST_SCOPES} scopes.
     *
     * @param scopes numbers of {@link #scope}, of the same tenant
     * @param from where to begin among them, 0 or more; those beyond the most are left for another call
     * @param now seconds since 1970-01-01T00:00:00Z; expired consent counts as none
     */
    long ask(TenantId tenant, SubjectId subject, long[] scopes, int from, long now);

    /**
     * Where a person stands: the accepted policy version in bits 0 to 19, the number of their jurisdiction in bits 20
     * to 31, the epoch of their last change in bits 32 to 62; or {@link #UNKNOWN}.
     */
    long standing(TenantId tenant, SubjectId subject);

    /** The epoch of a person's last change that is in memory, whatever their standing; 0 when none is. */
    long epoch(TenantId tenant, SubjectId subject);

    /**
     * Takes over what is stored of a person, whom another node may have changed. Does nothing within a transaction, as
     * what is undone in the end would stay in memory.
     *
     * @throws org.pledge.PledgeException of kind {@code UNAVAILABLE} when the database cannot be reached
     */
    void follow(TenantId tenant, SubjectId subject);

    /**
     * Refuses to answer out of a memory that may be behind: what is asked outside a transaction would not notice.
     *
     * @throws org.pledge.PledgeException of kind {@code UNAVAILABLE} when what other nodes commit could not be taken
     *     over for 10 seconds
     */
    void requireCurrent();

    /**
     * The consent in the answer to an {@link #ask}.
     *
     * @param place of the scope after the first one asked for, from 0 and below {@value #MOST_SCOPES}
     * @return {@link #NONE}, {@link #IMPLIED} or {@link #OPT_IN}
     */
    static int level(long answer, int place) {
        return (int) (answer >>> 32 + 2 * place) & 3;
    }

    /** The accepted policy version of a {@link #standing} or an answer to {@link #ask}. */
    static int version(long standing) {
        return (int) (standing & 0xF_FFFF);
    }

    /** The number of the jurisdiction of a {@link #standing} or an answer to {@link #ask}. */
    static int jurisdictionOf(long standing) {
        return (int) (standing >>> 20) & 0xFFF;
    }

    /** The epoch of a {@link #standing}. */
    static long epoch(long standing) {
        return standing >>> 32;
    }
}
