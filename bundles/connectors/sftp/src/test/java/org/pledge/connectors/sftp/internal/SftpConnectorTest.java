package org.pledge.connectors.sftp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.connectors.outlet.Outlet;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.Partner;
import org.pledge.simulators.Simulator;

/** Against an SFTP server in a process of its own. */
class SftpConnectorTest {
    private static final Map<String, List<String>> VERA =
            Map.of("name", List.of("Vera"), "email", List.of("a@b.example"));

    @TempDir
    static Path folder;

    private static Simulator server;
    private static KeyPair user;

    private final SftpConnector connector = new SftpConnector();
    private final Outlet outlet = new Outlet();

    @BeforeAll
    static void start() throws JSchException, IOException {
        user = KeyPair.genKeyPair(new JSch(), KeyPair.ED25519);
        try (var file = Files.newOutputStream(folder.resolve("authorized_keys"))) {
            user.writePublicKey(file, "pledge");
        }
        server = Simulator.start("SftpPartner", folder);
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @BeforeEach
    void connect() throws IOException, JSchException {
        outlet.add(connector);
        outlet.secret("korax.parcel-post", privateKey(user));
        try (Stream<Path> files = Files.list(folder.resolve("files/drop"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.deleteIfExists(folder.resolve("operations"));
    }

    @AfterEach
    void disconnect() {
        outlet.close();
    }

    private static byte[] privateKey(KeyPair pair) throws JSchException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        pair.writeOpenSSHv1PrivateKey(bytes, null);
        return bytes.toByteArray();
    }

    private static Partner here(String hostKey) {
        return Outlet.partner(
                "sftp",
                "sftp://127.0.0.1:" + server.port() + "/drop",
                Map.of("username", "pledge", "host-key", hostKey));
    }

    private static Partner here() {
        return here(server.said("HOST-KEY"));
    }

    private static List<String> dropped() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("files/drop"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String text(String name) throws IOException {
        return new String(Files.readAllBytes(folder.resolve("files/drop").resolve(name)), StandardCharsets.UTF_8);
    }

    @Test
    void dropsAFileOfTwoLines() throws IOException {
        assertThat(outlet.deliver(connector, here(), VERA).result()).isEqualTo(Result.DELIVERED);
        assertThat(dropped()).containsExactly("k-1.csv");
        assertThat(text("k-1.csv"))
                .isEqualTo("disclosure,tenant,purpose,kind,email,name\r\n"
                        + "d-1,korax,delivery,DISCLOSURE,a@b.example,Vera\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WITHDRAWAL", "RESTRICTION", "RESTRICTION_LIFTED"})
    void dropsANoticeUnderItsKind(String kind) throws IOException {
        Map<String, List<String>> notice = Map.of("disclosures", List.of("d-0", "d-9"), "fields", List.of("email"));
        Map<String, Object> headers = Map.of("PledgeKind", kind, "PledgePurpose", "");
        assertThat(outlet.deliver(connector, here(), notice, headers).result()).isEqualTo(Result.DELIVERED);
        assertThat(text("k-1.csv"))
                .isEqualTo("disclosure,tenant,purpose,kind,disclosures,fields\r\n" + "d-1,korax,," + kind
                        + ",d-0|d-9,email\r\n");
    }

    @Test
    void refusesWhatItDoesNotKnow() throws IOException {
        Outlet.Ended ended = outlet.deliver(connector, here(), VERA, Map.of("PledgeKind", "SUCCESSION"));
        assertThat(ended.result()).isEqualTo(Result.REFUSED);
        assertThat(ended.exchange().getException()).hasMessageContaining("does not know this kind");
        assertThat(dropped()).isEmpty();
    }

    @Test
    void writesUnderAnotherNameAndRenames() throws IOException {
        outlet.deliver(connector, here(), VERA);
        assertThat(folder.resolve("operations")).hasContent("write .part-k-1.csv\nrename .part-k-1.csv k-1.csv\n");
    }

    @Test
    void leavesOneFileAfterARetry() throws IOException {
        outlet.deliver(connector, here(), VERA);
        Files.writeString(
                folder.resolve("files/drop/.part-k-1.csv"), "half of an earlier try, and much longer than it is");
        assertThat(outlet.deliver(connector, here(), VERA).result()).isEqualTo(Result.DELIVERED);
        assertThat(dropped()).containsExactly("k-1.csv");
        assertThat(text("k-1.csv")).hasLineCount(2).endsWith("a@b.example,Vera\r\n");
    }

    @Test
    void quotesJoinsAndDisarms() throws IOException {
        Map<String, List<String>> fields = new HashMap<>();
        fields.put("address", List.of("1, High Street\r\nBerlin"));
        fields.put("email", List.of("a@b.example", "c|d\\e@f.example"));
        fields.put("name", List.of("Vera \"V\" Ünlü"));
        fields.put("note", List.of("=1+1"));
        fields.put("phone", List.of("+49 30 1"));
        fields.put("surname", List.of("'t Hooft"));
        fields.put("tier", List.of());
        outlet.deliver(connector, here(), fields);
        assertThat(text("k-1.csv"))
                .endsWith("d-1,korax,delivery,DISCLOSURE,\"1, High Street\r\nBerlin\",a@b.example|c\\|d\\\\e@f.example,"
                        + "\"Vera \"\"V\"\" Ünlü\",'=1+1,'+49 30 1,''t Hooft,\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"@SUM(A1)", "-1", "\tx", "\rx"})
    void disarmsEverythingThatBeginsAFormula(String value) throws IOException {
        outlet.deliver(connector, here(), Map.of("note", List.of(value)));
        assertThat(text("k-1.csv")).matches("(?s).*DISCLOSURE,\"?'\\Q" + value + "\\E\"?\r\n");
    }

    @Test
    void sendsNothingToAServerWithAnotherKey() throws IOException, JSchException {
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        KeyPair.genKeyPair(new JSch(), KeyPair.ED25519).writePublicKey(other, "");
        Outlet.Ended ended = outlet.deliver(
                connector, here(other.toString(StandardCharsets.US_ASCII).strip()), VERA);
        assertThat(ended.result()).isEqualTo(Result.FAILED);
        assertThat(dropped()).isEmpty();
    }

    @Test
    void sendsNothingWithAKeyThatTheServerDoesNotKnow() throws IOException, JSchException {
        outlet.secret("korax.parcel-post", privateKey(KeyPair.genKeyPair(new JSch(), KeyPair.ED25519)));
        assertThat(outlet.deliver(connector, here(), VERA).result()).isEqualTo(Result.FAILED);
        assertThat(dropped()).isEmpty();
    }

    @Test
    void failsWhereTheFolderIsMissing() {
        Partner partner = Outlet.partner("sftp", "sftp://127.0.0.1:" + server.port() + "/elsewhere", here().settings());
        assertThat(outlet.deliver(connector, partner, VERA).result()).isEqualTo(Result.FAILED);
        assertThat(folder.resolve("files/elsewhere")).doesNotExist();
    }

    @Test
    void pinsTheKeyUnderTheNameOfTheServer() {
        String key = server.said("HOST-KEY");
        assertThat(knownHosts("sftp://files.example/in", key)).isEqualTo("files.example " + key + "\n");
        assertThat(knownHosts("sftp://files.example:22/in", key)).isEqualTo("files.example " + key + "\n");
        assertThat(knownHosts("sftp://files.example:2222/in", key)).isEqualTo("[files.example]:2222 " + key + "\n");
    }

    private String knownHosts(String endpoint, String key) {
        String uri = connector
                .parameters(Outlet.partner("sftp", endpoint, Map.of("username", "u", "host-key", key)))
                .get("knownHosts");
        assertThat(uri).matches("base64:[A-Za-z0-9]+={0,2}");
        return new String(Base64.getDecoder().decode(uri.substring("base64:".length())), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sftp://files.example/a/../b",
                "sftp://files.example/a%20b",
                "sftp://me@files.example/in",
                "sftp://[::1]/in",
                "ftp://files.example/in",
                "sftp://files.example/in?password=x"
            })
    void refusesAnAddressThatCouldBeMisread(String endpoint) {
        assertRefused(Outlet.partner("sftp", endpoint, here().settings()), "endpoint");
    }

    @ParameterizedTest
    @CsvSource({
        "host-key, ssh-ed25519 AAAA",
        "host-key, ssh-dss AAAAB3NzaC1lZDI1NTE5AAAAIKbiA1perpSWwxhrfWS4SqzWb6tti+eEObytH1VRCd+9",
        "host-key, ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIKbiA1perpSWwxhrfWS4SqzWb6tti+eEObytH1VRCd+9",
        "host-key, SHA256:abcdef",
        "host-key, ''",
        "username, a b",
        "password, hunter2",
        "credentials, other.partner"
    })
    void refusesASettingThatIsNone(String name, String value) {
        Map<String, String> settings = new HashMap<>(here().settings());
        settings.put(name, value);
        assertRefused(Outlet.partner("sftp", "sftp://files.example/in", settings), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host-key", "username"})
    void refusesAPartnerWithoutASettingThatItNeeds(String name) {
        Map<String, String> settings = new HashMap<>(here().settings());
        settings.remove(name);
        assertRefused(Outlet.partner("sftp", "sftp://files.example/in", settings), name);
    }

    @Test
    void passesAPartner() {
        assertThatCode(() -> connector.check(here())).doesNotThrowAnyException();
    }

    private void assertRefused(Partner partner, String field) {
        assertThatThrownBy(() -> connector.check(partner))
                .isInstanceOfSatisfying(PledgeException.class, e -> {
                    assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID);
                    assertThat(e.getMessage()).doesNotContain("hunter2");
                })
                .hasMessageContaining(field);
    }
}
