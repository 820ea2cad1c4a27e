package org.pledge.routes.internal;

import static java.util.Map.entry;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.pledge.PledgeException;
import org.pledge.routes.internal.RouteRefused.Reason;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.PartnerSecrets;

/**
 * A way out of the platform: what an address of its scheme may hold, and to whose server it leads.
 *
 * @param port where none is given
 * @param encrypted whether an address sends nothing that others can read
 * @param must the options that an address has to have, {@code |} between alternatives
 * @param may every option, with the form of its value
 * @param kept the headers of Camel that steer it, with the form of their values
 */
record Carrier(
        int port, Predicate<Address> encrypted, Set<String> must, Map<String, Pattern> may, Map<String, Pattern> kept) {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern FLAG = Pattern.compile("true|false");
    private static final Pattern TRUE = Pattern.compile("true");
    private static final Pattern FALSE = Pattern.compile("false");
    private static final Pattern WORDS = Pattern.compile("[A-Za-z0-9 ._/()+,;:=@-]{1,120}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,120}");
    private static final Pattern FILE = Pattern.compile("(?!\\.)[A-Za-z0-9._-]{1,200}");
    private static final Pattern PATH = Pattern.compile("(?!.*\\.\\.)/[A-Za-z0-9._/-]{1,200}");
    private static final Pattern SECRET = Pattern.compile("#bean:secret\\.(?<name>[a-z0-9.-]{1,128})");
    private static final Pattern PINNED = Pattern.compile("base64:[A-Za-z0-9]{40,6000}={0,2}");
    private static final Pattern HOST =
            Pattern.compile("(?<host>\\[[0-9a-fA-F:.]+]|[a-zA-Z0-9][a-zA-Z0-9.-]*)(:(?<port>[0-9]{1,5}))?");
    private static final Pattern PLAIN = Pattern.compile("//" + HOST + "(?<path>(/[a-zA-Z0-9._~:,;=+@-]+)*/?)");
    private static final Pattern TOPIC = Pattern.compile("(//)?(?<topic>[a-zA-Z0-9._-]{1,249})");
    private static final Pattern LOOPBACK =
            Pattern.compile("127(\\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}|\\[::1]|localhost");
    private static final Pattern LINE_BREAK = Pattern.compile("[\\x00-\\x08\\x0A-\\x1F\\x7F]");
    private static final Map<String, Pattern> WEB = Map.ofEntries(
            entry("httpMethod", Pattern.compile("POST|PUT")),
            entry("connectionClose", TRUE),
            entry("connectTimeout", NUMBER),
            entry("connectionRequestTimeout", NUMBER),
            entry("responseTimeout", NUMBER),
            entry("soTimeout", NUMBER),
            entry("userAgent", WORDS),
            entry("throwExceptionOnFailure", FLAG),
            entry("okStatusCodeRange", Pattern.compile("[0-9,-]{1,40}")),
            entry("ignoreResponseBody", FLAG),
            entry("disableStreamCache", TRUE),
            entry("connectionsPerRoute", NUMBER),
            entry("maxTotalConnections", NUMBER));
    private static final Map<String, Pattern> SFTP = Map.ofEntries(
            entry("strictHostKeyChecking", Pattern.compile("yes")),
            entry("useUserKnownHostsFile", FALSE),
            entry("knownHosts", SECRET),
            entry("knownHostsUri", PINNED),
            entry("username", NAME),
            entry("privateKey", SECRET),
            entry("privateKeyPassphrase", SECRET),
            entry("preferredAuthentications", Pattern.compile("publickey")),
            entry("autoCreate", FALSE),
            entry("jailStartingDirectory", TRUE),
            entry("fileName", FILE),
            entry("tempPrefix", Pattern.compile("[A-Za-z0-9._-]{1,40}")),
            entry("tempFileName", Pattern.compile("[A-Za-z0-9._-]{1,200}")),
            entry("fileExist", NAME),
            entry("eagerDeleteTargetFile", FLAG),
            entry("existDirCheckUsingLs", FLAG),
            entry("connectTimeout", NUMBER),
            entry("soTimeout", NUMBER),
            entry("timeout", NUMBER),
            entry("serverAliveInterval", NUMBER),
            entry("sendNoop", FLAG),
            entry("disconnect", FLAG),
            entry("chmod", Pattern.compile("[0-7]{3,4}")),
            entry("throwExceptionOnConnectFailed", FLAG),
            entry("maximumReconnectAttempts", NUMBER),
            entry("reconnectDelay", NUMBER),
            entry("separator", NAME),
            entry("stepwise", FLAG),
            entry("binary", FLAG),
            entry("charset", NAME));
    private static final Map<String, Pattern> KAFKA = Map.ofEntries(
            entry("brokers", HOST),
            entry("securityProtocol", Pattern.compile("PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL")),
            entry("requestRequiredAcks", Pattern.compile("all")),
            entry("enableIdempotence", TRUE),
            entry("clientId", NAME),
            entry("deliveryTimeoutMs", NUMBER),
            entry("requestTimeoutMs", NUMBER),
            entry("maxBlockMs", NUMBER),
            entry("lingerMs", NUMBER),
            entry("retries", NUMBER),
            entry("retryBackoffMs", NUMBER),
            entry("maxInFlightRequest", NUMBER),
            entry("maxRequestSize", NUMBER),
            entry("compressionCodec", NAME),
            entry("keySerializer", serializer()),
            entry("valueSerializer", serializer()),
            entry("saslMechanism", NAME),
            entry("saslJaasConfig", SECRET),
            entry("sslEndpointAlgorithm", Pattern.compile("https")),
            entry("sslTruststoreLocation", PATH),
            entry("sslTruststoreType", NAME),
            entry("sslTruststorePassword", SECRET),
            entry("sslKeystoreLocation", PATH),
            entry("sslKeystoreType", NAME),
            entry("sslKeystorePassword", SECRET),
            entry("sslKeyPassword", SECRET));
    private static final Map<String, Carrier> ALL = Map.of(
            "https", new Carrier(443, address -> true, Set.of(), WEB, Map.of()),
            "http", new Carrier(80, address -> false, Set.of(), WEB, Map.of()),
            "sftp",
                    new Carrier(
                            22,
                            address -> true,
                            Set.of(
                                    "strictHostKeyChecking",
                                    "useUserKnownHostsFile",
                                    "knownHosts|knownHostsUri",
                                    "username",
                                    "privateKey",
                                    "preferredAuthentications",
                                    "autoCreate"),
                            SFTP,
                            Map.of("CamelFileName", FILE)),
            "smtps",
                    new Carrier(
                            465,
                            address -> true,
                            Set.of("mail.smtps.ssl.checkserveridentity"),
                            mail("mail.smtps.", Map.of("ssl.checkserveridentity", TRUE)),
                            Map.of()),
            "smtp",
                    new Carrier(
                            25,
                            address -> false,
                            Set.of(),
                            mail(
                                    "mail.smtp.",
                                    Map.of(
                                            "starttls.enable",
                                            FLAG,
                                            "starttls.required",
                                            FLAG,
                                            "ssl.checkserveridentity",
                                            TRUE)),
                            Map.of()),
            "kafka",
                    new Carrier(
                            9092, Carrier::encryptedKafka, Set.of("brokers"), KAFKA, Map.of("CamelKafkaKey", NAME)));

    /** Why an address may not be used. */
    record Fault(Reason reason, String text) {}

    private record Server(String host, int port, String topic) {}

    /** The way out of that scheme, as far as there are rules for it. */
    static Optional<Carrier> of(String scheme) {
        return Optional.ofNullable(ALL.get(scheme));
    }

    /** What forbids an address in a route for partners of {@code tenant}; the tenant is empty outside the outbox. */
    Optional<Fault> fault(Address address, String tenant) {
        Optional<Server> server = server(address);
        if (server.isEmpty()) {
            return fault(Reason.ENDPOINT_OPTION, "write the address as scheme://host:port/path, without % and @host");
        }
        if (!encrypted.test(address) && !LOOPBACK.matcher(server.get().host()).matches()) {
            return fault(
                    Reason.PLAIN_HTTP,
                    address.scheme() + ": is for loopback addresses only; use " + encryptedTwin(address));
        }
        Set<String> seen = new HashSet<>();
        for (String option : address.options()) {
            String[] parts = option.split("=", 2);
            Pattern form = may.get(parts[0]);
            String name = RouteVetter.safe(parts[0]);
            if (form == null || !seen.add(parts[0])) {
                return fault(Reason.ENDPOINT_OPTION, "option " + name + " is not allowed; remove it");
            }
            if (parts.length == 1 || !form.matcher(parts[1]).matches()) {
                String expected = form == SECRET ? "; name a secret: #bean:secret.NAME" : "";
                return fault(Reason.ENDPOINT_OPTION, "option " + name + " may not have this value" + expected);
            }
        }
        Set<String> missing = new TreeSet<>(must);
        missing.removeIf(options -> Stream.of(options.split("\\|")).anyMatch(seen::contains));
        if (!missing.isEmpty()) {
            return fault(
                    Reason.ENDPOINT_OPTION,
                    "the address must hold " + String.join(", ", missing).replace("|", " or "));
        }
        return secrets(address).stream().allMatch(secret -> secret.startsWith(tenant + "."))
                ? Optional.empty()
                : fault(Reason.ENDPOINT_OPTION, "the names of its secrets must begin with \"" + tenant + ".\"");
    }

    private static Optional<Fault> fault(Reason reason, String text) {
        return Optional.of(new Fault(reason, text));
    }

    /** Whether an address leads to the partner's server, with the partner's own secrets. */
    boolean leadsTo(Address address, Partner partner) {
        String secret = PartnerSecrets.nameOf(partner);
        return server(address).isPresent()
                && server(address).equals(server(partner.endpoint()))
                && address.scheme().equals(component(partner.endpoint().getScheme()))
                && (encrypted.test(address) || !encryptedEndpoint(partner.endpoint()))
                && address.values("knownHostsUri").stream().allMatch(uri -> pins(uri, partner))
                && secrets(address).stream().allMatch(name -> name.equals(secret) || name.startsWith(secret + "."));
    }

    /** Whether an address knows the partner's server by the one key that is registered, and by no other. */
    private static boolean pins(String uri, Partner partner) {
        String base64 = URLDecoder.decode(uri, StandardCharsets.UTF_8).substring("base64:".length());
        String[] line = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8).split(" ", 2);
        return line.length == 2 && line[1].equals(partner.settings().get("host-key") + "\n");
    }

    /**
     * Whether a header of Camel steers this way out and passes.
     *
     * @throws PledgeException of kind {@code INVALID} when it has a form that could be misread
     */
    boolean keeps(String header, Object value) {
        Pattern form = kept.get(header);
        if (form != null && !form.matcher(String.valueOf(value)).matches()) {
            throw new PledgeException(PledgeException.Kind.INVALID, header + " has a form that is not sent")
                    .remedy("Use letters, digits, dots, hyphens and underscores in it.");
        }
        return form != null;
    }

    /** @throws PledgeException of kind {@code INVALID} when a header's value would begin a line of its own */
    static void oneLine(String header, Object value) {
        if (value instanceof String text && LINE_BREAK.matcher(text).find()
                || LINE_BREAK.matcher(header).find()) {
            throw new PledgeException(
                            PledgeException.Kind.INVALID,
                            "a header of the message holds a line break; nothing was sent")
                    .remedy("Take line breaks out of headers before pledge:release.");
        }
    }

    private static Optional<Server> server(Address address) {
        if (!address.scheme().equals("kafka")) {
            Matcher plain = PLAIN.matcher(address.rest());
            return plain.matches() ? Optional.of(server(address.scheme(), plain, "")) : Optional.empty();
        }
        Matcher topic = TOPIC.matcher(address.rest());
        List<String> brokers = address.values("brokers");
        if (!topic.matches() || brokers.size() != 1) {
            return Optional.empty();
        }
        Matcher broker = HOST.matcher(URLDecoder.decode(brokers.get(0), StandardCharsets.UTF_8));
        return broker.matches() ? Optional.of(server("kafka", broker, topic.group("topic"))) : Optional.empty();
    }

    private static Optional<Server> server(URI endpoint) {
        String scheme = component(endpoint.getScheme());
        Matcher plain = PLAIN.matcher(String.valueOf(endpoint.getRawSchemeSpecificPart()));
        boolean whole = endpoint.getQuery() == null && endpoint.getFragment() == null;
        if (!ALL.containsKey(scheme) || !whole || !plain.matches()) {
            return Optional.empty();
        }
        String topic = scheme.equals("kafka") ? plain.group("path").replaceFirst("^/", "") : "";
        return Optional.of(server(scheme, plain, topic));
    }

    private static Server server(String scheme, Matcher found, String topic) {
        String port = found.group("port");
        return new Server(
                found.group("host").toLowerCase(Locale.ROOT),
                port == null ? ALL.get(scheme).port() : Integer.parseInt(port),
                topic);
    }

    /** The Camel component behind the scheme of a partner's endpoint. */
    private static String component(String scheme) {
        String lower = String.valueOf(scheme).toLowerCase(Locale.ROOT);
        return lower.equals("kafka+ssl") ? "kafka" : lower;
    }

    private static boolean encryptedEndpoint(URI endpoint) {
        return !Set.of("http", "smtp", "kafka").contains(endpoint.getScheme().toLowerCase(Locale.ROOT));
    }

    private static boolean encryptedKafka(Address address) {
        return address.values("securityProtocol").stream().anyMatch(protocol -> protocol.endsWith("SSL"));
    }

    private static String encryptedTwin(Address address) {
        return address.scheme().equals("kafka") ? "securityProtocol=SSL" : address.scheme() + "s:";
    }

    /** The secrets that an address names; the context may have encoded the mark in front of them. */
    List<String> secrets(Address address) {
        return may.entrySet().stream()
                .filter(option -> option.getValue() == SECRET)
                .flatMap(option -> address.values(option.getKey()).stream())
                .map(value -> SECRET.matcher(URLDecoder.decode(value, StandardCharsets.UTF_8)))
                .map(secret -> secret.matches() ? secret.group("name") : "")
                .toList();
    }

    private static Map<String, Pattern> mail(String prefix, Map<String, Pattern> security) {
        Map<String, Pattern> options = new HashMap<>(Map.of(
                "username", Pattern.compile("[A-Za-z0-9._@+-]{1,120}"),
                "password", SECRET,
                "connectionTimeout", NUMBER,
                "contentType", WORDS));
        security.forEach((name, form) -> options.put(prefix + name, form));
        for (String timeout : List.of("connectiontimeout", "timeout", "writetimeout")) {
            options.put(prefix + timeout, NUMBER);
        }
        options.put(prefix + "auth", FLAG);
        return Map.copyOf(options);
    }

    private static Pattern serializer() {
        return Pattern.compile("org\\.apache\\.kafka\\.common\\.serialization\\.(String|ByteArray)Serializer");
    }
}
