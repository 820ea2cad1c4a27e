package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher of a checkout does with the settings of its instance when the distribution is built anew. */
class LauncherIT {
    private static final String RULES = "org.apache.karaf.command.acl.subject.cfg";

    @TempDir
    Path checkout;

    private Path shipped;
    private Path mine;
    private int builds;

    @BeforeEach
    void check() throws IOException {
        Files.copy(
                Path.of(System.getProperty("launcher", "../../pledge")),
                checkout.resolve("pledge"),
                StandardCopyOption.COPY_ATTRIBUTES);
        shipped = Files.createDirectories(checkout.resolve("karaf-assembly/target/assembly/etc"));
        mine = checkout.resolve("data/etc");
        build("first");
        Files.writeString(shipped.resolve("org.pledge.sharing.cfg"), "retries = 3");
        assertThat(prepare()).isEmpty();
    }

    private void build(String rules) throws IOException {
        Files.writeString(shipped.resolve(RULES), rules);
        Path built = Files.writeString(shipped.resolve("startup.properties"), "build " + ++builds);
        Files.setLastModifiedTime(built, FileTime.from(Instant.now().plusSeconds(60L * builds)));
    }

    private String prepare() throws IOException {
        String script = "unset PLEDGE_DATA && source \"$0\" help >/dev/null && prepare";
        Platform.Result result = Platform.run(
                List.of("bash", "-c", script, checkout.resolve("pledge").toString()), Map.of());
        assertThat(result.code()).as(result.out()).isZero();
        return result.out();
    }

    private String mine(String file) throws IOException {
        return Files.readString(mine.resolve(file));
    }

    @Test
    void newerRulesWinAndTheChangedOnesAreKeptBesideThemAndTold() throws IOException {
        Files.writeString(mine.resolve(RULES), "changed");
        build("second");
        assertThat(prepare()).contains("newer etc/" + RULES, RULES + ".orig");
        assertThat(mine(RULES)).isEqualTo("second");
        assertThat(mine(RULES + ".orig")).isEqualTo("changed");

        Files.writeString(mine.resolve(RULES), "changed again");
        build("third");
        prepare();
        assertThat(mine(RULES + ".orig")).isEqualTo("changed again");
        assertThat(mine(RULES + ".orig.~1~")).isEqualTo("changed");
    }

    @Test
    void newerRulesReplaceUnchangedOnesInSilence() throws IOException {
        build("second");
        assertThat(prepare()).isEmpty();
        assertThat(mine(RULES)).isEqualTo("second");
        assertThat(mine("startup.properties")).isEqualTo("build 2");
        assertThat(mine.resolve(RULES + ".orig")).doesNotExist();
    }

    @Test
    void changedFilesStayWhileTheDistributionHasNoNewerOnes() throws IOException {
        Files.writeString(mine.resolve(RULES), "changed");
        Files.writeString(mine.resolve("org.pledge.sharing.cfg"), "retries = 9");
        build("first");
        assertThat(prepare()).isEmpty();
        assertThat(mine(RULES)).isEqualTo("changed");
        assertThat(mine("org.pledge.sharing.cfg")).isEqualTo("retries = 9");
    }

    @Test
    void rulesThatWereTakenBeforeTheirDigestsWereKeptAreToldToo() throws IOException {
        Files.writeString(checkout.resolve("data/.distribution"), "");
        Files.writeString(mine.resolve(RULES), "changed");
        build("second");
        assertThat(prepare()).contains(RULES + ".orig");
        assertThat(mine(RULES)).isEqualTo("second");
    }
}
