package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.sharing.internal.World.KORAX;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pledge.PledgeException;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy.Need;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService.Check;

@Timeout(60)
class PartnerTrialTest {
    private final World world = new World();
    private final Standings standings = new Standings(world.policies, world.clock);

    @AfterEach
    void close() {
        world.close();
    }

    private static Partner partner(String connector, String endpoint, Map<String, String> settings) {
        Partner acme = World.partner("acme", "marketing-partner", Set.of("email"), Set.of("newsletter"));
        return new Partner(
                KORAX,
                acme.name(),
                acme.recipient(),
                acme.agreement(),
                connector,
                URI.create(endpoint),
                settings,
                false,
                0);
    }

    private static Partner rest(String endpoint) {
        return partner("rest", endpoint, Map.of());
    }

    private List<Check> checks(Partner partner, Duration patience) {
        return new PartnerTrial(partner, standings, List.copyOf(world.connectors), List.of(world.secrets), patience)
                .run();
    }

    private Check check(String what, Partner partner) {
        return checks(partner, Duration.ofSeconds(5)).stream()
                .filter(check -> check.what().equals(what))
                .findFirst()
                .orElseThrow();
    }

    /** A port on which nobody listens any more. */
    private static int closedPort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }

    private static void failed(Check check, String text) {
        assertThat(check.passed()).isFalse();
        assertThat(check.text()).contains(text);
        assertThat(check.remedy()).isNotEmpty();
    }

    @Test
    void aPartnerThatIsAsItHasToBePassesEveryCheckAndReadsNothing() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = server.accept()) {
                    return socket.getInputStream().read();
                } catch (IOException e) {
                    return -2;
                }
            });
            world.put(rest("http://127.0.0.1:" + server.getLocalPort() + "/in"));
            List<Check> checks = world.partners.test(world.integrator, "acme");
            assertThat(checks)
                    .extracting(Check::what)
                    .containsExactly("policy", "agreement", "attestation", "connector", "secret", "connection");
            assertThat(checks).allSatisfy(check -> {
                assertThat(check.passed()).isTrue();
                assertThat(check.remedy()).isEmpty();
            });
            assertThat(read.join()).isEqualTo(-1);
        }
        assertThat(world.audit.leaves(Leaf.Act.PARTNER_TESTED)).singleElement().satisfies(leaf -> {
            assertThat(leaf.actor()).isEqualTo("ines");
            assertThat(leaf.details()).containsEntry("partner", "acme").containsEntry("failed", "none");
        });
    }

    @Test
    void theRecordNamesTheChecksThatFailed() throws IOException {
        world.put(rest("http://127.0.0.1:" + closedPort() + "/in"));
        world.clock.set(Instant.parse("2027-01-01T00:00:00Z"));
        world.partners.test(world.operator, "acme");
        assertThat(world.audit.leaves(Leaf.Act.PARTNER_TESTED))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details()).containsEntry("failed", "agreement,connection"));
    }

    @Test
    void takesAnIntegratorOrAnOperatorAndAPartnerThatIsThere() {
        assertThatThrownBy(() -> world.partners.test(world.officer, "mailhaus"))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.DENIED));
        assertThatThrownBy(() -> world.partners.test(world.integrator, "nobody"))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.NOT_FOUND));
        assertThat(world.audit.leaves(Leaf.Act.PARTNER_TESTED)).isEmpty();
    }

    @Test
    void namesWhatThePolicyDoesNotKnow() throws IOException {
        Partner odd = World.partner("acme", "somebody", Set.of("email", "shoe-size"), Set.of("moon-mail"));
        failed(check("policy", odd), "version 1 does not know field shoe-size, purpose moon-mail, recipient somebody");
    }

    @Test
    void namesTheStatementThatIsMissing() {
        world.policies.add(World.policy(2)
                .rule("marketing-partner", "newsletter", "email", Need.OPT_IN, "KX-14", World.NO_RETENTION));
        failed(check("attestation", rest("http://127.0.0.1:9/")), "no-retention is missing");
    }

    @Test
    void saysWhichConnectorsThereAre() {
        failed(check("connector", partner("sftp", "sftp://127.0.0.1:9/in", Map.of())), "sftp is not installed");
        world.connectors.add(FakeConnector.sftp());
        failed(check("connector", partner("sftp", "sftp://127.0.0.1:9/in", Map.of())), "settings.host-key is missing");
    }

    @Test
    void looksForTheSecret() {
        Partner named = partner("sftp", "sftp://127.0.0.1:9/", Map.of("credentials", "korax.acme-key"));
        failed(check("secret", named), "korax.acme-key is not there");
        world.secrets.keep("korax.acme-key", "s3cret");
        assertThat(check("secret", named)).isEqualTo(new Check("secret", true, "korax.acme-key is there", ""));
        assertThat(check("secret", rest("http://127.0.0.1:9/")))
                .isEqualTo(new Check("secret", true, "korax.acme is made at the first delivery", ""));
        assertThat(check("secret", partner("sftp", "sftp://127.0.0.1:9/", Map.of()))
                        .passed())
                .isTrue();
        failed(check("secret", partner("sftp", "sftp://127.0.0.1:9/", Map.of("credentials", "anyip.x"))), "begin with");
        assertThat(new PartnerTrial(named, standings, List.of(), List.of(), Duration.ofSeconds(5)).run())
                .anySatisfy(check -> failed(check, "secrets cannot be read now"));
    }

    @Test
    void aServerThatIsAwayOrSpeaksNoTlsFails() throws IOException {
        failed(check("connection", rest("http://127.0.0.1:" + closedPort() + "/")), "does not answer");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            failed(check("connection", rest("https://127.0.0.1:" + server.getLocalPort() + "/")), "does not answer");
            answer.join();
        }
    }

    @Test
    void doesNotWaitForAServerThatStaysSilent() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Check check = checks(rest("https://127.0.0.1:" + server.getLocalPort() + "/"), Duration.ofMillis(200))
                    .get(5);
            failed(check, "SocketTimeoutException");
        }
    }
}
