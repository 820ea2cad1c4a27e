package org.pledge.rights;

import java.util.UUID;
import org.pledge.Caller;
import org.pledge.SubjectId;

/**
 * Signed statements of what was removed, for strangers to check without us: compact JWS, as
 * {@link org.pledge.crypto.Attestation} signs them. They hold no personal data.
 *
 * <p>While something stays or a recipient has yet to answer, a statement says so, and is made anew each time; the final
 * one is kept and stays the same. Thread-safe.
 */
public interface CertificateService {
    /**
     * The certificate of a request for removal that was carried out. Roles: operator, officer, auditor.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}; {@code CONFLICT} for another request, or one that was
     *     not carried out
     */
    String ofRequest(Caller caller, UUID request);

    /**
     * The certificate of a person who was removed, with a request or without, as a contact person or with their account;
     * it is asked for by the opaque identifier, which nothing else answers to any more. Roles: operator, officer, auditor.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when nobody of that identifier was removed, or the record
     *     of it has left
     */
    String ofPerson(Caller caller, SubjectId person);

    /**
     * The certificate of a sweep, one of the newest. Roles: operator, officer, auditor.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    String ofSweep(Caller caller, UUID sweep);
}
