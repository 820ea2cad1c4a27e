package org.pledge.rights.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.BreachService.Breach;

/** Keeps breaches, and finds whom they affect. Every method joins the current transaction. */
public interface BreachStore {
    /** Keeps a breach, replacing one of the same tenant and identifier. */
    void putBreach(Breach breach);

    /** One breach. */
    Optional<Breach> breach(TenantId tenant, UUID id);

    /** One breach, locked until the transaction ends. */
    Optional<Breach> lockBreach(TenantId tenant, UUID id);

    /** Breaches of a tenant, the next deadline first; without those that ended unless {@code ended}. */
    List<Breach> breaches(TenantId tenant, boolean ended, int limit);

    /**
     * People after an identifier of whom a category was sent to a partner before {@code until}, in the order of their
     * identifiers.
     */
    List<SubjectId> affected(
            TenantId tenant,
            String partner,
            Set<String> categories,
            Instant until,
            Optional<SubjectId> after,
            int limit);

    /** Keeps that a person was told of a breach; false when that is kept already. */
    boolean addTold(TenantId tenant, UUID breach, SubjectId person);

    /** Forgets that. */
    void removeTold(TenantId tenant, UUID breach, SubjectId person);
}
