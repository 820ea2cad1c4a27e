package org.pledge.connectors.opendsr.internal;

import java.util.Map;
import java.util.Set;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.pledge.connectors.parts.check.Checks;
import org.pledge.connectors.parts.check.Http;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;

/** The way to those who sent a request by a protocol and are told when its status changes; no data goes there. */
@Component(service = {Connector.class, RoutesBuilder.class})
public final class StatusCallbackConnector extends RouteBuilder implements Connector {
    /** In the container. */
    @Activate
    public StatusCallbackConnector() {}

    @Override
    public String name() {
        return "status-callback";
    }

    @Override
    public Set<String> schemes() {
        return Http.SCHEMES;
    }

    @Override
    public void check(Partner partner) {
        Http.endpoint(partner);
        Checks.settings(partner, Set.of());
    }

    @Override
    public Map<String, String> parameters(Partner partner) {
        return Map.of("endpoint", partner.endpoint().toString());
    }

    @Override
    public void configure() {
        routeTemplate("pledge.status-callback")
                .templateParameter("tenant")
                .templateParameter("partner")
                .templateParameter("endpoint")
                .from("pledge:line?tenant={{tenant}}&partner={{partner}}")
                .errorHandler(noErrorHandler())
                .setHeader("Content-Type", constant("application/json"))
                .setHeader("Idempotency-Key", header("PledgeIdempotencyKey"))
                .to("pledge:release")
                .to("{{endpoint}}?httpMethod=POST&ignoreResponseBody=true" + Http.OPTIONS);
    }
}
