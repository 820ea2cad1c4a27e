package org.pledge.retention.internal;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.policy.Policy;
import org.pledge.retention.spi.Expiring;
import org.pledge.store.Transactions;

/**
 * Removes rotated logs of the platform, compressed ones and copies in folders below too. They are every tenant's, so
 * the shortest period that any policy gives them is when they leave.
 */
@Component(configurationPid = "org.pledge.retention.logs")
@Designate(ocd = LogFiles.Config.class)
public final class LogFiles implements Expiring {
    /** Settings of the removal of logs. */
    @ObjectClassDefinition(name = "Pledge: retention of logs")
    public @interface Config {
        /** The folder of the logs; nothing outside it is touched. Empty: no logs leave. */
        @AttributeDefinition(name = "Folder")
        String folder() default "";

        /** The names of files that nothing is written to any more, with * and ?. */
        @AttributeDefinition(name = "Files")
        String[] files() default {"karaf-*.log", "karaf-*.log.gz", "karaf.log.*"};

        /** The names of files that stay although the others match: logs of other classes. */
        @AttributeDefinition(name = "Files that stay")
        String[] spared() default {"security*"};

        /** The category of the policies that these files are. */
        @AttributeDefinition(name = "Category")
        String category() default "traffic-log";

        /** For how many minutes one file is written to: its first line is that much older than its last. */
        @AttributeDefinition(name = "Minutes in a file")
        int rotation_minutes() default 60;
    }

    private record Old(Path file, Instant written) {}

    private static final Pattern HOUR = Pattern.compile("(?<![0-9])[0-9]{10}(?![0-9])");
    private static final DateTimeFormatter HOUR_FORMAT = DateTimeFormatter.ofPattern("uuuuMMddHH");
    private static final int DEEPEST = 16;

    private final Transactions transactions;
    private final Optional<Path> folder;
    private final List<PathMatcher> files;
    private final List<PathMatcher> spared;
    private final String category;
    private final Duration rotation;
    private final Clock clock;
    private final ZoneId zone;
    /** Removed from the disk, and in no certificate that is known to be durable. */
    private final Set<Path> uncertified = ConcurrentHashMap.newKeySet();

    /** As configured. */
    @Activate
    public LogFiles(@Reference Transactions transactions, Config config) {
        this(
                transactions,
                Optional.of(config.folder()).filter(name -> !name.isBlank()).map(Path::of),
                List.of(config.files()),
                List.of(config.spared()),
                config.category(),
                Duration.ofMinutes(Math.max(0, config.rotation_minutes())),
                Clock.systemUTC(),
                ZoneId.systemDefault());
    }

    LogFiles(
            Transactions transactions,
            Optional<Path> folder,
            List<String> files,
            List<String> spared,
            String category,
            Duration rotation,
            Clock clock,
            ZoneId zone) {
        this.transactions = transactions;
        this.folder = folder;
        this.files = matchers(files);
        this.spared = matchers(spared);
        this.category = category;
        this.rotation = rotation;
        this.clock = clock;
        this.zone = zone;
    }

    private static List<PathMatcher> matchers(List<String> names) {
        return names.stream()
                .flatMap(name -> Arrays.stream(name.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(name -> FileSystems.getDefault().getPathMatcher("glob:" + name))
                .toList();
    }

    @Override
    public String name() {
        return "logs";
    }

    @Override
    public boolean answersFor(Policy policy, Policy.Purpose purpose, String asked) {
        return folder.isPresent()
                && asked.equals(category)
                && Term.parse(purpose.retention().get(asked)).isPresent();
    }

    @Override
    public long count(Due due) {
        return old(due).size();
    }

    /** A file is gone at once; where the transaction is undone or run again, the next try certifies it. */
    @Override
    public int remove(Due due, int limit) {
        Optional<IOException> failure = Optional.empty();
        int room = Math.max(0, limit - uncertified.size());
        for (Old old : old(due).stream().limit(room).toList()) {
            try {
                if (Files.deleteIfExists(old.file())) {
                    uncertified.add(old.file());
                }
            } catch (IOException e) {
                failure = Optional.of(e);
            }
        }
        Set<Path> removed = Set.copyOf(uncertified);
        if (removed.isEmpty() && failure.isPresent()) {
            throw new UncheckedIOException("a log file could not be removed", failure.get());
        }
        transactions.afterCommit(() -> uncertified.removeAll(removed));
        return removed.size();
    }

    /** Files whose first line is past its time, oldest first. */
    private List<Old> old(Due due) {
        List<Old> old = new ArrayList<>();
        if (folder.filter(Files::isDirectory).isEmpty()) {
            return old;
        }
        Instant newest = due.before().plus(rotation);
        try {
            for (Path file : rotated(folder.get())) {
                written(file).filter(at -> !at.isAfter(newest)).ifPresent(at -> old.add(new Old(file, at)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the log folder cannot be read", e);
        }
        old.sort(Comparator.comparing(Old::written).thenComparing(Old::file));
        return old;
    }

    /** A folder that cannot be read hides none of the others. */
    private List<Path> rotated(Path top) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(top, EnumSet.noneOf(FileVisitOption.class), DEEPEST, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && isRotated(file)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (file.equals(top)) {
                    throw e;
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private boolean isRotated(Path file) {
        Path name = file.getFileName();
        return files.stream().anyMatch(matcher -> matcher.matches(name))
                && spared.stream().noneMatch(matcher -> matcher.matches(name));
    }

    /** When a file's last line was written: as the file system or its name has it, whichever is earlier. */
    private Optional<Instant> written(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                return Optional.empty();
            }
            Instant changed = notInTheFuture(file, attributes.lastModifiedTime().toInstant());
            return Optional.of(
                    named(file).filter(hour -> hour.isBefore(changed)).orElse(changed));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** A file of a clock that was set back counts from when that was seen, or it would stay for as long again. */
    private Instant notInTheFuture(Path file, Instant changed) throws IOException {
        Instant now = clock.instant();
        if (!changed.isAfter(now)) {
            return changed;
        }
        Files.setLastModifiedTime(file, FileTime.from(now));
        return now;
    }

    /** The end of the hour that stands in a file's name, as a file that is compressed or copied later looks younger. */
    private Optional<Instant> named(Path file) {
        Matcher hour = HOUR.matcher(file.getFileName().toString());
        if (!hour.find()) {
            return Optional.empty();
        }
        try {
            LocalDateTime begun = LocalDateTime.parse(hour.group(), HOUR_FORMAT);
            return Optional.of(
                    begun.atZone(zone).withLaterOffsetAtOverlap().toInstant().plus(rotation));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
