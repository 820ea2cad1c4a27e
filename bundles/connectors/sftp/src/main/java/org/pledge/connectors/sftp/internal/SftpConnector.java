package org.pledge.connectors.sftp.internal;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.osgi.service.component.annotations.Component;
import org.pledge.connectors.parts.check.Checks;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;

/** Delivers to partners by a file on their SFTP server, which is there whole or not at all. */
@Component(service = {Connector.class, RoutesBuilder.class})
public final class SftpConnector extends RouteBuilder implements Connector {
    private static final String USERNAME = "username";
    private static final String KNOWN_HOSTS = "knownHosts";
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9._-]{1,120}");
    private static final Pattern HOST = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9.-]*");
    private static final Pattern FOLDER = Pattern.compile("(?!.*\\.\\.)(/[a-zA-Z0-9._-]+)*/?");
    private static final String PROOF = "?strictHostKeyChecking=yes&useUserKnownHostsFile=false"
            + "&knownHostsUri={{knownHosts}}&username={{username}}&privateKey=#bean:secret.{{credentials}}&preferredAuthentications=publickey";
    private static final String FILES = "&autoCreate=false&stepwise=false&tempPrefix=.part-&fileExist=Override"
            + "&eagerDeleteTargetFile=false&binary=true&separator=UNIX";
    private static final String TIMES = "&connectTimeout=5000&soTimeout=15000&timeout=15000&maximumReconnectAttempts=0"
            + "&throwExceptionOnConnectFailed=true&disconnect=true";

    @Override
    public String name() {
        return "sftp";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("sftp");
    }

    @Override
    public void check(Partner partner) {
        Checks.endpoint(partner, "sftp", "", FOLDER);
        if (!HOST.matcher(partner.endpoint().getHost()).matches()) {
            throw Checks.invalid("endpoint must name the server by a name or an IPv4 address", "Give its name.");
        }
        Checks.settings(partner, Set.of(USERNAME, HostKey.SETTING));
        Checks.required(partner, USERNAME, USER, "pledge");
        HostKey.check(partner);
    }

    @Override
    public Map<String, String> parameters(Partner partner) {
        return Map.of(
                "endpoint",
                partner.endpoint().toString(),
                USERNAME,
                partner.settings().get(USERNAME),
                KNOWN_HOSTS,
                HostKey.knownHosts(partner),
                PartnerSecrets.CREDENTIALS,
                PartnerSecrets.nameOf(partner));
    }

    @Override
    public void configure() {
        routeTemplate("pledge.sftp")
                .templateParameter("tenant")
                .templateParameter("partner")
                .templateParameter("endpoint")
                .templateParameter(USERNAME)
                .templateParameter(KNOWN_HOSTS)
                .templateParameter(PartnerSecrets.CREDENTIALS)
                .from("pledge:outbox?tenant={{tenant}}&partner={{partner}}")
                .errorHandler(noErrorHandler())
                .process(new CsvFile())
                .to("pledge:release")
                .to("{{endpoint}}" + PROOF + FILES + TIMES);
    }
}
