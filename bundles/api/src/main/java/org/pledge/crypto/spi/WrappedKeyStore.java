package org.pledge.crypto.spi;

import java.util.List;
import java.util.Map;
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

    /** A subject's key. */
    record SubjectKey(TenantId tenant, SubjectId subject, WrappedKey key) {}

    /** A subject's key, and the same key wrapped anew. */
    record Rewrapped(SubjectKey before, WrappedKey after) {}

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

    /**
     * The next subjects' keys that are wrapped under another epoch than this, in an order of the store's own.
     *
     * @param after the last one that was seen
     */
    List<SubjectKey> subjectKeysOutside(String epoch, Optional<SubjectKey> after, int limit);

    /** Puts each key in the place of what it was, where that is still there; how many were. */
    int rewrap(List<Rewrapped> keys);

    /** How many subjects' keys there are under each epoch. */
    Map<String, Long> subjectKeysByEpoch();

    /** The names of all epochs that have a key. */
    List<String> epochsWithKeys();

    /** Removes an epoch's key; removing what is not there is harmless. */
    void removeEpochKey(String epoch);
}
