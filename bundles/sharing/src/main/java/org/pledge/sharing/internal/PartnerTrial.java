package org.pledge.sharing.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.pledge.PledgeException;
import org.pledge.policy.Policy;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService.Check;
import org.pledge.sharing.PartnerService.Standing;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;

/** Looks at everything that must hold before data can reach a partner, without sending any. */
final class PartnerTrial {
    private static final Map<String, Integer> PORTS =
            Map.of("https", 443, "http", 80, "sftp", 22, "smtp", 25, "smtps", 465, "kafka", 9092, "kafka+ssl", 9092);
    /** The schemes whose first bytes are a TLS handshake. */
    private static final Set<String> TLS = Set.of("https", "smtps", "kafka+ssl");

    private final Partner partner;
    private final Standings standings;
    private final List<Connector> connectors;
    private final List<PartnerSecrets> secrets;
    private final Duration patience;
    private final List<Check> checks = new ArrayList<>();

    PartnerTrial(
            Partner partner,
            Standings standings,
            List<Connector> connectors,
            List<PartnerSecrets> secrets,
            Duration patience) {
        this.partner = partner;
        this.standings = standings;
        this.connectors = connectors;
        this.secrets = secrets;
        this.patience = patience;
    }

    List<Check> run() {
        standings
                .policy(partner.tenant())
                .ifPresentOrElse(
                        this::policy,
                        () -> failed("policy", "the tenant has no policy in force", "Install its policy pack."));
        agreement();
        attestation();
        connector();
        secret();
        connection();
        return List.copyOf(checks);
    }

    private void policy(Policy policy) {
        Set<String> unknown = new TreeSet<>();
        if (policy.recipient(partner.recipient()).isEmpty()) {
            unknown.add("recipient " + partner.recipient());
        }
        partner.agreement().fields().stream()
                .filter(field -> policy.category(field).isEmpty())
                .forEach(field -> unknown.add("field " + field));
        partner.agreement().purposes().stream()
                .filter(purpose -> policy.purpose(purpose).isEmpty())
                .forEach(purpose -> unknown.add("purpose " + purpose));
        if (unknown.isEmpty()) {
            ok("policy", "version " + policy.version() + " knows its recipient, purposes and fields");
        } else {
            failed(
                    "policy",
                    "version " + policy.version() + " does not know " + String.join(", ", unknown),
                    "Correct the partner, or add them to the policy pack.");
        }
    }

    private void agreement() {
        Partner.Agreement agreed = partner.agreement();
        String days = "valid from " + agreed.from() + " to " + agreed.until();
        if (standings.today().isBefore(agreed.from()) || standings.today().isAfter(agreed.until())) {
            failed("agreement", days, "Put the partner again with an agreement that is valid now.");
        } else {
            ok("agreement", days);
        }
    }

    private void attestation() {
        Set<String> wanted = new TreeSet<>(standings.statements(partner));
        Standing standing = standings.attestation(partner);
        String statement = String.join(", ", wanted);
        if (standing != Standing.ACTIVE) {
            failed(
                    "attestation",
                    statement + (standing == Standing.ATTESTATION_MISSING ? " is missing" : " has expired"),
                    "Ask the partner for the attestation and put the partner again with it.");
        } else {
            ok("attestation", wanted.isEmpty() ? "none is needed" : statement + " is valid");
        }
    }

    private void connector() {
        Optional<Connector> found = connectors.stream()
                .filter(one -> one.name().equals(partner.connector()))
                .findFirst();
        if (found.isEmpty() && !partner.connector().equals(Partner.REST)) {
            failed(
                    "connector",
                    partner.connector() + " is not installed",
                    "Install or start its bundle; installed are: "
                            + String.join(", ", new TreeSet<>(PartnerRules.names(connectors))) + ".");
            return;
        }
        try {
            found.ifPresent(one -> one.check(partner));
            ok("connector", partner.connector() + " is installed and takes the endpoint and the settings");
        } catch (PledgeException e) {
            failed("connector", e.getMessage(), e.remedy());
        }
    }

    private void secret() {
        Optional<PartnerSecrets> kept = secrets.stream().findFirst();
        boolean named = partner.settings().containsKey(PartnerSecrets.CREDENTIALS);
        try {
            String name = PartnerSecrets.nameOf(partner);
            if (kept.isEmpty()) {
                failed("secret", "secrets cannot be read now", "Start the bundle org.pledge.routes.");
            } else if (kept.get().find(name).isPresent()) {
                ok("secret", name + " is there");
            } else if (partner.connector().equals(Partner.REST)) {
                ok("secret", name + " is made at the first delivery");
            } else if (named) {
                failed(
                        "secret",
                        name + " is not there",
                        "Put it into data/keys/partners/" + name + ", a file that only its owner may read.");
            } else {
                ok("secret", "none is named, and none is kept as " + name);
            }
        } catch (PledgeException e) {
            failed("secret", e.getMessage(), e.remedy());
        }
    }

    private void connection() {
        URI endpoint = partner.endpoint();
        String scheme = endpoint.getScheme().toLowerCase(Locale.ROOT);
        int port = endpoint.getPort() > 0 ? endpoint.getPort() : PORTS.getOrDefault(scheme, 0);
        String host = endpoint.getHost().replaceAll("[\\[\\]]", "");
        if (port == 0) {
            failed("connection", "the endpoint names no port", "Write the port into the endpoint.");
            return;
        }
        String server = endpoint.getHost() + ":" + port;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), Math.toIntExact(patience.toMillis()));
            if (TLS.contains(scheme)) {
                handshake(socket, host, port);
            }
            ok(
                    "connection",
                    server + " answers" + (TLS.contains(scheme) ? ", with a certificate that is trusted" : ""));
        } catch (IOException e) {
            failed(
                    "connection",
                    server + " does not answer: " + e.getClass().getSimpleName(),
                    "Start the partner's system, or correct the endpoint, its certificate or the way there.");
        }
    }

    private void handshake(Socket plain, String host, int port) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        plain.setSoTimeout(Math.toIntExact(patience.toMillis()));
        try (SSLSocket secured = (SSLSocket) factory.createSocket(plain, host, port, true)) {
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
            secured.startHandshake();
        }
    }

    private void ok(String what, String text) {
        checks.add(new Check(what, true, text, ""));
    }

    private void failed(String what, String text, String remedy) {
        checks.add(new Check(what, false, text, remedy));
    }
}
