package org.pledge.connectors.smtp.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.osgi.service.component.annotations.Component;
import org.pledge.connectors.parts.check.Checks;
import org.pledge.notices.MessageService;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;

/** Delivers messages to people through the mail server of a processor. */
@Component(service = {Connector.class, RoutesBuilder.class})
public final class SmtpConnector extends RouteBuilder implements Connector {
    private static final String FROM = "from";
    private static final String FROM_NAME = "from-name";
    private static final String REPLY_TO = "reply-to";
    private static final String NOTICES_TO = "notices-to";
    private static final String USERNAME = "username";
    private static final String STARTTLS = "starttls";
    private static final String OPTIONS = "options";
    private static final Pattern NO_PATH = Pattern.compile("/?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9 ._-]{1,60}");
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9._@+-]{1,120}");

    @Override
    public String name() {
        return MessageService.SMTP;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("smtps", "smtp");
    }

    @Override
    public void check(Partner partner) {
        Checks.endpoint(partner, "smtps", "smtp", NO_PATH);
        Checks.settings(partner, Set.of(FROM, FROM_NAME, REPLY_TO, NOTICES_TO, USERNAME, STARTTLS));
        Checks.required(partner, FROM, MailText.ADDRESS, "privacy@company.example");
        Checks.optional(partner, FROM_NAME, NAME, "Company Privacy, in ASCII letters");
        Checks.optional(partner, REPLY_TO, MailText.ADDRESS, "help@company.example");
        Checks.optional(partner, NOTICES_TO, MailText.ADDRESS, "privacy@provider.example");
        Checks.optional(partner, USERNAME, USER, "pledge");
        Checks.optional(partner, STARTTLS, Pattern.compile("required"), "required");
        if (partner.settings().containsKey(STARTTLS)
                && !partner.endpoint().getScheme().equals("smtp")) {
            throw Checks.invalid(
                    "settings." + STARTTLS + " is for smtp alone",
                    "Remove it; smtps is encrypted from its first byte.");
        }
    }

    @Override
    public Map<String, String> parameters(Partner partner) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("endpoint", partner.endpoint().toString());
        parameters.put(FROM, partner.settings().get(FROM));
        for (String setting : Set.of(FROM_NAME, REPLY_TO, NOTICES_TO)) {
            parameters.put(setting, partner.settings().getOrDefault(setting, ""));
        }
        parameters.put(OPTIONS, options(partner));
        return parameters;
    }

    /** Those of the protocol, and how we log in, if the server asks for it. */
    private static String options(Partner partner) {
        String mail = "mail." + partner.endpoint().getScheme() + ".";
        String options = mail + "connectiontimeout=5000&" + mail + "timeout=15000&" + mail + "writetimeout=15000";
        if (partner.endpoint().getScheme().equals("smtps")) {
            options += "&" + mail + "ssl.checkserveridentity=true";
        } else if (partner.settings().containsKey(STARTTLS)) {
            options += "&" + mail + "starttls.enable=true&" + mail + "starttls.required=true&" + mail
                    + "ssl.checkserveridentity=true";
        }
        Optional<String> username = Optional.ofNullable(partner.settings().get(USERNAME));
        return username.map(user -> "&" + mail + "auth=true&username=" + user + "&password=#bean:secret."
                        + PartnerSecrets.nameOf(partner))
                .map(options::concat)
                .orElse(options);
    }

    @Override
    public void configure() {
        routeTemplate("pledge.smtp")
                .templateParameter("tenant")
                .templateParameter("partner")
                .templateParameter("endpoint")
                .templateParameter(FROM)
                .templateParameter(FROM_NAME, "")
                .templateParameter(REPLY_TO, "")
                .templateParameter(NOTICES_TO, "")
                .templateParameter(OPTIONS)
                .from("pledge:outbox?tenant={{tenant}}&partner={{partner}}")
                .errorHandler(noErrorHandler())
                .setProperty(Notice.FROM, constant("{{from}}"))
                .setProperty(Notice.FROM_NAME, constant("{{from-name}}"))
                .setProperty(Notice.REPLY_TO, constant("{{reply-to}}"))
                .setProperty(Notice.NOTICES_TO, constant("{{notices-to}}"))
                .process(new Notice())
                .doTry()
                .to("pledge:release")
                .to("{{endpoint}}?{{options}}")
                .doCatch(Exception.class)
                .process(new ServerAnswer())
                .end();
    }
}
