package org.pledge.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

class VetoTest {
    private static final byte[] OURS = Bench.jar("org.pledge.a", "1.0.0");
    private static final byte[] STRANGE = Bench.jar("org.example.b", "1.0.0");

    @TempDir
    Path root;

    private Bench bench;
    private Felix felix;

    @BeforeEach
    void start() throws BundleException, IOException {
        bench = new Bench(root);
        bench.key("ops");
        Files.write(root.resolve("system/a.jar"), OURS);
        bench.ship();
        felix = new Felix(bench);
    }

    @AfterEach
    void stop() throws BundleException, InterruptedException {
        felix.close();
    }

    private static void assertKeptOut(Bundle bundle) {
        assertThatThrownBy(bundle::start).isInstanceOf(BundleException.class);
        assertThat(bundle.getState()).isEqualTo(Bundle.INSTALLED);
    }

    @Test
    void a_bundle_of_the_distribution_resolves() throws BundleException {
        felix.guarded();
        Bundle bundle = felix.install("mvn:org.pledge/a/1.0.0", OURS);
        bundle.start();
        assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(bench.settled()).isEmpty();
    }

    @Test
    void a_bundle_used_in_place_from_the_distribution_resolves() throws BundleException {
        felix.guarded();
        Bundle bundle = felix.context()
                .installBundle("reference:"
                        + root.resolve("system/a.jar").toUri().toString().replace("///", "/"));
        bundle.start();
        assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void any_other_bundle_stays_installed_whatever_installed_it_and_is_recorded_once() throws BundleException {
        felix.guarded();
        Bundle shell = felix.install("http://bundles.example.org/b.jar", STRANGE);
        Bundle feature = felix.install("mvn:org.pledge/a/9", Bench.jar("org.example.c", "1.0.0"));
        for (int i = 0; i < 3; i++) {
            assertKeptOut(shell);
            assertThat(felix.resolves(shell, feature)).isFalse();
            assertKeptOut(feature);
        }
        assertThat(bench.settled())
                .extracting(leaf -> leaf.details().get("artifact"), leaf -> leaf.details()
                        .get("reason"))
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("org.example.b", "UNSIGNED"),
                        org.assertj.core.groups.Tuple.tuple("org.example.c", "UNSIGNED"));
    }

    @Test
    void without_the_veto_such_a_bundle_would_resolve() throws BundleException {
        assertThat(felix.resolves(felix.install("http://bundles.example.org/b.jar", STRANGE)))
                .isTrue();
    }

    @Test
    void a_bundle_of_the_distribution_may_not_be_wired_to_another() throws BundleException {
        felix.guarded();
        felix.install("file:/x.jar", Bench.jar("org.example.x", "1", Map.of("Export-Package", "x")));
        byte[] needs = Bench.jar("org.pledge.n", "1", Map.of("Import-Package", "x"));
        Bundle bundle = felix.install("mvn:n", needs);
        felix.veto.beginTrial(Signature.sha256(needs));
        assertKeptOut(bundle);
    }

    @Test
    void an_untrusted_bundle_is_in_nobodys_way() throws Exception {
        byte[] provider = Bench.jar("org.pledge.p", "1", Map.of("Export-Package", "p"));
        byte[] needs = Bench.jar("org.pledge.n", "1", Map.of("Import-Package", "p,org.osgi.framework"));
        Files.write(root.resolve("system/p.jar"), provider);
        Files.write(root.resolve("system/n.jar"), needs);
        bench.ship();
        felix.guarded();
        felix.install("mvn:p", provider).start();
        Bundle strange = felix.install("file:/b.jar", STRANGE);
        assertKeptOut(strange);
        Bundle bundle = felix.install("mvn:n", needs);
        bundle.start();
        assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
        assertKeptOut(strange);
    }

    @Test
    void an_untrusted_fragment_does_not_attach_to_a_trusted_host() throws BundleException {
        felix.guarded();
        Bundle fragment =
                felix.install("file:/f.jar", Bench.jar("org.example.f", "1", Map.of("Fragment-Host", "org.pledge.a")));
        felix.install("mvn:a", OURS).start();
        assertThat(fragment.getState()).isEqualTo(Bundle.INSTALLED);
    }

    @Test
    void a_trusted_bundle_updated_to_other_bytes_does_not_resolve() throws BundleException {
        felix.guarded();
        Bundle bundle = felix.install("mvn:org.pledge/a/1.0.0", OURS);
        bundle.start();
        bundle.stop();
        bundle.update(new ByteArrayInputStream(Bench.jar("org.pledge.a", "2.0.0")));
        assertKeptOut(bundle);
        bundle.update(new ByteArrayInputStream(OURS));
        bundle.start();
        assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void a_local_jar_with_its_signature_beside_it_resolves_once_it_is_there() throws Exception {
        felix.guarded();
        Path file = Files.write(root.resolve("b.jar"), STRANGE);
        Bundle bundle = felix.install(file.toUri().toString(), STRANGE);
        assertKeptOut(bundle);
        bench.sign(file, "ops");
        bundle.start();
        assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void a_local_jar_swapped_after_it_was_installed_does_not_lend_its_signature() throws Exception {
        felix.guarded();
        Path file = Files.write(root.resolve("b.jar"), STRANGE);
        bench.sign(file, "ops");
        Bundle bundle = felix.install(file.toUri().toString(), Bench.jar("org.example.b", "6.6.6"));
        assertKeptOut(bundle);
    }

    @Test
    void a_signed_bundle_resolves_no_more_once_its_key_is_removed() throws Exception {
        felix.guarded();
        Path file = Files.write(root.resolve("b.jar"), STRANGE);
        bench.sign(file, "ops");
        Bundle bundle = felix.install(file.toUri().toString(), STRANGE);
        Files.delete(bench.keys().resolve("ops.pub"));
        assertKeptOut(bundle);
    }

    @Test
    void without_the_list_of_the_distribution_nothing_resolves() throws Exception {
        felix.guarded();
        Files.delete(root.resolve("etc/keys/shipped.sha256"));
        assertKeptOut(felix.install("mvn:org.pledge/a/1.0.0", OURS));
    }

    @Test
    void what_resolved_before_the_veto_was_there_is_taken_back() throws BundleException {
        Bundle early = felix.install("file:/b.jar", STRANGE);
        Bundle ours = felix.install("mvn:a", OURS);
        early.start();
        ours.start();
        felix.guarded();
        assertThat(felix.veto.sweep(felix.context())).isEqualTo(1);
        await().until(() -> early.getState() == Bundle.INSTALLED);
        assertThat(ours.getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void a_test_may_name_locations_that_are_trusted() throws Exception {
        stop();
        felix = new Felix(bench, "local").guarded();
        felix.install("local", STRANGE).start();
        assertKeptOut(felix.install("remote", Bench.jar("org.example.c", "1")));
    }
}
