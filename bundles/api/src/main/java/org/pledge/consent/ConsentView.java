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

    /** The number of one combination of tenant, purpose, recipient and category. */
    long scope(TenantId tenant, String purpose, String recipient, String category);

    /** The number of a jurisdiction. */
    int jurisdiction(String code);

    /** The jurisdiction of a number. */
    String jurisdiction(int number);

    /**
     * The consent of a person for a {@link #scope}.
     *
     * @param now seconds since 1970-01-01T00:00:00Z; expired consent counts as none
     * @return {@link #NONE}, {@link #IMPLIED} or {@link #OPT_IN}
     */
    int level(SubjectId subject, long scope, long now);

    /**
     * Where a person stands: the accepted policy version in bits 0 to 19, the number of their jurisdiction in bits 20
     * to 31, the epoch of their last change in bits 32 to 62; or {@link #UNKNOWN}.
     */
    long standing(TenantId tenant, SubjectId subject);

    /** The accepted policy version of a {@link #standing}. */
    static int version(long standing) {
        return (int) (standing & 0xF_FFFF);
    }

    /** The number of the jurisdiction of a {@link #standing}. */
    static int jurisdictionOf(long standing) {
        return (int) (standing >>> 20) & 0xFFF;
    }

    /** The epoch of a {@link #standing}. */
    static long epoch(long standing) {
        return standing >>> 32;
    }
}
