package org.pledge.rights.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.RightsService.Request;

/** Keeps requests and what verifies them. Every method joins the current transaction. */
public interface RequestStore {
    /**
     * The codes of one request.
     *
     * @param token the keyed hash of the last code, 32 bytes
     * @param expires when that code runs out
     * @param codes how many were made
     * @param failures how many wrong ones were tried, of all codes
     */
    record CodeState(TenantId tenant, UUID request, byte[] token, Instant expires, int codes, int failures) {
        @Override
        public String toString() {
            return "CodeState[" + request + "]";
        }
    }

    /** Keeps a request, in place of an earlier state of it. */
    void putRequest(Request request);

    /** One request. */
    Optional<Request> request(TenantId tenant, UUID id);

    /** One request, locked until the transaction ends. */
    Optional<Request> lockRequest(TenantId tenant, UUID id);

    /** The requests about a person by the time of their arrival, then by identifier. */
    List<Request> requestsOf(TenantId tenant, SubjectId subject);

    /** Requests that are not closed and whose next deadline is before {@code before}, by that deadline. */
    List<Request> requestsDue(TenantId tenant, Instant before, int limit);

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
}
