package org.pledge.crypto.spi;

import java.util.Optional;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** Keeps wrapped keys; it never sees one in the clear. Every method joins the current transaction. */
public interface WrappedKeyStore {
    /**
     * A data key of one subject.
     *
     * @param epoch the month whose key takes part in wrapping it, as {@code 2026-11}
     * @param wrapped AES-KWP output (RFC 5649)
     */
    record WrappedKey(String epoch, byte[] wrapped) {}

    /** The subject's key, if it was made and not destroyed. */
    Optional<WrappedKey> subjectKey(TenantId tenant, SubjectId subject);

    /** Keeps a subject's first key; false, and nothing kept, when there is one already. */
    boolean putSubjectKey(TenantId tenant, SubjectId subject, WrappedKey key);

    /** Removes the subject's key; removing what is not there is harmless. */
    void removeSubjectKey(TenantId tenant, SubjectId subject);

    /** The wrapped key of an epoch, if there is one. */
    Optional<byte[]> epochKey(String epoch);

    /** Keeps an epoch's key; false, and nothing kept, when there is one already. */
    boolean putEpochKey(String epoch, byte[] wrapped);
}
