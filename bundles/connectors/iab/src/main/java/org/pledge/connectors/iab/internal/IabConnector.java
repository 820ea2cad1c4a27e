package org.pledge.connectors.iab.internal;

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
import org.pledge.connectors.parts.event.NamedEvent;
import org.pledge.connectors.parts.signature.Signature;
import org.pledge.crypto.LookupTokens;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.DeletionTokens;
import org.pledge.sharing.spi.PartnerSecrets;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;

/** Delivers as rest does, and tells of removals by the tokens of the Data Deletion Request Framework. */
@Component(service = {Connector.class, RoutesBuilder.class})
public final class IabConnector extends RouteBuilder implements Connector {
    private static final String NAME = "iab-deletion";
    private static final String POST = "?httpMethod=POST" + Http.OPTIONS;
    private static final Pattern PATH = Pattern.compile("(/[a-zA-Z0-9._~-]+){1,16}/?");
    private static final Pattern WORD = Pattern.compile("[a-zA-Z0-9._-]{1,64}");

    private final Signature signature;
    private final Request request;
    private final Receipt receipt = new Receipt();

    /** In the container. */
    @Activate
    public IabConnector(
            @Reference PartnerSecrets secrets,
            @Reference LookupTokens tokens,
            @Reference Transactions transactions,
            @Reference SubjectStore people,
            @Reference DeletionTokens deletions) {
        this.signature = new Signature(secrets, Clock.systemUTC());
        this.request = new Request(new NamedEvent(tokens, transactions, people), secrets, deletions);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<String> schemes() {
        return Http.SCHEMES;
    }

    @Override
    public void check(Partner partner) {
        Http.endpoint(partner);
        Checks.settings(partner, Set.of("path", "domain", "identifier-type", "identifier-format"));
        Checks.required(partner, "path", PATH, "/api/delete");
        Checks.required(partner, "domain", Http.DOMAIN, "partner.example");
        Checks.required(partner, "identifier-type", WORD, "customer_id");
        Checks.required(partner, "identifier-format", WORD, "raw");
    }

    @Override
    public Map<String, String> parameters(Partner partner) {
        Map<String, String> settings = partner.settings();
        return Map.of(
                "endpoint",
                partner.endpoint().toString(),
                "deletion",
                Http.address(partner),
                Request.DOMAIN,
                settings.get("domain"),
                Request.TYPE,
                settings.get("identifier-type"),
                Request.FORMAT,
                settings.get("identifier-format"),
                PartnerSecrets.CREDENTIALS,
                PartnerSecrets.nameOf(partner));
    }

    @Override
    public void configure() {
        routeTemplate("pledge." + NAME)
                .templateParameter("tenant")
                .templateParameter("partner")
                .templateParameter("endpoint")
                .templateParameter("deletion")
                .templateParameter(Request.DOMAIN)
                .templateParameter(Request.TYPE)
                .templateParameter(Request.FORMAT)
                .templateParameter(PartnerSecrets.CREDENTIALS)
                .from("pledge:outbox?tenant={{tenant}}&partner={{partner}}")
                .errorHandler(noErrorHandler())
                .setProperty(PartnerSecrets.CREDENTIALS, constant("{{credentials}}"))
                .setProperty(Request.DOMAIN, constant("{{domain}}"))
                .setProperty(Request.TYPE, constant("{{type}}"))
                .setProperty(Request.FORMAT, constant("{{format}}"))
                .process(request)
                .choice()
                .when(exchangeProperty(NamedEvent.REMOVED).isEqualTo(true))
                .to("pledge:release")
                .to("{{deletion}}" + POST + "&disableStreamCache=true")
                .process(receipt)
                .otherwise()
                .process(signature)
                .to("pledge:release")
                .to("{{endpoint}}" + POST + "&ignoreResponseBody=true")
                .end();
    }
}
