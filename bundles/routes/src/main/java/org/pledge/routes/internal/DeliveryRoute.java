package org.pledge.routes.internal;

import java.net.URI;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.dataformat.JsonLibrary;
import org.pledge.PledgeException;
import org.pledge.sharing.Partner;

/** Carries what was permitted for one partner to that partner. */
final class DeliveryRoute extends RouteBuilder {
    private static final String OPTIONS = "?httpMethod=POST&throwExceptionOnFailure=true&ignoreResponseBody=true"
            + "&connectTimeout=5000&connectionRequestTimeout=5000&responseTimeout=15000&soTimeout=15000&userAgent=Pledge";

    private final String id;
    private final String outbox;
    private final String endpoint;

    /** @throws PledgeException of kind {@code INVALID} when the partner's address has a form that is not sent to */
    DeliveryRoute(Partner partner) {
        this.id = id(partner);
        this.outbox = "pledge:outbox?tenant=" + partner.tenant() + "&partner=" + partner.name();
        this.endpoint = address(partner.endpoint()) + OPTIONS;
    }

    static String id(Partner partner) {
        return "pledge.sharing.deliver." + partner.tenant() + "." + partner.name();
    }

    @Override
    public void configure() {
        errorHandler(noErrorHandler());
        from(outbox)
                .routeId(id)
                .process(new Payload())
                .marshal()
                .json(JsonLibrary.Jackson)
                .removeHeaders("*", Names.DISCLOSURE, Names.IDEMPOTENCY_KEY, Names.PURPOSE)
                .setHeader("Content-Type", constant("application/json"))
                .setHeader("Idempotency-Key", header(Names.IDEMPOTENCY_KEY))
                .setHeader("Pledge-Disclosure", header(Names.DISCLOSURE))
                .setHeader("Pledge-Purpose", header(Names.PURPOSE))
                .to("pledge:release")
                .to(endpoint);
    }

    /** The address as it can stand in a route: nothing in it may be read as an option, a property or a credential. */
    private static String address(URI endpoint) {
        String text = endpoint.toString();
        Address address = Address.of(text)
                .filter(a -> a.web() && a.plain() && a.options().isEmpty() && text.indexOf('?') < 0)
                .orElseThrow(() -> new PledgeException(
                        PledgeException.Kind.INVALID,
                        "the endpoint must be scheme://host:port/path without credentials, query, fragment or %"));
        return address.scheme() + ":" + address.rest();
    }
}
