package org.pledge.connectors.opendsr.internal;

import java.time.Clock;
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
import org.pledge.connectors.parts.event.NamedEvent;
import org.pledge.connectors.parts.signature.Bearer;
import org.pledge.connectors.parts.signature.Signature;
import org.pledge.crypto.LookupTokens;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;

/** Delivers as rest does, and tells of removals by OpenDSR 2.0, as a controller tells its processor. */
@Component(service = {Connector.class, RoutesBuilder.class})
public final class OpenDsrConnector extends RouteBuilder implements Connector {
    static final String NAME = "opendsr";
    /** Whether it is asked what it holds about people. */
    private static final String ACCESS = "access";

    private static final Pattern YES_OR_NO = Pattern.compile("true|false");

    /** Below the address of its OpenDSR: where requests are sent, and asked about. */
    private static final String REQUESTS = "{{opendsr}}/requests";

    private static final String WITH_ANSWER = Http.OPTIONS + "&disableStreamCache=true";
    private static final Pattern PATH = Pattern.compile("(/[a-zA-Z0-9._~-]+){1,16}");
    private static final Pattern REGULATION = Pattern.compile("gdpr|ccpa");
    private static final Pattern CALLBACK =
            Pattern.compile("https://[a-zA-Z0-9.:-]{1,255}(/[a-zA-Z0-9._~-]+)*/opendsr/v2/callbacks");

    private final Instruction instruction;
    private final Signature signature;
    private final Bearer bearer;
    private final Certificate certificate;
    private final Receipt receipt;

    /** In the container. */
    @Activate
    public OpenDsrConnector(
            @Reference PartnerSecrets secrets,
            @Reference LookupTokens tokens,
            @Reference Transactions transactions,
            @Reference SubjectStore people) {
        this(secrets, tokens, transactions, people, Clock.systemUTC());
    }

    OpenDsrConnector(
            PartnerSecrets secrets, LookupTokens tokens, Transactions transactions, SubjectStore people, Clock clock) {
        this.instruction = new Instruction(new NamedEvent(tokens, transactions, people));
        this.signature = new Signature(secrets, clock);
        this.bearer = new Bearer(secrets);
        this.certificate = new Certificate(secrets);
        this.receipt = new Receipt(clock);
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
    public boolean hasLine() {
        return true;
    }

    @Override
    public void check(Partner partner) {
        Http.endpoint(partner);
        Checks.settings(partner, Set.of("path", "regulation", "domain", "callback", ACCESS, Bearer.BEARER));
        Checks.required(partner, "path", PATH, "/opendsr/v2");
        Checks.optional(partner, "regulation", REGULATION, "gdpr");
        Checks.optional(partner, "domain", Http.DOMAIN, "opendsr.partner.example");
        Checks.optional(
                partner, "callback", CALLBACK, "https://privacy.company.example/dsr/company/opendsr/v2/callbacks");
        Checks.optional(partner, ACCESS, YES_OR_NO, "true");
        Checks.optional(partner, Bearer.BEARER, YES_OR_NO, "true");
    }

    @Override
    public Map<String, String> parameters(Partner partner) {
        Map<String, String> settings = partner.settings();
        return Map.of(
                "endpoint",
                partner.endpoint().toString(),
                "opendsr",
                Http.address(partner),
                "regulation",
                settings.getOrDefault("regulation", "gdpr"),
                "domain",
                settings.getOrDefault("domain", partner.endpoint().getHost()),
                "callback",
                settings.getOrDefault("callback", ""),
                Bearer.BEARER,
                settings.getOrDefault(Bearer.BEARER, "false"),
                PartnerSecrets.CREDENTIALS,
                PartnerSecrets.nameOf(partner));
    }

    @Override
    public void configure() {
        deliveries();
        questions();
    }

    private void deliveries() {
        routeTemplate("pledge.opendsr")
                .templateParameter("tenant")
                .templateParameter("partner")
                .templateParameter("endpoint")
                .templateParameter("opendsr")
                .templateParameter("regulation")
                .templateParameter("domain")
                .templateParameter("callback")
                .templateParameter(Bearer.BEARER)
                .templateParameter(PartnerSecrets.CREDENTIALS)
                .from("pledge:outbox?tenant={{tenant}}&partner={{partner}}")
                .errorHandler(noErrorHandler())
                .setProperty(PartnerSecrets.CREDENTIALS, constant("{{credentials}}"))
                .setProperty(Bearer.BEARER, constant("{{bearer}}"))
                .setProperty(Instruction.REGULATION, constant("{{regulation}}"))
                .setProperty(Instruction.CALLBACK, constant("{{callback}}"))
                .setProperty(Receipt.DOMAIN, constant("{{domain}}"))
                .process(instruction)
                .process(signature)
                .process(bearer)
                .choice()
                .when(exchangeProperty(Instruction.TYPE).isNotEqualTo(""))
                .process(certificate)
                .to("pledge:release")
                .to(REQUESTS + "?httpMethod=POST" + WITH_ANSWER)
                .process(receipt)
                .otherwise()
                .to("pledge:release")
                .to("{{endpoint}}?httpMethod=POST&ignoreResponseBody=true" + Http.OPTIONS)
                .end();
    }

    private void questions() {
        routeTemplate("pledge.opendsr.line")
                .templateParameter("tenant")
                .templateParameter("partner")
                .templateParameter("endpoint")
                .templateParameter("opendsr")
                .templateParameter("regulation")
                .templateParameter("domain")
                .templateParameter("callback")
                .templateParameter(Bearer.BEARER)
                .templateParameter(PartnerSecrets.CREDENTIALS)
                .from("pledge:line?tenant={{tenant}}&partner={{partner}}")
                .errorHandler(noErrorHandler())
                .setProperty(PartnerSecrets.CREDENTIALS, constant("{{credentials}}"))
                .setProperty(Bearer.BEARER, constant("{{bearer}}"))
                .setProperty(Receipt.DOMAIN, constant("{{domain}}"))
                .process(bearer)
                .process(certificate)
                .setBody(constant(""))
                .setHeader("Accept", constant("application/json"))
                .setHeader(Exchange.HTTP_PATH, header("PledgeIdempotencyKey"))
                .to("pledge:release")
                .to(REQUESTS + "?httpMethod=GET" + WITH_ANSWER)
                .process(receipt);
    }
}
