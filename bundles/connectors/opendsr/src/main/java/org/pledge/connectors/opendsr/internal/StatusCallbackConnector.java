package org.pledge.connectors.opendsr.internal;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.pledge.connectors.parts.check.Checks;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;

/** The way to those who sent a request by a protocol and are told when its status changes; no data goes there. */
@Component(service = {Connector.class, RoutesBuilder.class})
public final class StatusCallbackConnector extends RouteBuilder implements Connector {
    private static final String OPTIONS = "?httpMethod=POST&throwExceptionOnFailure=false&ignoreResponseBody=true"
            + "&connectTimeout=5000&connectionRequestTimeout=5000&responseTimeout=15000&soTimeout=15000"
            + "&userAgent=Pledge";
    private static final Pattern PATH = Pattern.compile("(/[a-zA-Z0-9._~:,;=+@-]+)*/?");

    /** In the container. */
    @Activate
    public StatusCallbackConnector() {}

    @Override
    public String name() {
        return "status-callback";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("https", "http");
    }

    @Override
    public void check(Partner partner) {
        Checks.endpoint(partner, "https", "http", PATH);
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
                .to("{{endpoint}}" + OPTIONS);
    }
}
