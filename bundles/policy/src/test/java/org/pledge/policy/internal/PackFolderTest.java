package org.pledge.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pledge.policy.internal.House.ACME;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.audit.Leaf;
import org.pledge.deploy.ArtifactTrust.Reason;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.deploy.ArtifactTrust.Verdict;

class PackFolderTest {
    private static final int POLL_MILLIS = 10;

    @TempDir
    Path directory;

    private final House house = new House();
    private final List<PackFolder> open = new ArrayList<>();

    private Verdict check(Path file, byte[] content, Target target) {
        String text = new String(content, StandardCharsets.UTF_8);
        if (target == Target.POLICY && !text.contains("# altered")) {
            return new Verdict.Trusted("test", 0);
        }
        return Files.exists(directory.resolve(file.getFileName() + ".sig"))
                ? new Verdict.Trusted("test", 1)
                : new Verdict.Refused(Reason.UNSIGNED, "there is no signature beside it");
    }

    private void writeOld(String text) throws IOException {
        Files.writeString(file(), text);
        Files.setLastModifiedTime(file(), FileTime.from(Instant.now().minusSeconds(60)));
    }

    @AfterEach
    void close() {
        open.forEach(PackFolder::stop);
        house.close();
    }

    private PackFolder watch() {
        PackFolder folder = new PackFolder(house.policies, this::check, directory, POLL_MILLIS, Clock.systemUTC());
        open.add(folder);
        return folder;
    }

    private Path file() {
        return directory.resolve("acme.policy.yaml");
    }

    private Path report() {
        return directory.resolve("acme.policy.yaml.refused");
    }

    private int version() {
        return house.policies.policies().isEmpty()
                ? 0
                : house.policies.current(ACME).version();
    }

    @Test
    void packs_that_are_there_at_the_start_are_in_force_at_once() throws IOException {
        Files.writeString(file(), SmallPack.TEXT);
        Files.setLastModifiedTime(file(), FileTime.from(Instant.now().minusSeconds(60)));

        watch().stop();

        assertThat(version()).isEqualTo(1);
        assertThat(house.leaves()).extracting(Leaf::actor).containsExactly("system");
    }

    @Test
    void a_file_that_was_just_written_is_looked_at_twice() throws IOException {
        Files.writeString(file(), SmallPack.TEXT);
        Files.setLastModifiedTime(file(), FileTime.from(Instant.now().plusSeconds(60)));
        PackFolder folder = new PackFolder(house.policies, this::check, directory, 3_600_000, Clock.systemUTC());

        folder.stop();

        assertThat(version()).isZero();
    }

    @Test
    void a_dropped_file_comes_into_force() throws IOException {
        watch();

        Files.writeString(file(), SmallPack.TEXT);

        await().until(() -> version() == 1);
    }

    @Test
    void a_broken_file_is_reported_and_the_old_version_stays() throws IOException {
        watch();
        Files.writeString(file(), SmallPack.TEXT);
        await().until(() -> version() == 1);

        Files.writeString(file(), SmallPack.with("version: 1", "version: 2\nnonsense: yes"));
        await().until(() -> Files.exists(report()) && Files.size(report()) > 0);

        assertThat(version()).isEqualTo(1);
        assertThat(Files.readString(report()))
                .startsWith("acme.policy.yaml:5: nonsense: the key 'nonsense' is not known here. Remove it, or use");
        assertThat(house.leaves())
                .extracting(Leaf::act)
                .containsExactly(Leaf.Act.POLICY_INSTALLED, Leaf.Act.POLICY_REFUSED);
    }

    @Test
    void a_file_that_is_not_trusted_is_reported_and_the_old_version_stays_until_it_is_signed() throws IOException {
        watch();
        Files.writeString(file(), SmallPack.TEXT);
        await().until(() -> version() == 1);

        writeOld(SmallPack.with("version: 1", "version: 2") + "# altered\n");
        await().until(() -> Files.exists(report()) && Files.size(report()) > 0);
        assertThat(version()).isEqualTo(1);
        assertThat(Files.readString(report()))
                .isEqualTo("acme.policy.yaml: there is no signature beside it (UNSIGNED)\n");

        Files.writeString(directory.resolve("acme.policy.yaml.sig"), "signed");
        await().until(() -> version() == 2 && Files.notExists(report()));
    }

    @Test
    void a_file_whose_signature_arrives_a_moment_later_is_not_reported() throws IOException {
        Files.writeString(file(), SmallPack.TEXT + "# altered\n");
        Files.setLastModifiedTime(file(), FileTime.from(Instant.now()));
        Clock then = Clock.fixed(Files.getLastModifiedTime(file()).toInstant().plusMillis(1_999), ZoneOffset.UTC);
        PackFolder folder = new PackFolder(house.policies, this::check, directory, POLL_MILLIS, then);
        open.add(folder);
        assertThat(report()).doesNotExist();

        Files.writeString(directory.resolve("acme.policy.yaml.sig"), "signed");
        await().until(() -> version() == 1);
        assertThat(report()).doesNotExist();
    }

    @Test
    void a_corrected_file_comes_into_force_and_its_report_goes() throws IOException {
        watch();
        Files.writeString(file(), "pledge: 1\n");
        await().until(() -> Files.exists(report()));

        Files.writeString(file(), SmallPack.with("version: 1", "version: 2"));

        await().until(() -> version() == 2 && Files.notExists(report()));
    }

    @Test
    void a_removed_file_takes_nothing_out_of_force() throws IOException {
        watch();
        Files.writeString(file(), SmallPack.TEXT);
        await().until(() -> version() == 1);
        Files.delete(file());

        Path other = directory.resolve("other.policy.yaml");
        Files.writeString(other, SmallPack.TEXT.replace("tenant: acme", "tenant: other"));
        await().until(() -> house.policies.policies().size() == 2);

        assertThat(version()).isEqualTo(1);
    }

    @Test
    void a_file_whose_name_is_no_tenant_is_refused_all_the_same() throws IOException {
        watch();

        Files.writeString(directory.resolve("My Company.policy.yaml"), "- broken");

        await().until(() -> Files.exists(directory.resolve("My Company.policy.yaml.refused")));
    }

    @Test
    void other_files_are_left_alone() throws IOException {
        watch();
        Files.writeString(directory.resolve("questions.yaml"), "questions: []");
        Files.createDirectory(directory.resolve("folder.policy.yaml"));
        Files.writeString(file(), SmallPack.TEXT);

        await().until(() -> version() == 1);

        try (var files = Files.list(directory)) {
            assertThat(files.filter(each -> each.toString().endsWith(".refused")))
                    .isEmpty();
        }
    }

    @Test
    void a_directory_may_come_later() throws IOException {
        Path later = directory.resolve("later");
        PackFolder folder = new PackFolder(house.policies, this::check, later, POLL_MILLIS, Clock.systemUTC());
        open.add(folder);

        Files.createDirectory(later);
        Files.writeString(later.resolve("acme.policy.yaml"), SmallPack.TEXT);

        await().until(() -> version() == 1);
    }

    @Test
    void nothing_is_taken_after_the_end() throws IOException {
        watch().stop();

        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("pledge-policy-folder")));
        Files.writeString(file(), SmallPack.TEXT);
        assertThat(version()).isZero();
    }
}
