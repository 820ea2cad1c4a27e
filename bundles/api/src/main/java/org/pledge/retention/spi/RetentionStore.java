package org.pledge.retention.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.TenantId;
import org.pledge.retention.HoldService.Hold;
import org.pledge.retention.RetentionService.Certificate;

/** Keeps holds, the certificates of sweeps, and when was swept. Every method joins the current transaction. */
public interface RetentionStore {
    /** When somebody who answers was last asked about a category. */
    record Sweep(String category, String answeredBy, Instant swept) {}

    /** Keeps everybody else from sweeping this tenant and from changing its holds until the transaction ends. */
    void lockRetention(TenantId tenant);

    /**
     * Keeps everybody from sweeping this tenant and from changing its holds until the transaction ends, but nobody from
     * the same; within {@link #lockRetention} it changes nothing.
     */
    void shareRetention(TenantId tenant);

    /** Keeps a hold, in place of an earlier state of it. */
    void putHold(Hold hold);

    /** One hold. */
    Optional<Hold> hold(TenantId tenant, UUID id);

    /** A tenant's holds, newest first. */
    List<Hold> holds(TenantId tenant);

    /** Keeps a certificate, in place of an earlier state of it. */
    void putCertificate(Certificate certificate);

    /** The newest certificates of a tenant, newest first. */
    List<Certificate> certificates(TenantId tenant, int limit);

    /** Keeps when was swept, in place of the time before. */
    void putSweep(TenantId tenant, Sweep sweep);

    /** When was last swept at a tenant. */
    List<Sweep> sweeps(TenantId tenant);
}
