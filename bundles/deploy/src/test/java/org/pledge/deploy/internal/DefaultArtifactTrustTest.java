package org.pledge.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.audit.Leaf;
import org.pledge.deploy.ArtifactTrust.Reason;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.deploy.ArtifactTrust.Verdict;

class DefaultArtifactTrustTest {
    private static final byte[] ROUTES = "- route: {}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path root;

    private Bench bench;
    private Path file;

    @BeforeEach
    void aSignedFile() throws IOException {
        bench = new Bench(root);
        bench.key("ops");
        file = write("orders.camel.yaml", ROUTES);
        bench.sign(file, "ops");
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(bench.deploy(name), content);
    }

    private Path signature(Path of) {
        return of.resolveSibling(of.getFileName() + ".sig");
    }

    private Verdict check(Path of, Target target) throws IOException {
        return bench.trust.check(of, Files.readAllBytes(of), target);
    }

    private void assertTrusted(Path of, Target target) throws IOException {
        assertThat(check(of, target)).isInstanceOf(Verdict.Trusted.class);
    }

    private void assertRefused(Path of, Target target, Reason reason) throws IOException {
        assertThat(check(of, target))
                .isInstanceOfSatisfying(Verdict.Refused.class, refused -> assertThat(refused.reason())
                        .as(refused.text())
                        .isEqualTo(reason));
        assertThat(bench.reasons()).containsExactly(reason.name());
    }

    @Test
    void trusts_what_a_trusted_key_signed_and_records_it_once() throws IOException {
        assertTrusted(file, Target.ROUTE);
        assertTrusted(file, Target.ROUTE);
        bench.restart();
        assertTrusted(file, Target.ROUTE);
        assertThat(bench.settled()).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Leaf.Act.ARTIFACT_ACCEPTED);
            assertThat(leaf.tenant().value()).isEqualTo("platform");
            assertThat(leaf.details())
                    .containsEntry("artifact", "orders.camel.yaml")
                    .containsEntry("target", "ROUTE")
                    .containsKeys("key", "version", "sha256");
        });
    }

    @Test
    void refuses_what_is_not_signed() throws IOException {
        Files.delete(signature(file));
        assertRefused(file, Target.ROUTE, Reason.UNSIGNED);
    }

    @Test
    void refuses_a_signature_that_cannot_be_read() throws IOException {
        Files.writeString(signature(file), Files.readString(signature(file)).replace("version:", "versions:"));
        assertRefused(file, Target.ROUTE, Reason.MALFORMED);
    }

    @Test
    void refuses_an_empty_signature() throws IOException {
        Files.writeString(signature(file), "");
        assertRefused(file, Target.ROUTE, Reason.MALFORMED);
    }

    @Test
    void refuses_a_key_that_is_not_trusted() throws IOException {
        bench.key("stranger");
        Files.delete(bench.keys().resolve("stranger.pub"));
        bench.sign(file, "stranger");
        assertRefused(file, Target.ROUTE, Reason.UNTRUSTED_KEY);
    }

    @Test
    void refuses_a_key_that_was_removed() throws IOException {
        assertTrusted(file, Target.ROUTE);
        Files.delete(bench.keys().resolve("ops.pub"));
        assertRefused(file, Target.ROUTE, Reason.UNTRUSTED_KEY);
    }

    @Test
    void refuses_a_key_that_has_expired() throws IOException {
        Path key = bench.keys().resolve("ops.pub");
        Files.writeString(key, "expires: 2026-11-22T08:00:10Z\n" + Files.readString(key));
        assertTrusted(file, Target.ROUTE);
        bench.after(Duration.ofSeconds(10));
        assertRefused(file, Target.ROUTE, Reason.UNTRUSTED_KEY);
    }

    @Test
    void refuses_when_no_key_file_can_be_read() throws IOException {
        Files.writeString(bench.keys().resolve("ops.pub"), "expires: next year\n");
        assertRefused(file, Target.ROUTE, Reason.UNTRUSTED_KEY);
    }

    @Test
    void refuses_altered_content() throws IOException {
        Files.writeString(file, "- route: {id: other}");
        assertRefused(file, Target.ROUTE, Reason.ALTERED);
    }

    @Test
    void refuses_another_name() throws IOException {
        Path renamed = write("other.camel.yaml", ROUTES);
        Files.copy(signature(file), signature(renamed));
        assertRefused(renamed, Target.ROUTE, Reason.ALTERED);
    }

    @Test
    void refuses_another_name_written_into_the_signature() throws IOException {
        Path renamed = write("other.camel.yaml", ROUTES);
        Files.writeString(
                signature(renamed), Files.readString(signature(file)).replace("orders.camel.yaml", "other.camel.yaml"));
        assertRefused(renamed, Target.ROUTE, Reason.ALTERED);
    }

    @Test
    void refuses_another_target() throws IOException {
        assertRefused(file, Target.POLICY, Reason.ALTERED);
    }

    @Test
    void refuses_the_signature_of_another_file() throws IOException {
        Path other = write("other.camel.yaml", "- route: {id: x}".getBytes(StandardCharsets.UTF_8));
        bench.sign(other, "ops");
        Files.copy(signature(other), signature(file), StandardCopyOption.REPLACE_EXISTING);
        assertRefused(file, Target.ROUTE, Reason.ALTERED);
    }

    @Test
    void refuses_a_higher_version_written_into_the_signature() throws IOException {
        Files.writeString(signature(file), Files.readString(signature(file)).replaceFirst("version: 1", "version: 2"));
        assertRefused(file, Target.ROUTE, Reason.ALTERED);
    }

    @Test
    void refuses_an_older_version_even_after_a_restart() throws IOException {
        byte[] older = Files.readAllBytes(signature(file));
        write("orders.camel.yaml", "- route: {id: newer}".getBytes(StandardCharsets.UTF_8));
        bench.sign(file, "ops");
        assertTrusted(file, Target.ROUTE);
        write("orders.camel.yaml", ROUTES);
        Files.write(signature(file), older);
        bench.restart();
        assertRefused(file, Target.ROUTE, Reason.DOWNGRADED);
    }

    @Test
    void refuses_another_content_under_the_same_version() throws IOException {
        bench.sign(file, "ops", "--version", "7");
        assertTrusted(file, Target.ROUTE);
        write("orders.camel.yaml", "- route: {id: newer}".getBytes(StandardCharsets.UTF_8));
        bench.sign(file, "ops", "--version", "7");
        assertRefused(file, Target.ROUTE, Reason.DOWNGRADED);
    }

    @Test
    void accepts_the_older_content_signed_anew() throws IOException {
        assertTrusted(file, Target.ROUTE);
        bench.sign(file, "ops");
        assertTrusted(file, Target.ROUTE);
    }

    @Test
    void refuses_everything_signed_when_the_record_of_versions_is_lost_or_damaged() throws IOException {
        assertTrusted(file, Target.ROUTE);
        bench.settled();
        Path versions = root.resolve("data/trust/versions");
        Files.writeString(versions, Files.readString(versions).replaceFirst(" 1", " 0"));
        bench.restart();
        assertRefused(file, Target.ROUTE, Reason.NO_RECORD);
        Files.delete(versions);
        bench.restart();
        assertThat(check(file, Target.ROUTE)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void refuses_when_the_version_cannot_be_kept() throws IOException {
        Files.createDirectory(root.resolve("data/trust/versions.next"));
        assertRefused(file, Target.ROUTE, Reason.NO_RECORD);
    }

    @Test
    void trusts_what_the_distribution_came_with_by_name_place_and_content() throws IOException {
        Path packs = Files.createDirectories(root.resolve("etc/policies"));
        Path pack = Files.writeString(packs.resolve("korax.policy.yaml"), "pledge: 1");
        bench.ship();
        assertThat(check(pack, Target.POLICY)).isEqualTo(new Verdict.Trusted("distribution", 0));
        Path renamed = Files.copy(pack, packs.resolve("anyip.policy.yaml"));
        assertRefused(renamed, Target.POLICY, Reason.UNSIGNED);
    }

    @Test
    void refuses_an_edited_file_of_the_distribution_until_it_is_signed() throws IOException {
        Path packs = Files.createDirectories(root.resolve("etc/policies"));
        Path pack = Files.writeString(packs.resolve("korax.policy.yaml"), "pledge: 1");
        bench.ship();
        Files.writeString(pack, "pledge: 2");
        assertRefused(pack, Target.POLICY, Reason.UNSIGNED);
        bench.sign(pack, "ops");
        assertTrusted(pack, Target.POLICY);
    }

    @Test
    void refuses_the_file_of_the_distribution_after_a_signed_one() throws IOException {
        Path packs = Files.createDirectories(root.resolve("etc/policies"));
        Path pack = Files.writeString(packs.resolve("korax.policy.yaml"), "pledge: 1");
        bench.ship();
        Files.writeString(pack, "pledge: 2");
        bench.sign(pack, "ops");
        assertTrusted(pack, Target.POLICY);
        Files.writeString(pack, "pledge: 1");
        Files.delete(signature(pack));
        assertRefused(pack, Target.POLICY, Reason.DOWNGRADED);
    }

    @Test
    void does_not_record_a_refusal_whose_signature_only_came_later() throws IOException {
        byte[] late = Files.readAllBytes(signature(file));
        Files.delete(signature(file));
        assertThat(check(file, Target.ROUTE)).isInstanceOf(Verdict.Refused.class);
        bench.after(Duration.ofSeconds(1));
        Files.write(signature(file), late);
        assertTrusted(file, Target.ROUTE);
        assertThat(bench.settled()).extracting(Leaf::act).containsExactly(Leaf.Act.ARTIFACT_ACCEPTED);
    }

    @Test
    void records_each_refusal_once_and_again_when_it_was_trusted_in_between() throws IOException {
        byte[] signature = Files.readAllBytes(signature(file));
        Files.delete(signature(file));
        check(file, Target.ROUTE);
        check(file, Target.ROUTE);
        assertThat(bench.reasons()).containsExactly("UNSIGNED");
        Files.write(signature(file), signature);
        assertTrusted(file, Target.ROUTE);
        Files.delete(signature(file));
        check(file, Target.ROUTE);
        assertThat(bench.reasons()).containsExactly("UNSIGNED", "UNSIGNED");
    }

    @Test
    void keeps_refusals_until_the_audit_record_runs() throws IOException {
        bench.auditRuns = false;
        Files.delete(signature(file));
        check(file, Target.ROUTE);
        assertThat(bench.settled()).isEmpty();
        bench.auditRuns = true;
        assertThat(bench.reasons()).containsExactly("UNSIGNED");
    }

    @Test
    void shows_no_name_that_could_hold_anything() throws IOException {
        Path named = write("ada@example.org.camel.yaml", ROUTES);
        assertThat(check(named, Target.ROUTE).toString()).doesNotContain("ada");
        assertThat(bench.settled()).singleElement().satisfies(leaf -> assertThat(leaf.toString())
                .doesNotContain("ada@"));
    }

    @Test
    void a_template_is_signed_for_one_tenant() throws IOException {
        Path note = Files.createDirectories(root.resolve("etc/templates/korax")).resolve("note.template");
        Files.write(note, ROUTES);
        bench.sign(note, "ops");
        assertTrusted(note, Target.TEMPLATE);
        Path other =
                Files.createDirectories(root.resolve("etc/templates/anyip")).resolve("note.template");
        Files.copy(note, other);
        Files.copy(signature(note), signature(other));
        assertRefused(other, Target.TEMPLATE, Reason.ALTERED);
    }

    @Test
    void trusts_a_template_of_the_distribution_for_its_tenant_only() throws IOException {
        Path note = Files.createDirectories(root.resolve("etc/templates/korax")).resolve("note.template");
        Files.write(note, ROUTES);
        bench.ship();
        assertThat(check(note, Target.TEMPLATE)).isEqualTo(new Verdict.Trusted("distribution", 0));
        Path other =
                Files.createDirectories(root.resolve("etc/templates/anyip")).resolve("note.template");
        Files.copy(note, other);
        assertRefused(other, Target.TEMPLATE, Reason.UNSIGNED);
    }

    @Test
    void tells_what_rests_on_a_key_that_lapsed_and_records_it_once() throws IOException {
        KeyWatch watch = new KeyWatch(bench.trust, bench.records, root.resolve("data/trust"));
        assertTrusted(file, Target.ROUTE);
        watch.look();
        assertThat(bench.trust.active()).singleElement().satisfies(one -> {
            assertThat(one.target()).isEqualTo(Target.ROUTE);
            assertThat(one.name()).isEqualTo("orders.camel.yaml");
            assertThat(one.trusted()).isTrue();
        });

        Path key = bench.keys().resolve("ops.pub");
        byte[] open = Files.readAllBytes(key);
        Files.delete(key);
        watch.look();
        bench.records.write(bench.now);
        watch.look();
        bench.after(Duration.ofSeconds(1));
        bench.restart();
        new KeyWatch(bench.trust, bench.records, root.resolve("data/trust")).look();

        assertThat(bench.trust.active()).singleElement().satisfies(one -> assertThat(one.trusted())
                .isFalse());
        assertThat(lapses()).singleElement().satisfies(leaf -> assertThat(leaf.details())
                .containsEntry("artifacts", "1")
                .containsEntry("key", bench.trust.active().get(0).key()));

        Files.write(key, open);
        watch.look();
        Files.delete(key);
        watch.look();
        assertThat(lapses()).hasSize(2);
    }

    @Test
    void tells_a_lapsed_key_again_at_the_next_start_unless_its_leaf_was_written() throws IOException {
        assertTrusted(file, Target.ROUTE);
        Files.delete(bench.keys().resolve("ops.pub"));
        bench.auditRuns = false;
        KeyWatch watch = new KeyWatch(bench.trust, bench.records, root.resolve("data/trust"));
        watch.look();
        bench.records.write(bench.now);
        watch.look();

        bench = new Bench(root);
        new KeyWatch(bench.trust, bench.records, root.resolve("data/trust")).look();
        assertThat(lapses()).hasSize(1);
    }

    @Test
    void warns_of_a_file_that_holds_no_key_once_for_each_change() throws IOException {
        List<Path> told = new ArrayList<>();
        TrustedKeys keys = new TrustedKeys(bench.keys(), bench.clock, told::add);
        Path bad = Files.writeString(bench.keys().resolve("bad.pub"), "no key");
        FileTime first = Files.getLastModifiedTime(bad);
        for (int i = 0; i < 3; i++) {
            assertThat(keys.find("0")).isEmpty();
        }
        assertThat(told).containsExactly(bad);
        Files.setLastModifiedTime(bad, FileTime.fromMillis(first.toMillis() + 5_000));
        keys.find("0");
        keys.find("0");
        assertThat(told).containsExactly(bad, bad);
    }

    private List<Leaf> lapses() {
        return bench.settled().stream()
                .filter(leaf -> leaf.act() == Leaf.Act.DEPLOY_KEY_LAPSED)
                .toList();
    }

    @Test
    void refuses_half_a_jar_and_what_is_no_jar() throws IOException {
        byte[] jar = Bench.jar("org.example.a", "1.0.0");
        Path half = write("a.jar", jar);
        bench.sign(half, "ops");
        write("a.jar", Arrays.copyOf(jar, jar.length / 2));
        assertRefused(half, Target.BUNDLE, Reason.INCOMPLETE);
        Path text = write("b.jar", ROUTES);
        bench.sign(text, "ops");
        assertThat(check(text, Target.BUNDLE)).isInstanceOf(Verdict.Refused.class);
    }

    @Property(tries = 200)
    void no_changed_byte_of_a_signature_is_trusted(@ForAll int at, @ForAll @Size(1) byte[] change) throws Exception {
        var pair = java.security.KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] text = Signature.sign("a.jar", Target.BUNDLE, 3, ROUTES, pair.getPublic(), pair.getPrivate())
                .text()
                .getBytes(StandardCharsets.ISO_8859_1);
        int place = Math.floorMod(at, text.length);
        byte[] changed = text.clone();
        changed[place] = change[0];
        Signature right = Signature.read(text).orElseThrow();
        assertThat(right.isBy(pair.getPublic())).isTrue();
        assertThat(Signature.read(changed)
                        .filter(each -> !each.equals(right))
                        .filter(each -> each.key().equals(right.key()) && each.isBy(pair.getPublic())))
                .isEmpty();
    }
}
