package org.pledge.connectors.rest.internal;

import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.PledgeException;
import org.pledge.connectors.parts.event.CloudEvent;
import org.pledge.connectors.parts.signature.Signature;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;

/** Delivers to partners by signed JSON over HTTP. */
@Component(service = {Connector.class, RoutesBuilder.class})
public final class RestConnector extends RouteBuilder implements Connector {
    private static final String OPTIONS = "?httpMethod=POST&throwExceptionOnFailure=false&ignoreResponseBody=true"
            + "&connectTimeout=5000&connectionRequestTimeout=5000&responseTimeout=15000&soTimeout=15000&userAgent=Pledge";
    private static final Pattern HTTPS = Pattern.compile("https://[a-zA-Z0-9\\[][a-zA-Z0-9.:\\]-]*(/.*)?");
    private static final Pattern HTTP =
            Pattern.compile("http://(127(\\.[0-9]{1,3}){3}|\\[::1]|localhost)(:[0-9]{1,5})?(/.*)?");
    private static final Pattern PATH = Pattern.compile("[a-z]+://[^/]+(/[a-zA-Z0-9._~:,;=+@-]+)*/?");

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
        return Set.of("https", "http");
    }

    @Override
    public void check(Partner partner) {
        String endpoint = partner.endpoint().toString();
        if (!PATH.matcher(endpoint).matches()
                || !HTTPS.matcher(endpoint).matches() && !HTTP.matcher(endpoint).matches()) {
            throw new PledgeException(
                            PledgeException.Kind.INVALID,
                            "endpoint must be https://host:port/path, or http on a loopback address, without"
                                    + " credentials, query, fragment or %")
                    .remedy("Ask the partner for an address of that form.");
        }
        for (String setting : partner.settings().keySet()) {
            if (!setting.equals(PartnerSecrets.CREDENTIALS)) {
                throw new PledgeException(
                                PledgeException.Kind.INVALID, "settings." + safe(setting) + " is not known to rest")
                        .remedy("Remove it; rest knows " + PartnerSecrets.CREDENTIALS + ".");
            }
        }
        PartnerSecrets.nameOf(partner);
    }

    private static String safe(String text) {
        return text.replaceAll("[^A-Za-z0-9._-]", "_").substring(0, Math.min(text.length(), 64));
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
                .to("{{endpoint}}" + OPTIONS);
    }
}
