package org.pledge.retention.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.pledge.audit.Leaf;

/**
 * The promise of 48 hours against every clock that can be made up: after 48 hours and 15 minutes no row, no file and no
 * compressed log is left, and nothing leaves before.
 */
class FortyEightHoursTest {
    private static final Duration PROMISED = Duration.ofHours(48);
    private static final Duration LATEST = PROMISED.plusMinutes(15);
    private static final Duration ROTATION = Duration.ofHours(1);
    private static final ZoneId ZONE = ZoneId.of("Europe/Amsterdam");
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("uuuuMMddHH").withZone(ZONE);

    /** A line that was logged, by the platform's clock; the file holds it that has its name. */
    private record Line(Instant written, Path file) {}

    private static final class Host implements AutoCloseable {
        private final World world = new World();
        private final Path folder;
        private final World.Rows rows;
        private final DefaultRetentionService service;
        private final List<Line> lines = new ArrayList<>();
        private int serial;

        Host(Instant start) {
            folder = made(() -> Files.createTempDirectory("log"));
            world.now = start;
            rows = world.new Rows("rows", "traffic-log");
            world.answering.add(new LogFiles(
                    world.store,
                    Optional.of(folder),
                    List.of("karaf-*.log", "karaf-*.log.gz"),
                    List.of("security*"),
                    "traffic-log",
                    ROTATION,
                    world.clock,
                    ZONE));
            service = world.service();
        }

        /** An hour of log, turned over at its end; every second one is compressed and every third one copied. */
        void anHour() {
            Instant begun = world.now.truncatedTo(ChronoUnit.HOURS);
            world.now = begun.plus(ROTATION);
            rows.with(begun);
            int number = ++serial;
            String name = "karaf-" + HOUR.format(begun) + "-" + number + (number % 2 == 0 ? ".log.gz" : ".log");
            keep(begun, folder.resolve(name));
            if (number % 3 == 0) {
                keep(begun, folder.resolve("copies").resolve("of-a-day").resolve(name));
            }
            service.sweep();
        }

        private void keep(Instant begun, Path file) {
            made(() -> {
                Files.createDirectories(file.getParent());
                return Files.setLastModifiedTime(Files.writeString(file, "a line"), FileTime.from(world.now));
            });
            lines.add(new Line(begun, file));
        }

        void pass(Duration time) {
            Instant end = world.now.plus(time);
            while (world.now.isBefore(end)) {
                Instant next = world.now.plus(World.INTERVAL);
                world.now = next.isAfter(end) ? end : next;
                service.sweep();
            }
        }

        void jump(Duration by) {
            world.now = world.now.plus(by);
            service.sweep();
        }

        void nothingLeftEarly() {
            lines.stream()
                    .filter(line -> line.written().plus(PROMISED).isAfter(world.now))
                    .forEach(line -> assertThat(line.file()).exists());
        }

        List<Path> files() {
            return made(() -> {
                try (Stream<Path> all = Files.walk(folder)) {
                    return all.filter(Files::isRegularFile).toList();
                }
            });
        }

        @Override
        public void close() {
            files().forEach(file -> made(() -> Files.deleteIfExists(file)));
            made(() -> {
                try (Stream<Path> all = Files.walk(folder)) {
                    for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                        Files.delete(each);
                    }
                }
                return folder;
            });
        }
    }

    private interface Io<T> {
        T run() throws IOException;
    }

    private static <T> T made(Io<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Around every change of clocks, leap day and turn of a year from 2024 to 2029, and anywhere else. */
    @Provide
    Arbitrary<Instant> starts() {
        List<Instant> special = Stream.of(
                        "2026-03-27T22:00", // clocks go forward on the 29th
                        "2026-03-29T00:00",
                        "2026-10-23T22:00", // and back on the 25th
                        "2026-10-25T00:00",
                        "2026-10-25T02:00",
                        "2024-02-27T12:00", // leap years
                        "2028-02-28T23:00",
                        "2028-02-29T13:00",
                        "2027-12-31T23:00")
                .map(local -> LocalDateTime.parse(local).atZone(ZONE).toInstant())
                .toList();
        return Arbitraries.oneOf(
                Arbitraries.of(special),
                Arbitraries.longs()
                        .between(1_700_000_000L, 1_880_000_000L)
                        .map(Instant::ofEpochSecond)
                        .map(at -> at.truncatedTo(ChronoUnit.HOURS)));
    }

    @Property(tries = 60)
    void everythingIsGoneAfter48HoursAnd15Minutes(
            @ForAll("starts") Instant start, @ForAll @IntRange(min = 1, max = 30) int hours) {
        try (Host host = new Host(start)) {
            for (int hour = 0; hour < hours; hour++) {
                host.anHour();
                host.nothingLeftEarly();
            }
            Instant last = start.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(hours - 1L));
            host.pass(Duration.between(host.world.now, last.plus(PROMISED).minusMillis(1)));
            host.nothingLeftEarly();
            host.pass(Duration.between(host.world.now, last.plus(LATEST)));
            assertThat(host.rows.rows).isEmpty();
            assertThat(host.files()).isEmpty();
            assertThat(host.world.leaves(Leaf.Act.RETENTION_SWEPT)).isNotEmpty().allSatisfy(leaf -> {
                assertThat(leaf.subject()).isEmpty();
                assertThat(leaf.details())
                        .containsOnlyKeys(
                                "certificate",
                                "category",
                                "answeredBy",
                                "before",
                                "removed",
                                "removedSoFar",
                                "held",
                                "policyVersion");
            });
        }
    }

    @Provide
    Arbitrary<Duration> jumps() {
        return Arbitraries.integers().between(-40 * 60, 40 * 60).map(Duration::ofMinutes);
    }

    /** A clock that was set back makes a file stay, at most until 48 hours after that; nothing is forgotten. */
    @Property(tries = 60)
    void filesAreGone48HoursAfterTheClockWasSetForTheLastTime(
            @ForAll("starts") Instant start, @ForAll @Size(min = 1, max = 12) List<@From("jumps") Duration> jumps) {
        try (Host host = new Host(start)) {
            for (Duration jump : jumps) {
                host.anHour();
                host.jump(jump);
            }
            host.pass(LATEST.plus(ROTATION));
            assertThat(host.files()).isEmpty();
        }
    }

    @Property(tries = 40)
    void aBackwardJumpRemovesNothingEarly(
            @ForAll("starts") Instant start, @ForAll @IntRange(min = 1, max = 3000) int minutes) {
        try (Host host = new Host(start)) {
            host.anHour();
            host.anHour();
            int before = host.files().size();
            host.jump(Duration.ofMinutes(-minutes));
            host.pass(PROMISED.minus(ROTATION.multipliedBy(3)));
            assertThat(host.files()).hasSize(before);
            assertThat(host.rows.rows).hasSize(2);
        }
    }
}
