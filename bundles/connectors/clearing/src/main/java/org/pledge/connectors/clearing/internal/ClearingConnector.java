package org.pledge.connectors.clearing.internal;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.connectors.parts.check.Checks;
import org.pledge.connectors.parts.check.Http;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;
import org.pledge.vault.core.PaymentGateway;

/** The way to clearing houses: JSON over HTTP, one movement of money a request, the answer at once. */
@Component(service = {Connector.class, RoutesBuilder.class})
public final class ClearingConnector extends RouteBuilder implements Connector {
    /** The operation that asks about a movement; every other sends one. */
    static final String ASK = "ask";

    /** No connection is used twice: what a connection sent stays in its buffer. */
    private static final String OPTIONS = "&disableStreamCache=true&connectionClose=true" + Http.OPTIONS;

    private static final Pattern PATH = Pattern.compile("(/[a-zA-Z0-9._~:,;=+@-]+)*");

    private final Bearer bearer;

    /** In the container. */
    @Activate
    public ClearingConnector(@Reference PartnerSecrets secrets) {
        this.bearer = new Bearer(secrets);
    }

    @Override
    public String name() {
        return PaymentGateway.CONNECTOR;
    }

    @Override
    public Set<String> schemes() {
        return Http.SCHEMES;
    }

    @Override
    public void check(Partner partner) {
        Checks.endpoint(partner, "https", "http", PATH);
        Checks.settings(partner, Set.of());
    }

    @Override
    public Map<String, String> parameters(Partner partner) {
        return Map.of(
                "endpoint", partner.endpoint().toString(), PartnerSecrets.CREDENTIALS, PartnerSecrets.nameOf(partner));
    }

    @Override
    public void configure() {
        routeTemplate("pledge.clearing")
                .templateParameter("tenant")
                .templateParameter("partner")
                .templateParameter("endpoint")
                .templateParameter(PartnerSecrets.CREDENTIALS)
                .from("pledge:line?tenant={{tenant}}&partner={{partner}}")
                .errorHandler(noErrorHandler())
                .setProperty(PartnerSecrets.CREDENTIALS, constant("{{credentials}}"))
                .process(bearer)
                .choice()
                .when(header("PledgeOperation").isEqualTo(ASK))
                .setBody(constant(""))
                .setHeader(Exchange.HTTP_PATH, header("PledgeIdempotencyKey"))
                .to("pledge:release")
                .to("{{endpoint}}/movements?httpMethod=GET" + OPTIONS)
                .otherwise()
                .setHeader("Content-Type", constant("application/json"))
                .setHeader("Idempotency-Key", header("PledgeIdempotencyKey"))
                .to("pledge:release")
                .to("{{endpoint}}/movements?httpMethod=POST" + OPTIONS)
                .end();
    }
}
