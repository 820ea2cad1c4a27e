package org.pledge.rights.spi;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.answers.AnswerService.Export;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;

/** Keeps requests, what verifies them, and which answers to them were made. Every method joins the current transaction. */
public interface RequestStore {
    /**
     * The codes of one request.
     *
     * @param token the keyed hashes of the last codes, 32 bytes for each who was sent one, at least one
     * @param expires when those codes run out
     * @param codes how often some were made
     * @param failures how many wrong ones were tried, of all codes
     */
    record CodeState(TenantId tenant, UUID request, byte[] token, Instant expires, int codes, int failures) {
        @Override
        public String toString() {
            return "CodeState[" + request + "]";
        }
    }

    /**
     * How often it was tried on one day to verify who asks, over all requests about the same identifier.
     *
     * @param codes how many codes were made
     * @param failures how many wrong ones were tried
     */
    record CodeDay(int codes, int failures) {}

    /** Keeps a request, in place of an earlier state of it. */
    void putRequest(Request request);

    /** One request. */
    Optional<Request> request(TenantId tenant, UUID id);

    /** One request, locked until the transaction ends. */
    Optional<Request> lockRequest(TenantId tenant, UUID id);

    /**
     * The requests with an identifier above {@code after} and not above {@code last}, in the order of the database's UUID
     * type, locked until the transaction ends. Identifiers need not follow each other without gaps.
     */
    List<Request> lockRequests(TenantId tenant, UUID after, UUID last);

    /** The requests about a person by the time of their arrival, then by identifier. */
    List<Request> requestsOf(TenantId tenant, SubjectId subject);

    /** Requests that are not closed and whose next deadline is before {@code before}, by that deadline. */
    List<Request> requestsDue(TenantId tenant, Instant before, int limit);

    /**
     * The requests of one type that are not closed.
     *
     * @param requests how many, at least one
     * @param overdue of how many the next deadline is at the time that was asked for or before
     * @param soon of how many it is after that, but not after the later time that was asked for
     * @param oldest when the oldest arrived
     */
    record Open(Type type, long requests, long overdue, long soon, Instant oldest) {}

    /** Those by type, in no order; a clock that stands still counts by the deadline it was last set to. */
    List<Open> open(TenantId tenant, Instant now, Instant soon);

    /**
     * Those whose next deadline is at {@code now} or before and not recorded as passed, by that deadline, locked; skips
     * those that others have locked.
     */
    List<Request> lockNewlyDue(TenantId tenant, Instant now, int limit);

    /**
     * Requests that were carried out and are not closed, in the order of the database's UUID type; those with an
     * identifier above {@code after} where one is given.
     */
    List<Request> carriedOut(TenantId tenant, Optional<UUID> after, int limit);

    /** Keeps the codes of a request, in place of an earlier state of them. */
    void putCodes(CodeState codes);

    /** The codes of a request. */
    Optional<CodeState> codes(TenantId tenant, UUID request);

    /** Removes the codes of a request; removing what is not there is harmless. */
    void removeCodes(TenantId tenant, UUID request);

    /**
     * Adds to the tries of a day and returns what they are then; whoever else adds to them waits for the end of this
     * transaction.
     */
    CodeDay addToCodeDay(TenantId tenant, SubjectId subject, LocalDate day, CodeDay more);

    /** Removes the tries of the days before one. */
    void removeCodeDays(TenantId tenant, LocalDate before);

    /** Keeps the export of a request, in place of an earlier one. */
    void putExport(Export export);

    /** The last export of a request that was made. */
    Optional<Export> export(TenantId tenant, UUID request);

    /** Exports of a tenant that can be fetched although they have expired at {@code now}, the longest expired first. */
    List<Export> expiredExports(TenantId tenant, Instant now, int limit);
}
