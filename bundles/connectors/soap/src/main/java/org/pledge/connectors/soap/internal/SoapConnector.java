package org.pledge.connectors.soap.internal;

import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.connectors.parts.check.Checks;
import org.pledge.connectors.parts.check.Http;
import org.pledge.connectors.parts.signature.Bearer;
import org.pledge.connectors.parts.signature.Signature;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;

/** Delivers to partners that offer the service of our callback WSDL, by signed SOAP over HTTP. */
@Component(service = {Connector.class, RoutesBuilder.class})
public final class SoapConnector extends RouteBuilder implements Connector {
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9._@+-]{1,120}");

    private final Envelope envelope;
    private final Bearer bearer;
    private final Signature signature;

    /** In the container. */
    @Activate
    public SoapConnector(@Reference PartnerSecrets secrets) {
        this(secrets, Clock.systemUTC());
    }

    SoapConnector(PartnerSecrets secrets, Clock clock) {
        this.envelope = new Envelope(new UsernameToken(secrets, clock));
        this.bearer = new Bearer(secrets);
        this.signature = new Signature(secrets, clock);
    }

    @Override
    public String name() {
        return "soap";
    }

    @Override
    public Set<String> schemes() {
        return Http.SCHEMES;
    }

    @Override
    public void check(Partner partner) {
        Http.endpoint(partner);
        Checks.settings(partner, Set.of(UsernameToken.USERNAME, Bearer.BEARER));
        Checks.optional(partner, UsernameToken.USERNAME, USER, "pledge");
        Checks.optional(partner, Bearer.BEARER, Pattern.compile("true|false"), "true");
    }

    @Override
    public Map<String, String> parameters(Partner partner) {
        return Map.of(
                "endpoint",
                partner.endpoint().toString(),
                UsernameToken.USERNAME,
                partner.settings().getOrDefault(UsernameToken.USERNAME, ""),
                Bearer.BEARER,
                partner.settings().getOrDefault(Bearer.BEARER, "false"),
                PartnerSecrets.CREDENTIALS,
                PartnerSecrets.nameOf(partner));
    }

    @Override
    public void configure() {
        routeTemplate("pledge.soap")
                .templateParameter("tenant")
                .templateParameter("partner")
                .templateParameter("endpoint")
                .templateParameter(PartnerSecrets.CREDENTIALS)
                .templateParameter(UsernameToken.USERNAME, "")
                .templateParameter(Bearer.BEARER, "false")
                .from("pledge:outbox?tenant={{tenant}}&partner={{partner}}")
                .errorHandler(noErrorHandler())
                .setProperty(PartnerSecrets.CREDENTIALS, constant("{{credentials}}"))
                .setProperty(UsernameToken.USERNAME, constant("{{username}}"))
                .setProperty(Bearer.BEARER, constant("{{bearer}}"))
                .process(envelope)
                .process(signature)
                .process(bearer)
                .setHeader("Content-Type", constant("text/xml; charset=utf-8"))
                .setHeader("SOAPAction", constant("\"" + Envelope.CALLBACK + ":receive\""))
                .setHeader("Idempotency-Key", header("PledgeIdempotencyKey"))
                .to("pledge:release")
                .to("{{endpoint}}?httpMethod=POST&disableStreamCache=true" + Http.OPTIONS)
                .process(new Acknowledgement());
    }
}
