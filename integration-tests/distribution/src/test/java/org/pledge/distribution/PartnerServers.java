package org.pledge.distribution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.pledge.simulators.Certificates;
import org.pledge.simulators.Simulator;

/** A server of each kind in a process of its own, and the file and the secrets by which the platform reaches it. */
final class PartnerServers implements AutoCloseable {
    static final String TENANT = "anyip";
    static final List<String> KINDS = List.of("rest", "soap", "sftp", "smtp", "kafka");

    private static final String TOPIC = "people";
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);
    private static final String NAME_FORM = "%s-partner";

    private final Platform platform;
    private final Path folder;
    private final Map<String, Simulator> servers = new LinkedHashMap<>();
    private final Map<String, String> reached = new LinkedHashMap<>();

    /** Starts the servers of a platform that has not been started. */
    PartnerServers(Platform platform) throws IOException, GeneralSecurityException {
        this.platform = platform;
        this.folder = platform.home().resolve("servers");
        Path trust = Certificates.make(folder.resolve("certificate")).resolve(Certificates.TRUST);
        trustAsJavaDoes(trust);
        Files.createDirectories(secrets());
        try {
            rest();
            soap();
            sftp();
            smtp();
            kafka(trust);
        } catch (IOException | RuntimeException | GeneralSecurityException e) {
            close();
            throw e;
        }
    }

    private void trustAsJavaDoes(Path trust) throws IOException {
        Files.writeString(
                platform.home().resolve("etc/system.properties"),
                "\njavax.net.ssl.trustStore = " + trust + "\njavax.net.ssl.trustStorePassword = "
                        + Certificates.PASSWORD + "\n",
                StandardOpenOption.APPEND);
    }

    private Path secrets() {
        return platform.home().resolve("data/keys/partners");
    }

    /** Writes a secret as the documentation says: a file of that name, for its owner alone. */
    private void secret(String kind, String more, byte[] bytes) throws IOException {
        Path file = secrets().resolve(TENANT + "." + name(kind) + more);
        Files.write(file, bytes);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private Path folder(String kind, boolean certified) throws IOException {
        Path own = Files.createDirectories(folder.resolve(kind));
        if (certified) {
            for (String store : List.of(Certificates.SERVER, Certificates.TRUST)) {
                Files.copy(folder.resolve("certificate").resolve(store), own.resolve(store));
            }
        }
        return own;
    }

    private void rest() throws IOException {
        Path own = folder("rest", false);
        Files.writeString(own.resolve("secret"), SECRET);
        secret("rest", "", ascii(SECRET + "\n"));
        servers.put("rest", Simulator.start("WebPartner", own));
        reached.put("rest", "endpoint: http://127.0.0.1:" + port("rest") + "/inbox\n");
    }

    private void soap() throws IOException {
        Path own = folder("soap", true);
        Files.writeString(own.resolve("secret"), SECRET);
        secret("soap", "", ascii(SECRET + "\n"));
        secret("soap", ".token", ascii("callback-token-1\n"));
        secret("soap", ".password", ascii("open sesame\n"));
        servers.put("soap", Simulator.start("WebPartner", own));
        reached.put(
                "soap",
                "endpoint: https://127.0.0.1:" + port("soap") + "/soap\n"
                        + "settings: { username: pledge, bearer: \"true\" }\n");
    }

    private void sftp() throws IOException, GeneralSecurityException {
        Path own = folder("sftp", false);
        KeyPair key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] point = key.getPublic().getEncoded();
        byte[] type = ascii("ssh-ed25519");
        byte[] blob = new byte[4 + type.length + 4 + 32];
        blob[3] = (byte) type.length;
        System.arraycopy(type, 0, blob, 4, type.length);
        blob[4 + type.length + 3] = 32;
        System.arraycopy(Arrays.copyOfRange(point, point.length - 32, point.length), 0, blob, 8 + type.length, 32);
        Files.writeString(
                own.resolve("authorized_keys"),
                "ssh-ed25519 " + Base64.getEncoder().encodeToString(blob) + " pledge\n");
        secret(
                "sftp",
                "",
                ascii("-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, ascii("\n"))
                                .encodeToString(key.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n"));
        servers.put("sftp", Simulator.start("SftpPartner", own));
        reached.put(
                "sftp",
                "endpoint: sftp://127.0.0.1:" + port("sftp") + "/drop\n" + "settings: { username: pledge, host-key: "
                        + servers.get("sftp").said("HOST-KEY") + " }\n");
    }

    private void smtp() throws IOException {
        Path own = folder("smtp", true);
        secret("smtp", "", ascii("open sesame\n"));
        servers.put("smtp", Simulator.start("SmtpPartner", own, "smtps"));
        reached.put(
                "smtp",
                "endpoint: smtps://127.0.0.1:" + port("smtp") + "\n"
                        + "settings: { from: privacy@anyip.example, from-name: AnyIP, username: pledge,"
                        + " notices-to: privacy@provider.example }\n");
    }

    private void kafka(Path trust) throws IOException {
        Path own = folder("kafka", true);
        secret(
                "kafka",
                "",
                ascii("org.apache.kafka.common.security.scram.ScramLoginModule required"
                        + " username=\"pledge\" password=\"open sesame\";\n"));
        secret("kafka", ".truststore", ascii(Certificates.PASSWORD + "\n"));
        servers.put("kafka", Simulator.start("KafkaPartner", own, TOPIC, "0", "SCRAM-SHA-512"));
        reached.put(
                "kafka",
                "endpoint: kafka+ssl://127.0.0.1:" + port("kafka") + "/" + TOPIC + "\n"
                        + "settings: { sasl-mechanism: SCRAM-SHA-512, truststore: " + trust + " }\n");
    }

    static String name(String kind) {
        return NAME_FORM.formatted(kind);
    }

    static String purpose(String kind) {
        return kind.equals("smtp") ? "own-offers" : "delivery";
    }

    /** What each of them agreed to. */
    static List<String> fields(String kind) {
        return kind.equals("smtp") ? List.of("email", "message") : List.of("email", "name");
    }

    int port(String kind) {
        return servers.get(kind).port();
    }

    Path folderOf(String kind) {
        return servers.get(kind).folder();
    }

    /** The files that a server wrote, in the order of what it received. */
    List<Path> received(String kind, String end) {
        return servers.get(kind).received(end);
    }

    /** Drops the signed partner file of a kind, after {@code change}. */
    void deploy(String kind, UnaryOperator<String> change) throws IOException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        String text = "tenant: " + TENANT + "\nname: " + name(kind) + "\nrecipient: "
                + (kind.equals("smtp") ? "mail-service" : "shipping-partner") + "\nconnector: " + kind + "\n"
                + reached.get(kind) + "agreement:\n  fields: " + fields(kind) + "\n  purposes: [" + purpose(kind)
                + "]\n  region: NL\n  from: " + today.minusDays(10) + "\n  until: " + today.plusYears(1) + "\n";
        platform.deploy(platform.home().resolve("etc/partners/" + name(kind) + ".partner.yaml"), change.apply(text));
    }

    /** A web server whose answers have no end. */
    Simulator endless() {
        return Simulator.start("EndlessPartner", folder.resolve("endless"));
    }

    /** Has the web server of a kind end after its next request, before it answers. */
    void dieBeforeTheNextAnswer(String kind) throws IOException {
        Files.createFile(folderOf(kind).resolve("die"));
    }

    /** Ends the server of a kind; nobody answers at its port until it is started again. */
    void stop(String kind) {
        servers.get(kind).close();
    }

    /** Waits for its end, and starts a web server again at the same port. */
    void restart(String kind) {
        Simulator dead = servers.get(kind);
        dead.ended();
        servers.put(kind, Simulator.start("WebPartner", dead.folder(), String.valueOf(dead.port())));
    }

    @Override
    public void close() {
        servers.values().forEach(Simulator::close);
    }
}
