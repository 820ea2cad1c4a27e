package org.pledge.connectors.kafka.internal;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.connectors.parts.check.Checks;
import org.pledge.connectors.parts.event.CloudEvent;
import org.pledge.crypto.LookupTokens;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;

/** Delivers to partners by records of a topic of their own. */
@Component(service = {Connector.class, RoutesBuilder.class})
public final class KafkaConnector extends RouteBuilder implements Connector {
    private static final String MECHANISM = "sasl-mechanism";
    private static final String TRUSTSTORE = "truststore";
    private static final String KEYSTORE = "keystore";
    private static final String BROKER = "broker";
    private static final String TOPIC = "topic";
    private static final String SECURITY = "security";
    private static final int DEFAULT_PORT = 9092;
    private static final Pattern TOPIC_PATH = Pattern.compile("/(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");
    private static final Pattern MECHANISMS = Pattern.compile("PLAIN|SCRAM-SHA-256|SCRAM-SHA-512");
    private static final Pattern FILE = Pattern.compile("(?!.*\\.\\.)/[A-Za-z0-9._/-]{1,190}\\.(p12|jks)");
    private static final String SURE = "?requestRequiredAcks=all&enableIdempotence=true&lingerMs=0"
            + "&keySerializer=org.apache.kafka.common.serialization.StringSerializer"
            + "&valueSerializer=org.apache.kafka.common.serialization.ByteArraySerializer";
    /** A broker that is gone costs a try ten seconds at most. */
    private static final String TIMES = "&maxBlockMs=5000&requestTimeoutMs=5000&deliveryTimeoutMs=10000";

    private final Pseudonym pseudonym;

    /** In the container. */
    @Activate
    public KafkaConnector(@Reference LookupTokens tokens) {
        this.pseudonym = new Pseudonym(tokens);
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("kafka+ssl", "kafka");
    }

    @Override
    public void check(Partner partner) {
        Checks.endpoint(partner, "kafka+ssl", "kafka", TOPIC_PATH);
        Checks.settings(partner, Set.of(MECHANISM, TRUSTSTORE, KEYSTORE));
        Checks.optional(partner, MECHANISM, MECHANISMS, "SCRAM-SHA-512");
        for (String store : Set.of(TRUSTSTORE, KEYSTORE)) {
            Checks.optional(partner, store, FILE, "/etc/pledge/partner.p12");
            if (partner.settings().containsKey(store) && !encrypted(partner)) {
                throw Checks.invalid(
                        "settings." + store + " is for kafka+ssl alone",
                        "Remove it, or use kafka+ssl in the endpoint.");
            }
        }
    }

    private static boolean encrypted(Partner partner) {
        return partner.endpoint().getScheme().equals("kafka+ssl");
    }

    @Override
    public Map<String, String> parameters(Partner partner) {
        URI endpoint = partner.endpoint();
        int port = endpoint.getPort() < 0 ? DEFAULT_PORT : endpoint.getPort();
        Map<String, String> parameters = new HashMap<>();
        parameters.put(BROKER, endpoint.getHost() + ":" + port);
        parameters.put(TOPIC, endpoint.getPath().substring(1));
        parameters.put(SECURITY, security(partner));
        return parameters;
    }

    /** How we know the broker, and how it knows us. */
    private static String security(Partner partner) {
        Map<String, String> settings = partner.settings();
        String secret = "#bean:secret." + PartnerSecrets.nameOf(partner);
        StringBuilder options = new StringBuilder("securityProtocol=")
                .append(settings.containsKey(MECHANISM) ? "SASL_" : "")
                .append(encrypted(partner) ? "SSL" : "PLAINTEXT");
        if (settings.containsKey(MECHANISM)) {
            options.append("&saslMechanism=").append(settings.get(MECHANISM));
            options.append("&saslJaasConfig=").append(secret);
        }
        if (encrypted(partner)) {
            options.append("&sslEndpointAlgorithm=https");
        }
        if (settings.containsKey(TRUSTSTORE)) {
            store(options, "sslTruststore", settings.get(TRUSTSTORE), secret + "." + TRUSTSTORE);
        }
        if (settings.containsKey(KEYSTORE)) {
            store(options, "sslKeystore", settings.get(KEYSTORE), secret + "." + KEYSTORE);
            options.append("&sslKeyPassword=").append(secret).append('.').append(KEYSTORE);
        }
        return options.toString();
    }

    private static void store(StringBuilder options, String name, String file, String password) {
        options.append('&').append(name).append("Location=").append(file);
        options.append('&').append(name).append("Type=").append(file.endsWith(".jks") ? "JKS" : "PKCS12");
        options.append('&').append(name).append("Password=").append(password);
    }

    @Override
    public void configure() {
        routeTemplate("pledge.kafka")
                .templateParameter("tenant")
                .templateParameter("partner")
                .templateParameter(BROKER)
                .templateParameter(TOPIC)
                .templateParameter(SECURITY)
                .from("pledge:outbox?tenant={{tenant}}&partner={{partner}}")
                .errorHandler(noErrorHandler())
                .process(new CloudEvent())
                .process(pseudonym)
                .removeHeader("Content-Type")
                .setHeader("content-type", constant("application/cloudevents+json; charset=UTF-8"))
                .to("pledge:release")
                .to("kafka:{{topic}}" + SURE + TIMES + "&brokers={{broker}}&{{security}}");
    }
}
