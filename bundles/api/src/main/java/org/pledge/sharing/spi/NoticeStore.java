package org.pledge.sharing.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.spi.SharingStore.Position;

/** Keeps notices to earlier recipients. Every method joins the current transaction. */
public interface NoticeStore {
    /**
     * A notice with what is needed to carry it out.
     *
     * @param carried the fields whose values its last try carries; empty for a withdrawal
     * @param nextAttempt when it is due to be sent
     * @param claimedUntil when a claim lapses; empty when it is not claimed
     */
    record StoredNotice(Notice notice, Set<String> carried, Instant nextAttempt, Optional<Instant> claimedUntil) {
        /** Keeps an immutable copy. */
        public StoredNotice {
            carried = Set.copyOf(carried);
        }

        /** When somebody has to send it, or to take over a claim that lapsed. */
        public Optional<Instant> sendDue() {
            return switch (notice.state()) {
                case QUEUED -> Optional.of(nextAttempt);
                case SENDING -> claimedUntil;
                case DELIVERED, CONFIRMED, REFUSED, PARKED, DROPPED, SUPERSEDED -> Optional.empty();
            };
        }
    }

    /**
     * Takes the person's exclusive lock until the transaction ends, the one that a change of consent takes; nothing
     * without a consent row.
     */
    void lockPerson(TenantId tenant, SubjectId subject);

    /** The disclosures of a person whose sending began at least once, oldest first. */
    List<Disclosure> sent(TenantId tenant, SubjectId subject);

    /** Adds a notice. */
    void addNotice(StoredNotice notice);

    /** Replaces a notice that was read in this transaction. */
    void putNotice(StoredNotice notice);

    /** One notice. */
    Optional<StoredNotice> notice(TenantId tenant, UUID id);

    /** One notice, locked until the transaction ends. */
    Optional<StoredNotice> lockNotice(TenantId tenant, UUID id);

    /** The notices of a kind about a person that were not dropped, oldest first, locked until the transaction ends. */
    List<StoredNotice> lockNotices(TenantId tenant, SubjectId subject, Outbox.Kind kind);

    /**
     * Locks up to {@code limit} notices to a partner that are due, skipping those that others have locked: queued ones
     * with {@code nextAttempt} not after {@code now}, and sending ones whose claim has lapsed. Oldest due first.
     *
     * <p>Those of one person leave in the order of their creation: a notice waits while an earlier one is queued or
     * sending, while another one is being sent, and while a disclosure it is about is being sent, unless that claim has
     * lapsed.
     */
    List<StoredNotice> lockDueNotices(TenantId tenant, String partner, Instant now, int limit);

    /** When the next queued notice to a partner is due, or a claim lapses; it may still have to wait for others. */
    Optional<Instant> nextDueNotice(TenantId tenant, String partner);

    /** Notices about a person, newest first, created before {@code before} (by creation, then identifier). */
    List<Notice> noticesOfSubject(TenantId tenant, SubjectId subject, Optional<Position> before, int limit);

    /** Notices of a tenant in one state, oldest first, created after {@code after} (by creation, then identifier). */
    List<Notice> noticesInState(TenantId tenant, State state, Optional<Position> after, int limit);

    /** Notices of a tenant that are due at {@code now} and not settled, the longest overdue first. */
    List<Notice> overdueNotices(TenantId tenant, Instant now, int limit);

    /** Those of {@link #overdueNotices} of which that is not recorded, locked; skips those that others have locked. */
    List<StoredNotice> lockNewlyOverdue(TenantId tenant, Instant now, int limit);

    /**
     * Locks up to {@code limit} notices of a tenant whose partner has been silent since {@code first} or before and was
     * never reminded, since {@code again} or before and was, or since {@code inVain} or before and that is escalated;
     * skips those that others have locked. The longest silent first.
     */
    List<StoredNotice> lockSilent(TenantId tenant, Instant first, Instant again, Instant inVain, int limit);

    /**
     * The notices of a tenant that wait for an answer, counted; dropped ones count, superseded ones do not.
     *
     * @param notices how many, at least one
     * @param overdue how many of them are due at the time that was asked for
     * @param escalated of how many it was recorded that reminders were in vain
     * @param oldest when the oldest of them was written
     */
    record Awaited(String partner, State state, long notices, long overdue, long escalated, Instant oldest) {}

    /** Those by partner and state, in no order. */
    List<Awaited> awaited(TenantId tenant, Instant now);
}
