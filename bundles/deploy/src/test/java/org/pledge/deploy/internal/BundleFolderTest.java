package org.pledge.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Version;
import org.pledge.audit.Leaf;

class BundleFolderTest {
    private static final byte[] OURS = Bench.jar("org.pledge.a", "1.0.0");

    @TempDir
    Path root;

    private Bench bench;
    private Felix felix;
    private BundleFolder folder;
    private boolean booted = true;

    @BeforeEach
    void start() throws BundleException, IOException {
        bench = new Bench(root);
        bench.key("ops");
        Files.write(root.resolve("system/a.jar"), OURS);
        bench.ship();
        begin();
        felix.install("mvn:org.pledge/a/1.0.0", OURS).start();
    }

    @AfterEach
    void stop() throws BundleException, InterruptedException {
        felix.close();
    }

    private void begin() throws BundleException {
        felix = new Felix(bench).guarded();
        folder = new BundleFolder(
                felix.context(),
                root.resolve("deploy"),
                root,
                root.resolve("data/trust"),
                bench.trust,
                felix.veto,
                felix.digests,
                bench.shipped,
                () -> booted,
                bench.clock);
    }

    private Path drop(String name, byte[] jar) throws IOException {
        return Files.write(bench.deploy(name), jar);
    }

    private Path dropSigned(String name, byte[] jar) throws IOException {
        Path file = drop(name, jar);
        bench.after(Duration.ofSeconds(1));
        bench.sign(file, "ops");
        return file;
    }

    private void look() throws IOException {
        folder.look();
        folder.look();
        bench.after(Records.SETTLING);
        folder.look();
    }

    private String note(String name) throws IOException {
        return Files.readString(bench.deploy(name + ".refused"));
    }

    private Version version(String symbolicName) {
        Bundle bundle = felix.bundle(symbolicName).orElseThrow();
        assertThat(bundle.getState()).as(symbolicName).isEqualTo(Bundle.ACTIVE);
        return bundle.getVersion();
    }

    @Test
    void tellsThatNothingComesOfAFileOfAnotherKindAndOnlyOfThat() throws IOException {
        Path kar = drop("more.kar", Bench.jar("org.example.b", "1.0.0"));
        bench.sign(kar, "ops", "--target", "bundle");
        drop("README", new byte[0]);
        drop(".half", new byte[0]);
        drop("orders.camel.yaml", new byte[0]);
        drop("orders.camel.yaml.sig", new byte[0]);
        drop("orders.camel.yaml.refused", new byte[0]);
        drop("gone.kar.refused", new byte[0]);
        look();
        look();
        assertThat(note("more.kar")).contains("UNKNOWN_KIND", "signed file of one of these kinds");
        assertThat(bench.deploy("README.refused")).doesNotExist();
        assertThat(bench.deploy("gone.kar.refused.refused")).doesNotExist();
        assertThat(bench.deploy(".half.refused")).doesNotExist();
        assertThat(bench.deploy("more.kar.sig.refused")).doesNotExist();
        assertThat(bench.reasons()).containsExactly("UNKNOWN_KIND");
        Files.delete(kar);
        Files.delete(bench.deploy("more.kar.sig"));
        look();
        assertThat(bench.deploy("more.kar.refused")).doesNotExist();
    }

    @Test
    void installsReplacesAndRemovesASignedJar() throws IOException {
        Path file = dropSigned("b.jar", Bench.jar("org.example.b", "1.0.0"));
        look();
        assertThat(version("org.example.b")).isEqualTo(new Version("1.0.0"));
        dropSigned("b.jar", Bench.jar("org.example.b", "1.1.0"));
        look();
        assertThat(version("org.example.b")).isEqualTo(new Version("1.1.0"));
        Files.delete(file);
        look();
        assertThat(felix.bundle("org.example.b")).isEmpty();
        assertThat(bench.settled())
                .extracting(Leaf::act)
                .containsExactly(Leaf.Act.ARTIFACT_ACCEPTED, Leaf.Act.ARTIFACT_ACCEPTED);
    }

    /** What a hostile or careless hand does with the signed jar b.jar before the platform looks. */
    private interface Deed {
        void to(Path file, Bench bench) throws IOException;
    }

    private static Path signatureOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".sig");
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                arguments("UNSIGNED", (Deed) (file, bench) -> Files.delete(signatureOf(file))),
                arguments("UNTRUSTED_KEY", (Deed) (file, bench) -> {
                    bench.key("stranger");
                    Files.delete(bench.keys().resolve("stranger.pub"));
                    bench.sign(file, "stranger");
                }),
                arguments("UNTRUSTED_KEY", (Deed)
                        (file, bench) -> Files.delete(bench.keys().resolve("ops.pub"))),
                arguments("ALTERED", (Deed) (file, bench) -> Files.write(file, Bench.jar("org.example.b", "6.6.6"))),
                arguments("ALTERED", (Deed) (file, bench) -> {
                    Files.move(file, bench.deploy("c.jar"));
                    Files.move(signatureOf(file), bench.deploy("c.jar.sig"));
                }),
                arguments("ALTERED", (Deed) (file, bench) -> bench.sign(file, "ops", "--target", "route")),
                arguments("ALTERED", (Deed) (file, bench) -> {
                    Path other = Files.write(bench.root.resolve("other.jar"), Bench.jar("org.example.o", "1"));
                    bench.sign(other, "ops");
                    Files.copy(signatureOf(other), signatureOf(file), StandardCopyOption.REPLACE_EXISTING);
                }),
                arguments("MALFORMED", (Deed) (file, bench) -> Files.writeString(signatureOf(file), "signed: yes")),
                arguments("INCOMPLETE", (Deed) (file, bench) -> {
                    byte[] jar = Files.readAllBytes(file);
                    Files.write(file, Arrays.copyOf(jar, jar.length - 30));
                }),
                arguments("UNSAFE_ENTRY", (Deed) (file, bench) -> {
                    byte[] jar = Bench.jar("org.example.b", "1.0.0");
                    String text = new String(jar, java.nio.charset.StandardCharsets.ISO_8859_1);
                    Files.write(
                            file,
                            text.replace("content.txt", "../ontent.tx")
                                    .replace("../ontent.tx", "../ntent.tx")
                                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                    bench.sign(file, "ops");
                }),
                arguments("NAME_TAKEN", (Deed) (file, bench) -> {
                    Files.write(file, Bench.jar("org.pledge.a", "0.9.0"));
                    bench.sign(file, "ops");
                }));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void nothingOfABadJarResolvesAndTheRefusalIsRecordedOnce(String reason, Deed deed) throws IOException {
        deed.to(dropSigned("b.jar", Bench.jar("org.example.b", "1.0.0")), bench);
        look();
        look();
        assertThat(felix.bundle("org.example.b")).isEmpty();
        assertThat(version("org.pledge.a")).isEqualTo(new Version("1.0.0"));
        assertThat(bench.reasons()).containsExactly(reason);
        String name = Files.exists(bench.deploy("c.jar")) ? "c.jar" : "b.jar";
        assertThat(note(name)).contains("(" + reason + ")", "It is not installed.");
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aBadJarLeavesTheRunningVersion(String reason, Deed deed) throws IOException {
        Path file = dropSigned("b.jar", Bench.jar("org.example.b", "1.0.0"));
        look();
        deed.to(dropSigned("b.jar", Bench.jar("org.example.b", "1.1.0")), bench);
        if (Files.exists(file)) {
            look();
            assertThat(version("org.example.b")).isEqualTo(new Version("1.0.0"));
            assertThat(note("b.jar")).contains("(" + reason + ")", "Its earlier version keeps running.");
        }
    }

    @Test
    void refusesADowngrade() throws IOException {
        byte[] old = Bench.jar("org.example.b", "1.0.0");
        Path file = dropSigned("b.jar", old);
        byte[] signature = Files.readAllBytes(signatureOf(file));
        look();
        dropSigned("b.jar", Bench.jar("org.example.b", "1.1.0"));
        look();
        drop("b.jar", old);
        Files.write(signatureOf(file), signature);
        look();
        assertThat(version("org.example.b")).isEqualTo(new Version("1.1.0"));
        assertThat(bench.reasons()).containsExactly("DOWNGRADED");
    }

    @Test
    void waitsForASignatureThatArrivesLater() throws IOException {
        Path file = drop("b.jar", Bench.jar("org.example.b", "1.0.0"));
        folder.look();
        folder.look();
        assertThat(bench.deploy("b.jar.refused")).doesNotExist();
        bench.after(Duration.ofSeconds(1));
        bench.sign(file, "ops");
        look();
        assertThat(version("org.example.b")).isEqualTo(new Version("1.0.0"));
        assertThat(bench.reasons()).isEmpty();
    }

    @Test
    void takesAJarOnlyWhenTwoLooksFoundItTheSame() throws IOException {
        byte[] jar = Bench.jar("org.example.b", "1.0.0");
        dropSigned("b.jar", jar);
        drop("b.jar", Arrays.copyOf(jar, 100));
        folder.look();
        drop("b.jar", Arrays.copyOf(jar, 200));
        folder.look();
        drop("b.jar", jar);
        folder.look();
        assertThat(felix.bundle("org.example.b")).isEmpty();
        folder.look();
        assertThat(version("org.example.b")).isEqualTo(new Version("1.0.0"));
        assertThat(bench.reasons()).isEmpty();
    }

    @Test
    void updatesABundleOfTheDistributionAndBringsItBackOnDeletion() throws IOException {
        Path file = dropSigned("a.jar", Bench.jar("org.pledge.a", "1.1.0"));
        look();
        assertThat(version("org.pledge.a")).isEqualTo(new Version("1.1.0"));
        Files.delete(file);
        look();
        assertThat(version("org.pledge.a")).isEqualTo(new Version("1.0.0"));
        assertThat(felix.bundle("org.pledge.a").orElseThrow().getLocation()).isEqualTo("mvn:org.pledge/a/1.0.0");
    }

    @Test
    void bringsTheDistributionBackAlsoWhenTheJarWentWhileThePlatformWasStopped() throws Exception {
        Path file = dropSigned("a.jar", Bench.jar("org.pledge.a", "1.1.0"));
        look();
        felix.close();
        Files.delete(file);
        bench.restart();
        begin();
        assertThat(version("org.pledge.a")).isEqualTo(new Version("1.1.0"));
        look();
        assertThat(version("org.pledge.a")).isEqualTo(new Version("1.0.0"));
    }

    @Test
    void runsTheSameAfterARestart() throws Exception {
        dropSigned("b.jar", Bench.jar("org.example.b", "1.0.0"));
        look();
        felix.close();
        bench.restart();
        begin();
        assertThat(version("org.example.b")).isEqualTo(new Version("1.0.0"));
        look();
        assertThat(version("org.example.b")).isEqualTo(new Version("1.0.0"));
        assertThat(bench.settled()).hasSize(1);
    }

    @Test
    void keepsTheRunningVersionWhenTheNewOneDoesNotResolve() throws IOException {
        dropSigned("b.jar", Bench.jar("org.example.b", "1.0.0"));
        look();
        dropSigned("b.jar", Bench.jar("org.example.b", "1.1.0", Map.of("Import-Package", "not.there")));
        look();
        assertThat(version("org.example.b")).isEqualTo(new Version("1.0.0"));
        assertThat(note("b.jar")).contains("not.there");
        dropSigned("b.jar", Bench.jar("org.example.b", "1.2.0"));
        look();
        assertThat(version("org.example.b")).isEqualTo(new Version("1.2.0"));
        assertThat(bench.deploy("b.jar.refused")).doesNotExist();
    }

    @Test
    void installsAJarWhoseImportsArriveLater() throws IOException {
        dropSigned("b.jar", Bench.jar("org.example.b", "1.0.0", Map.of("Import-Package", "x")));
        look();
        assertThat(felix.bundle("org.example.b")).isEmpty();
        dropSigned("x.jar", Bench.jar("org.example.x", "1.0.0", Map.of("Export-Package", "x")));
        look();
        look();
        assertThat(version("org.example.b")).isEqualTo(new Version("1.0.0"));
        assertThat(bench.deploy("b.jar.refused")).doesNotExist();
    }

    @Test
    void doesNotTakeTheNameOfAnotherJarOrOfThisBundleOrTheFramework() throws IOException {
        dropSigned("b.jar", Bench.jar("org.example.b", "1.0.0"));
        look();
        dropSigned("c.jar", Bench.jar("org.example.b", "2.0.0"));
        dropSigned("d.jar", Bench.jar("org.apache.felix.framework", "99.0.0"));
        look();
        assertThat(version("org.example.b")).isEqualTo(new Version("1.0.0"));
        assertThat(bench.reasons()).containsExactlyInAnyOrderElementsOf(List.of("NAME_TAKEN", "NAME_TAKEN"));
    }

    @Test
    void doesNothingBeforeTheDistributionIsInstalled() throws IOException {
        booted = false;
        dropSigned("b.jar", Bench.jar("org.example.b", "1.0.0"));
        look();
        assertThat(felix.bundle("org.example.b")).isEmpty();
        booted = true;
        look();
        assertThat(version("org.example.b")).isEqualTo(new Version("1.0.0"));
    }
}
