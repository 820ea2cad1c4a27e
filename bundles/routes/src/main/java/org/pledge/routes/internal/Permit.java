package org.pledge.routes.internal;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;

/** Leave to send one exchange once; nobody outside this package can make, copy or keep one to any use. */
final class Permit {
    private static final String PROPERTY = "PledgePermit";

    private final Exchange exchange;
    private final Claim claim;
    private final AtomicBoolean unused = new AtomicBoolean(true);

    private Permit(Exchange exchange, Claim claim) {
        this.exchange = exchange;
        this.claim = claim;
    }

    static void grant(Exchange exchange, Claim claim) {
        exchange.setProperty(PROPERTY, new Permit(exchange, claim));
    }

    static boolean held(Exchange exchange) {
        return exchange.getProperty(PROPERTY) instanceof Permit permit
                && permit.exchange == exchange
                && permit.unused.get();
    }

    /** Uses the permit up; empty where there is none for this very exchange. */
    static Optional<Claim> use(Exchange exchange) {
        Object found = exchange.removeProperty(PROPERTY);
        return found instanceof Permit permit && permit.exchange == exchange && permit.unused.getAndSet(false)
                ? Optional.of(permit.claim)
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "Permit";
    }
}
