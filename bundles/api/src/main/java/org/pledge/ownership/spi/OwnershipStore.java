package org.pledge.ownership.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.ownership.OwnershipNotices.Notice;
import org.pledge.ownership.OwnershipNotices.Reach;
import org.pledge.ownership.OwnershipService.Counts;
import org.pledge.ownership.OwnershipService.Objection;
import org.pledge.ownership.OwnershipService.Result;
import org.pledge.ownership.OwnershipService.Transfer;

/** Keeps transfers, notices, objections and what became of people. Every method joins the current transaction. */
public interface OwnershipStore {
    /** Keeps a transfer, replacing the one of the same identifier. */
    void putTransfer(Transfer transfer);

    /** A tenant's transfers, newest first. */
    List<Transfer> transfers(TenantId tenant);

    /** One transfer, locked until the transaction ends. */
    Optional<Transfer> lockTransfer(TenantId tenant, UUID id);

    /** Keeps an objection; false, and nothing changed, when there is one. */
    boolean object(TenantId tenant, UUID id, Objection objection);

    /** Somebody's objection. */
    Optional<Objection> objection(TenantId tenant, UUID id, SubjectId subject);

    /** Objections of people with an identifier above {@code after}, in the order of the database's UUID type. */
    List<Objection> objections(TenantId tenant, UUID id, Optional<SubjectId> after, int limit);

    /**
     * Keeps what became of somebody.
     *
     * @param disclosure the receipt, if there is one
     */
    void putResult(TenantId tenant, UUID id, SubjectId subject, Result result, Optional<UUID> disclosure, Instant at);

    /** What became of somebody. */
    Optional<Result> result(TenantId tenant, UUID id, SubjectId subject);

    /** Counts objections and results. */
    Counts counts(TenantId tenant, UUID id);

    /**
     * Keeps that somebody was told, or could not be, in place of an earlier {@code UNREACHED}.
     *
     * @return false, and nothing changed, when the person was told already
     */
    boolean tell(TenantId tenant, UUID id, Notice notice);

    /**
     * Makes {@code UNREACHED} whom a message told that was parked or ended undelivered.
     *
     * @return how many
     */
    int loseUndelivered(TenantId tenant, UUID id);

    /** Somebody's notice. */
    Optional<Notice> notice(TenantId tenant, UUID id, SubjectId subject);

    /**
     * People of whom there is no notice, in the order of the database's UUID type.
     *
     * @param tier only people with an account of this tier; everybody when empty
     */
    List<SubjectId> untold(TenantId tenant, UUID id, Optional<String> tier, int limit);

    /**
     * People who were not reached at {@code tried} or earlier, in the order of {@link #untold}.
     *
     * @param tier as for {@link #untold}
     */
    List<SubjectId> unreachedSince(TenantId tenant, UUID id, Optional<String> tier, Instant tried, int limit);

    /** Notices of those who were not reached, with an identifier above {@code after}, in the order of {@link #untold}. */
    List<Notice> unreached(TenantId tenant, UUID id, Optional<SubjectId> after, int limit);

    /** Counts notices of people who are there; the next try is {@code PAUSE} after the earliest of the unreached. */
    Reach reach(TenantId tenant, UUID id, Optional<String> tier);
}
