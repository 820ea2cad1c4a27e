package org.pledge.connectors.rest.internal;

import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.connectors.parts.check.Checks;
import org.pledge.connectors.parts.check.Http;
import org.pledge.connectors.parts.event.CloudEvent;
import org.pledge.connectors.parts.signature.Signature;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;

/** Delivers to partners by signed JSON over HTTP. */
@Component(service = {Connector.class, RoutesBuilder.class})
public final class RestConnector extends RouteBuilder implements Connector {
    private final Signature signature;

    /** In the container. */
    @Activate
    public RestConnector(@Reference PartnerSecrets secrets) {
        this(secrets, Clock.systemUTC());
    }

    RestConnector(PartnerSecrets secrets, Clock clock) {
        this.signature = new Signature(secrets, clock);
    }

    @Override
    public String name() {
        return Partner.REST;
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
        return Map.of(
                "endpoint", partner.endpoint().toString(), PartnerSecrets.CREDENTIALS, PartnerSecrets.nameOf(partner));
    }

    @Override
    public void configure() {
        routeTemplate("pledge.rest")
                .templateParameter("tenant")
                .templateParameter("partner")
                .templateParameter("endpoint")
                .templateParameter(PartnerSecrets.CREDENTIALS)
                .from("pledge:outbox?tenant={{tenant}}&partner={{partner}}")
                .errorHandler(noErrorHandler())
                .process(new CloudEvent())
                .setProperty(PartnerSecrets.CREDENTIALS, constant("{{credentials}}"))
                .process(signature)
                .to("pledge:release")
                .to("{{endpoint}}?httpMethod=POST&ignoreResponseBody=true" + Http.OPTIONS);
    }
}
