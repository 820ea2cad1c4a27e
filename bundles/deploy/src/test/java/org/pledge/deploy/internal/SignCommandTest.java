package org.pledge.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.deploy.ArtifactTrust.Target;

class SignCommandTest {
    private static final long NOW = 1_795_334_400;

    @TempDir
    Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String secret;
    private String trust;

    @BeforeEach
    void paths() {
        secret = root.resolve("keys/deploy.key").toString();
        trust = root.resolve("etc/keys/deploy").toString();
    }

    private int run(String... words) {
        return new SignCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC))
                .run(words);
    }

    private Path file(String name) throws IOException {
        return Files.writeString(root.resolve(name), "content of " + name);
    }

    private Signature signatureOf(Path file) throws IOException {
        return Signature.read(Files.readAllBytes(file.resolveSibling(file.getFileName() + ".sig")))
                .orElseThrow();
    }

    @Test
    void makesAKeyThatOnlyItsOwnerReadsAndTrustsItsOtherHalf() throws IOException {
        assertThat(run("key", "ops", "--key", secret, "--trust", trust)).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(secret))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(Path.of(trust, "ops.pub")))
                .startsWith("-----BEGIN PUBLIC KEY-----")
                .doesNotContain("PRIVATE");
    }

    @Test
    void overwritesNoKey() throws IOException {
        run("key", "ops", "--key", secret, "--trust", trust);
        String before = Files.readString(Path.of(secret));
        assertThat(run("key", "other", "--key", secret, "--trust", trust)).isEqualTo(1);
        assertThat(run("key", "ops", "--key", secret + "2", "--trust", trust)).isEqualTo(1);
        assertThat(Files.readString(Path.of(secret))).isEqualTo(before);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("is there already");
    }

    @Test
    void takesTheTargetFromTheName() throws IOException {
        run("key", "--key", secret, "--trust", trust);
        String[] names = {"a.jar", "a.camel.yaml", "a.camel.xml", "a.partner.yaml", "a.policy.yaml"};
        Target[] targets = {Target.BUNDLE, Target.ROUTE, Target.ROUTE, Target.PARTNER, Target.POLICY};
        for (int i = 0; i < names.length; i++) {
            Path file = file(names[i]);
            assertThat(run("sign", file.toString(), "--key", secret)).isZero();
            assertThat(signatureOf(file).target()).isEqualTo(targets[i]);
            assertThat(signatureOf(file).version()).isEqualTo(NOW);
        }
    }

    @Test
    void countsTheVersionUpEvenWhenTheClockStands() throws IOException {
        run("key", "--key", secret, "--trust", trust);
        Path file = file("a.policy.yaml");
        run("sign", file.toString(), "--key", secret);
        run("sign", file.toString(), "--key", secret);
        assertThat(signatureOf(file).version()).isEqualTo(NOW + 1);
    }

    @Test
    void signsSeveralFiles() throws IOException {
        run("key", "--key", secret, "--trust", trust);
        Path one = file("a.policy.yaml");
        Path two = file("b.policy.yaml");
        assertThat(run("sign", one.toString(), two.toString(), "--key", secret)).isZero();
        assertThat(signatureOf(two).name()).isEqualTo("b.policy.yaml");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("b.policy.yaml.sig: policy, version " + NOW);
    }

    @Test
    void saysWhatIsWrongAndWhatToDo() throws IOException {
        Path file = file("a.policy.yaml");
        assertWrong(1, "Make one: ./pledge key", "sign", file.toString(), "--key", secret);
        run("key", "--key", secret, "--trust", trust);
        assertWrong(1, "there is no", "sign", root.resolve("b.jar").toString(), "--key", secret);
        assertWrong(2, "add --target", "sign", file("a.txt").toString(), "--key", secret);
        assertWrong(2, "one of bundle, route", "sign", file.toString(), "--key", secret, "--target", "all");
        assertWrong(2, "needs a value", "sign", file.toString(), "--key");
        assertWrong(2, "no option --force", "sign", file.toString(), "--force", "yes");
        assertWrong(2, "no command 'sing'", "sing", file.toString());
        assertWrong(1, "rename it", "sign", file("my pack.policy.yaml").toString(), "--key", secret);
        assertWrong(1, "is no key", "sign", file.toString(), "--key", file.toString());
    }

    private void assertWrong(int code, String text, String... words) {
        err.reset();
        assertThat(run(words)).as(String.join(" ", words)).isEqualTo(code);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("pledge: ").contains(text);
    }

    @Test
    void helpsWhenAsked() {
        assertThat(run("sign", "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("pledge sign FILE");
        assertThat(run()).isEqualTo(2);
    }
}
