package org.pledge.access.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pledge.TenantId;
import org.pledge.access.CredentialService.Credential;

/** Keeps credentials and the keys of repeatable requests. Every method joins the current transaction. */
public interface AccessStore {
    /** A credential with the keyed hash of its token. */
    record StoredCredential(Credential credential, byte[] tokenHash) {}

    /** What was done under an idempotency key. */
    record Done(byte[] requestDigest, String resource) {}

    /** Keeps a credential, replacing one of the same tenant and name. */
    void put(StoredCredential credential);

    /** Removes a credential; false when there was none. */
    boolean remove(TenantId tenant, String name);

    /** Every credential of every tenant. */
    List<StoredCredential> credentials();

    /** What was done under this key. */
    Optional<Done> done(TenantId tenant, byte[] keyHash);

    /**
     * Keeps what was done under a key.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when another transaction used the key meanwhile
     */
    void putDone(TenantId tenant, byte[] keyHash, Done done, Instant at);

    /** How many keys of a tenant were used at {@code before} or earlier. */
    long countDone(TenantId tenant, Instant before);

    /** Forgets up to {@code limit} keys of a tenant that were used at {@code before} or earlier; returns how many. */
    int forgetDone(TenantId tenant, Instant before, int limit);
}
