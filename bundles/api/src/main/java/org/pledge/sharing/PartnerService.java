package org.pledge.sharing;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.pledge.Caller;
import org.pledge.TenantId;

/** The partners of each tenant. Reads answer from memory; thread-safe. */
public interface PartnerService {
    /**
     * Registers a partner or replaces it. A partner's recipient and fields must be in the tenant's policy; its purposes
     * need not be, and one that is not permits nothing. What is the same already is left as it is, and replacing a
     * suspended partner does not resume it. Roles: integrator.
     *
     * @param expectedVersion the version the caller has seen; empty to register or replace whatever is there
     * @throws org.pledge.PledgeException of kind {@code INVALID}, naming the field, or {@code STALE}
     */
    Partner put(Caller caller, Partner partner, OptionalLong expectedVersion);

    /** One partner. */
    Optional<Partner> find(TenantId tenant, String name);

    /** A tenant's partners, by name. */
    List<Partner> list(TenantId tenant);

    /** Every partner of every tenant. */
    List<Partner> all();

    /** Stops or resumes disclosures to a partner. Roles: integrator, officer. */
    Partner suspend(Caller caller, String name, boolean suspended);
}
