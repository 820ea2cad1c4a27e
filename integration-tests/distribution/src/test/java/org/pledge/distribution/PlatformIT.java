package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.pledge.demo.Stage;
import org.pledge.demo.Story;
import org.pledge.demo.Tenant;
import org.pledge.demo.Yaml;

/** The story and the launcher, over real sockets, against the platform as a user starts it. */
class PlatformIT {
    private static final Path POLICIES = Path.of(System.getProperty("policies"));
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Platform platform;

    @BeforeAll
    static void start() {
        platform = Platform.unpack("platform");
        platform.start();
    }

    @AfterAll
    static void stop() {
        platform.pledge("stop");
    }

    @TestFactory
    Stream<DynamicTest> theSameRequestGetsFiveAnswers() throws IOException, InterruptedException {
        Stage stage =
                new Stage(platform.launcher(), platform.url(), platform.home().resolve("data/demo"), false);
        Story story = stage.story();
        List<DynamicTest> steps = new ArrayList<>();
        for (JsonNode question : Yaml.read(POLICIES.resolve("questions.yaml")).path("questions")) {
            for (Tenant tenant : stage.tenants()) {
                JsonNode right = Yaml.read(POLICIES.resolve(tenant.name() + ".answers.yaml"))
                        .path("answers")
                        .path(question.path("id").asText());
                steps.add(DynamicTest.dynamicTest(question.path("id").asText() + " " + tenant.name(), () -> {
                    Story.Step step = story.play(tenant, question, right);
                    assertThat(step.fault()).as(step.sentence()).isEmpty();
                }));
            }
        }
        assertThat(steps).hasSize(50);
        steps.add(DynamicTest.dynamicTest("no connection was opened without a permission", () -> {
            assertThat(story.strayConnections()).isEmpty();
            stage.close();
        }));
        return steps.stream();
    }

    @Test
    void aCommandWithoutATerminalPrintsItsTableAndReturnsItsExitCode() {
        Platform.Result list = platform.pledge("shell", "policy:list");
        assertThat(list.code()).isZero();
        assertThat(list.out()).contains("Korax Web Services", "Opentracker.net");

        Platform.Result denied =
                platform.pledge("shell", "policy:explain --tenant anonymizer marketing-partner marketing email");
        assertThat(denied.code()).isEqualTo(3);
        assertThat(denied.out()).contains("DENIED by AN-12");
    }

    @Test
    void statusSaysThatThePlatformIsUp() {
        Platform.Result status = platform.pledge("status");

        assertThat(status.code()).isZero();
        assertThat(status.out()).contains("UP");
    }

    @Test
    void theLogShowsNeitherEmailsNorAddressesNorCardNumbers() {
        Path log = platform.home().resolve("data/log/karaf.log");

        platform.pledge(
                "shell",
                "log:log --level ERROR \"canary someone@mail.example 192.0.2.7 2001:db8::5 fe80::1 4111111111111111 end\"");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(Files.readString(log))
                .contains("canary [email] [address] [address] [address] [number] end"));
        assertThat(log).content().doesNotContain("someone@mail", "192.0.2.7", "2001:db8", "fe80", "4111111111");
    }

    @Test
    void aTakenPortIsNamedTogetherWithTheFileThatChangesIt() {
        Platform other = Platform.unpack("other");

        Platform.Result start = other.pledge(Map.of("PLEDGE_HTTP_PORT", String.valueOf(platform.httpPort())), "start");

        assertThat(start.code()).isEqualTo(1);
        assertThat(start.out())
                .contains(
                        "port " + platform.httpPort() + " is taken", "PLEDGE_HTTP_PORT=PORT", "org.ops4j.pax.web.cfg");
    }

    @Test
    void eachCommandOfTheLauncherTellsItsUsage() {
        for (String command : List.of("start", "stop", "status", "shell", "logs", "demo", "build", "sign", "key")) {
            Platform.Result help = platform.pledge(command, "--help");
            assertThat(help.code()).as(command).isZero();
            assertThat(help.out()).contains("pledge " + command);
        }
        assertThat(platform.pledge("stop", "now").code()).isEqualTo(1);
        assertThat(platform.pledge("status").code()).as("still running").isZero();
    }

    @Test
    void theExitCodeOfStatusTellsAStoppedPlatformFromOneThatDied() throws IOException {
        Platform other = Platform.unpack("status");

        assertThat(other.pledge("status").code()).isEqualTo(3);
        Process ended = new ProcessBuilder("true").start();
        await().atMost(PATIENCE).until(() -> !ended.isAlive());
        Files.writeString(
                Files.createDirectories(other.home().resolve("data")).resolve("pledge.pid"), ended.pid() + "\n");
        Platform.Result died = other.pledge("status");
        assertThat(died.code()).isEqualTo(1);
        assertThat(died.out()).contains("ended by itself");
    }

    @Test
    void aKeyIsTrustedInTheFolderThatIsNamed() {
        Path folder = platform.home().resolve("elsewhere");

        Platform.Result key = platform.pledge(
                "key", "ops", "--key", folder.resolve("ops.key").toString(), "--trust", folder.toString());

        assertThat(key.code()).as(key.out()).isZero();
        assertThat(folder.resolve("ops.pub")).exists();
        assertThat(platform.home().resolve("etc/keys/deploy/ops.pub")).doesNotExist();
    }

    @Test
    void anotherJavaIsRefusedByName() throws IOException {
        Path java = Files.createDirectories(Path.of("target/java11/bin").toAbsolutePath())
                .resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Platform other = Platform.unpack("java");

        Platform.Result start =
                other.pledge(Map.of("JAVA_HOME", java.getParent().getParent().toString()), "start");

        assertThat(start.code()).isEqualTo(1);
        assertThat(start.out()).contains("Java 11 is not supported. Install JDK 17");
    }

    @Test
    void aSixthPackDroppedIntoTheRunningPlatformIsInForce() throws IOException {
        String korax = Files.readString(POLICIES.resolve("korax.policy.yaml"));
        platform.deploy(
                platform.home().resolve("etc/policies/sixth.policy.yaml"),
                korax.replace("tenant: korax", "tenant: sixth").replace("Korax Web Services", "Sixth"));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        platform.pledge("shell", "policy:list").out())
                .contains("sixth"));
    }

    @Test
    void aBrokenPackIsRefusedBesideItselfAndTheOldVersionStays() throws IOException {
        Path pack = platform.home().resolve("etc/policies/iwebtrack.policy.yaml");
        String text = Files.readString(pack);
        platform.deploy(pack, text.replace("version: 2", "version: 3").replace("basis: contract", "basis: whim"));
        Path report = pack.resolveSibling(pack.getFileName() + ".refused");

        await().atMost(PATIENCE).until(() -> Files.exists(report));

        assertThat(Files.readString(report)).contains("iwebtrack.policy.yaml:", "basis");
        assertThat(platform.pledge("shell", "policy:show --tenant iwebtrack").out())
                .contains("version 2");
        platform.deploy(pack, text);
        await().atMost(PATIENCE).until(() -> !Files.exists(report));
    }

    @Test
    void aPackThatIsNotSignedIsRefusedBesideItself() throws IOException {
        Path pack = platform.home().resolve("etc/policies/seventh.policy.yaml");
        Files.writeString(
                pack,
                Files.readString(POLICIES.resolve("korax.policy.yaml"))
                        .replace("tenant: korax", "tenant: seventh")
                        .replace("Korax Web Services", "Seventh"));
        Path report = pack.resolveSibling(pack.getFileName() + ".refused");

        await().atMost(PATIENCE).until(() -> Files.exists(report) && Files.size(report) > 0);

        assertThat(Files.readString(report)).contains("UNSIGNED", "./pledge sign seventh.policy.yaml");
        assertThat(platform.pledge("shell", "policy:list").out()).doesNotContain("seventh");
    }
}
