package org.pledge.routes.internal;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.pledge.PledgeException;
import org.pledge.audit.AuditLog;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;
import org.pledge.store.Transactions;

/** The services behind the routes, looked up anew at every use because each may stop and return. */
record Services(
        Supplier<Optional<SharingService>> sharing,
        Supplier<Optional<Outbox>> outbox,
        Supplier<Optional<PartnerService>> partners,
        Supplier<Optional<Gate>> gate,
        Supplier<Optional<PolicyService>> policies,
        Supplier<Optional<AuditLog>> audit,
        Supplier<Optional<Transactions>> transactions,
        Function<String, Optional<Connector>> connectors,
        PartnerSecrets secrets) {

    /** The refusal for a service that is stopped. */
    static PledgeException stopped(String what) {
        return new PledgeException(
                        PledgeException.Kind.UNAVAILABLE, "the " + what + " service is stopped; nothing was sent")
                .remedy("Try again once the platform reports that it is ready.");
    }
}
