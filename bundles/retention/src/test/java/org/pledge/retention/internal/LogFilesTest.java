package org.pledge.retention.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Purpose;
import org.pledge.retention.spi.Expiring.Due;

class LogFilesTest {
    private static final Instant BEFORE = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration ROTATION = Duration.ofHours(1);
    private static final Instant OLD = BEFORE.minusSeconds(1);
    private static final ZoneId ZONE = ZoneId.of("Europe/Amsterdam");

    @TempDir
    Path base;

    private final World world = new World();
    private Path folder;

    @BeforeEach
    void makeTheFolder() throws IOException {
        folder = Files.createDirectory(base.resolve("log"));
    }

    private LogFiles logs(Path where) {
        return logs(Optional.of(where), List.of("karaf-*.log, karaf-*.log.gz", "karaf.log.*"), List.of("security*"));
    }

    private LogFiles logs(Optional<Path> where, List<String> files, List<String> spared) {
        return new LogFiles(world.store, where, files, spared, "traffic-log", ROTATION, world.clock, ZONE);
    }

    private int remove(LogFiles logs, int limit) {
        return world.store.required(() -> logs.remove(due(), limit));
    }

    private Path file(String name, Instant written) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "a line");
        Files.setLastModifiedTime(file, FileTime.from(written));
        return file;
    }

    private static Due due() {
        return new Due(World.TENANT, "traffic-log", BEFORE, Set.of());
    }

    private List<String> left() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void removesRotatedAndCompressedFilesAndNothingElse() throws IOException {
        for (String name : List.of(
                "karaf-2026112010.log",
                "karaf-2026112010-1.log.gz",
                "karaf.log.1",
                "karaf.log",
                "security.log",
                "security-1.log",
                "other.log",
                "deeper/karaf-2026112010.log")) {
            file(name, OLD);
        }
        assertThat(logs(folder).count(due())).isEqualTo(4);
        assertThat(remove(logs(folder), 100)).isEqualTo(4);
        assertThat(left()).containsExactly("karaf.log", "other.log", "security-1.log", "security.log");
        assertThat(remove(logs(folder), 100)).isZero();
    }

    @Test
    void aFileOfAnotherClassStaysEvenWhereAPatternNamesIt() throws IOException {
        file("security-1.log", OLD);
        LogFiles all = logs(Optional.of(folder), List.of("*"), List.of("security*"));
        assertThat(remove(all, 100)).isZero();
        assertThat(left()).containsExactly("security-1.log");
    }

    /** The last line of a file is up to an hour younger than its first one. */
    @Test
    void aFileLeavesWhenItsFirstLineIsPastItsTime() throws IOException {
        file("karaf-1.log", BEFORE.plus(ROTATION));
        file("karaf-2.log", BEFORE.plus(ROTATION).plusMillis(1));
        assertThat(remove(logs(folder), 100)).isOne();
        assertThat(left()).containsExactly("karaf-2.log");
    }

    /** Amsterdam is an hour ahead of UTC in November. */
    @Test
    void aFileThatWasCompressedLaterLeavesByTheHourInItsName() throws IOException {
        file("karaf-2026112012-1.log.gz", BEFORE.plus(Duration.ofHours(40)));
        file("karaf-2026112014-1.log.gz", BEFORE.plus(Duration.ofHours(40)));
        file("karaf-9999999999-1.log.gz", BEFORE.plus(Duration.ofHours(40)));
        assertThat(remove(logs(folder), 100)).isOne();
        assertThat(left()).containsExactly("karaf-2026112014-1.log.gz", "karaf-9999999999-1.log.gz");
    }

    /** The hour from 02:00 comes twice on 25 October 2026; the name does not say which it was. */
    @Test
    void anHourThatComesTwiceCountsAsTheSecond() throws IOException {
        file("karaf-2026102502-1.log", BEFORE.plus(Duration.ofHours(40)));
        Instant second = Instant.parse("2026-10-25T01:00:00Z");
        LogFiles logs = logs(folder);
        assertThat(logs.count(new Due(World.TENANT, "traffic-log", second.minusMillis(1), Set.of())))
                .isZero();
        assertThat(logs.count(new Due(World.TENANT, "traffic-log", second, Set.of())))
                .isOne();
    }

    @Test
    void aFileOfAClockThatWasSetBackCountsFromNow() throws IOException {
        Path file = file("karaf-1.log", world.now.plus(Duration.ofDays(400)));
        assertThat(remove(logs(folder), 100)).isZero();
        assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(world.now);
    }

    /** What is gone cannot come back with the transaction, so that it is certified by the next one. */
    @Test
    void aFileIsCertifiedOnceAlthoughTheTransactionIsRunAgain() throws IOException {
        file("karaf-1.log", OLD);
        file("karaf-2.log", OLD);
        LogFiles logs = logs(folder);
        assertThatThrownBy(() -> world.store.required(() -> {
                    assertThat(logs.remove(due(), 1)).isOne();
                    throw new IllegalStateException("a victim of a deadlock");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(left()).hasSize(1);
        assertThat(remove(logs, 1)).isOne();
        assertThat(left()).hasSize(1);
        assertThat(remove(logs, 1)).isOne();
        assertThat(left()).isEmpty();
        assertThat(remove(logs, 1)).isZero();
    }

    @Test
    void aFileOfTheFutureStays() throws IOException {
        file("karaf-1.log", BEFORE.plus(Duration.ofDays(400)));
        assertThat(remove(logs(folder), 100)).isZero();
    }

    @Test
    void removesTheOldestFirstAndNoMoreThanAsked() throws IOException {
        file("karaf-1.log", OLD.minusSeconds(1));
        file("karaf-2.log", OLD.minusSeconds(3));
        file("karaf-3.log", OLD.minusSeconds(2));
        assertThat(remove(logs(folder), 2)).isEqualTo(2);
        assertThat(left()).containsExactly("karaf-1.log");
    }

    @Test
    void followsNoLinks() throws IOException {
        Path outside = Files.writeString(base.resolve("outside.txt"), "stays");
        Files.setLastModifiedTime(outside, FileTime.from(OLD));
        Files.createSymbolicLink(folder.resolve("karaf-1.log"), outside);
        Path deeper = Files.createDirectory(base.resolve("deeper"));
        Path inside = Files.writeString(deeper.resolve("karaf-1.log"), "stays");
        Files.setLastModifiedTime(inside, FileTime.from(OLD));
        Files.createSymbolicLink(folder.resolve("karaf-2.log"), deeper);
        assertThat(remove(logs(folder), 100)).isZero();
        assertThat(outside).exists();
        assertThat(inside).exists();
        assertThat(folder.resolve("karaf-1.log")).isSymbolicLink();
    }

    @Test
    void aPatternReachesNothingOutsideTheFolder() throws IOException {
        Path outside = Files.writeString(base.resolve("outside.txt"), "stays");
        Files.setLastModifiedTime(outside, FileTime.from(OLD));
        LogFiles wide = logs(Optional.of(folder), List.of("../*", "**/*", outside.toString()), List.of());
        assertThat(remove(wide, 100)).isZero();
        assertThat(outside).exists();
    }

    @Test
    void saysSoWhenAFileCannotBeRemoved() throws IOException {
        file("karaf-1.log", OLD);
        assertThat(folder.toFile().setWritable(false)).isTrue();
        try {
            if (!Files.isWritable(folder)) {
                assertThatThrownBy(() -> remove(logs(folder), 100)).isInstanceOf(UncheckedIOException.class);
            }
        } finally {
            assertThat(folder.toFile().setWritable(true)).isTrue();
        }
    }

    @Test
    void aMissingFolderHoldsNothing() {
        assertThat(logs(base.resolve("nowhere")).count(due())).isZero();
    }

    @Test
    void answersForItsCategoryWhereThatHasAPeriod() {
        Policy policy = new World().policy();
        Purpose purpose = policy.purposes().get(0);
        assertThat(logs(folder).answersFor(policy, purpose, "traffic-log")).isTrue();
        assertThat(logs(folder).answersFor(policy, purpose, "page-log")).isFalse();
        LogFiles none = logs(Optional.empty(), List.of(), List.of());
        assertThat(none.answersFor(policy, purpose, "traffic-log")).isFalse();
    }
}
