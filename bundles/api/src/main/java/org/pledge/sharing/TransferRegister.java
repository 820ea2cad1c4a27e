package org.pledge.sharing;

import java.util.List;
import java.util.Optional;
import org.pledge.Caller;

/** Where each partner processes data, and what lets data of people from other regions go there. Thread-safe. */
public interface TransferRegister {
    /** What data from other regions can rest on, today (UTC) and under the policy in force. */
    enum State {
        /** The policy says nothing about transfers, so none is asked for a basis. */
        UNDECLARED,
        /** A safeguard is valid. */
        SAFEGUARDED,
        /** The safeguard is over; each person's express consent alone lets their data go. */
        EXPIRED_CONSENT_ONLY,
        /** There is no safeguard; each person's express consent alone lets their data go. */
        CONSENT_ONLY,
        /** The safeguard is over, and nothing lets data of people from elsewhere go there. */
        EXPIRED,
        /** Nothing lets data of people from elsewhere go there. */
        CLOSED
    }

    /**
     * One partner.
     *
     * @param region where it processes data, as ISO 3166-1 code
     */
    record Region(
            String partner, String recipient, String region, State state, Optional<Partner.Safeguard> safeguard) {}

    /** The caller's tenant's partners, by name. Roles: viewer, operator, officer, integrator, auditor. */
    List<Region> regions(Caller caller);
}
