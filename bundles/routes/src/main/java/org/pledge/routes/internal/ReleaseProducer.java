package org.pledge.routes.internal;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.pledge.PledgeException;

/** The last step before the socket: asks once more, and grants a permit or stops the route. */
final class ReleaseProducer extends DefaultProducer {
    private final Services services;

    ReleaseProducer(Endpoint endpoint, Services services) {
        super(endpoint);
        this.services = services;
    }

    @Override
    public void process(Exchange exchange) {
        Claim claim = Claim.of(exchange).orElseThrow(() -> new PledgeException(
                        PledgeException.Kind.DENIED, "there is nothing to release: the message is no claimed delivery")
                .remedy("Begin the route with pledge:outbox."));
        try {
            if (claim.cargo().release(services)) {
                Permit.grant(exchange, claim);
            } else {
                claim.cancel();
                exchange.setRouteStop(true);
            }
        } catch (PledgeException e) {
            if (e.kind() == PledgeException.Kind.UNAVAILABLE) {
                claim.giveBack();
            }
            throw e;
        }
    }
}
