package org.pledge.crypto;

import java.util.Set;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/**
 * Seals personal data under one key per data subject, so that destroying that key makes all of it unreadable.
 *
 * <p>AES-256-GCM (NIST SP 800-38D) with a key derived per record by HKDF-SHA-256 (RFC 5869), a fresh nonce, a key
 * commitment, and the record's place as associated data. Thread-safe. Every method joins the current transaction.
 */
public interface Sealer {
    /**
     * The place a record belongs to; a record moved to another place does not open.
     *
     * @param tenant the tenant
     * @param subject the data subject whose key seals it
     * @param entity what kind of row, such as {@code person}
     * @param column which value of the row, such as {@code email}
     */
    record Place(TenantId tenant, SubjectId subject, String entity, String column) {}

    /**
     * Seals {@code plain} under the subject's key, making that key first where there is none. The caller wipes
     * {@code plain}.
     */
    byte[] seal(Place place, byte[] plain);

    /**
     * Opens what {@link #seal} made for the same place. The caller wipes the result.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when the subject's key is destroyed
     * @throws SecurityException when the record was altered or belongs to another place
     */
    byte[] open(Place place, byte[] sealed);

    /** Destroys the subject's key once the transaction commits; repeating it is harmless. */
    void destroyKey(TenantId tenant, SubjectId subject);

    /**
     * As {@link #destroyKey} of a subject of whom something must stay: the caller seals that anew in the same
     * transaction. After a restore only that survives.
     *
     * @param kept the names of the fields that stay
     */
    default void changeKey(TenantId tenant, SubjectId subject, Set<String> kept) {
        destroyKey(tenant, subject);
    }
}
