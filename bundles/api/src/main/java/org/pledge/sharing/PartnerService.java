package org.pledge.sharing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.TenantId;

/** The partners of each tenant. Reads answer from memory; thread-safe. */
public interface PartnerService {
    /** Whether anything may go to a partner now. */
    enum Standing {
        /** Its agreement is valid, and what the policy wants attested is. */
        ACTIVE,
        /** Somebody suspended it. */
        SUSPENDED,
        /** The first day of its agreement is yet to come. */
        NOT_YET_VALID,
        /** The last day of its agreement is over. */
        EXPIRED,
        /** The policy in force wants something attested for what was agreed, and it was not. */
        ATTESTATION_MISSING,
        /** The last day of its attestation is over. */
        ATTESTATION_EXPIRED
    }

    /**
     * What waits for a partner.
     *
     * @param queued disclosures that are to be sent or are being sent
     * @param parked disclosures that wait for an operator
     */
    record Backlog(long queued, long parked) {
        /** Nothing waits. */
        public static final Backlog NONE = new Backlog(0, 0);
    }

    /**
     * One finding of a test.
     *
     * @param what was looked at, in a word or two, such as {@code secret}
     * @param passed whether it is as it has to be
     * @param text what was found; no value of a person or a secret
     * @param remedy what to do next; empty when it passed
     */
    record Check(String what, boolean passed, String text, String remedy) {}

    /**
     * Registers a partner or replaces it. A partner's recipient and fields must be in the tenant's policy; its purposes
     * need not be, and one that is not permits nothing. What is the same already is left as it is, and replacing a
     * suspended partner does not resume it. Its connector must be installed. Roles: integrator.
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

    /** Whether anything may go to a partner now; it changes with the day (UTC) and with the policy in force. */
    Standing standing(Partner partner);

    /** The connectors that partners can use now; {@code rest} is always among them. */
    Set<String> connectors();

    /** What waits for a tenant's partners, by their names; those for whom nothing waits are left out. Asks the store. */
    Map<String, Backlog> backlog(TenantId tenant);

    /**
     * Tests a partner without sending anything of anybody: what it was agreed on, what its connector needs, and whether
     * its system accepts a connection within 5 seconds. The test is recorded. Roles: integrator, operator.
     *
     * @return every check, in the order in which they build on each other
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    List<Check> test(Caller caller, String name);
}
