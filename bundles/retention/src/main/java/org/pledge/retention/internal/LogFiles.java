package org.pledge.retention.internal;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.policy.Policy;
import org.pledge.retention.spi.Expiring;

/**
 * Removes rotated logs of the platform, compressed ones too. They are every tenant's, so the shortest period that any
 * policy gives them is when they leave.
 */
@Component(configurationPid = "org.pledge.retention.logs")
@Designate(ocd = LogFiles.Config.class)
public final class LogFiles implements Expiring {
    /** Settings of the removal of logs. */
    @ObjectClassDefinition(name = "Pledge: retention of logs")
    public @interface Config {
        /** The folder of the logs; nothing outside it or in a folder within it is touched. Empty: no logs leave. */
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

    private final Optional<Path> folder;
    private final List<PathMatcher> files;
    private final List<PathMatcher> spared;
    private final String category;
    private final Duration rotation;

    /** As configured. */
    @Activate
    public LogFiles(Config config) {
        this(
                Optional.of(config.folder()).filter(name -> !name.isBlank()).map(Path::of),
                List.of(config.files()),
                List.of(config.spared()),
                config.category(),
                Duration.ofMinutes(Math.max(0, config.rotation_minutes())));
    }

    LogFiles(Optional<Path> folder, List<String> files, List<String> spared, String category, Duration rotation) {
        this.folder = folder;
        this.files = matchers(files);
        this.spared = matchers(spared);
        this.category = category;
        this.rotation = rotation;
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

    @Override
    public int remove(Due due, int limit) {
        int removed = 0;
        Optional<IOException> failure = Optional.empty();
        for (Old old : old(due).stream().limit(limit).toList()) {
            try {
                Files.delete(old.file());
                removed++;
            } catch (IOException e) {
                failure = Optional.of(e);
            }
        }
        if (removed == 0 && failure.isPresent()) {
            throw new UncheckedIOException("a log file could not be removed", failure.get());
        }
        return removed;
    }

    /** Files whose first line is past its time, oldest first. */
    private List<Old> old(Due due) {
        List<Old> old = new ArrayList<>();
        if (folder.filter(Files::isDirectory).isEmpty()) {
            return old;
        }
        Instant newest = due.before().plus(rotation);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder.get(), this::isRotated)) {
            for (Path file : all) {
                written(file).filter(at -> !at.isAfter(newest)).ifPresent(at -> old.add(new Old(file, at)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the log folder cannot be read", e);
        }
        old.sort(Comparator.comparing(Old::written).thenComparing(Old::file));
        return old;
    }

    private boolean isRotated(Path file) {
        Path name = file.getFileName();
        return files.stream().anyMatch(matcher -> matcher.matches(name))
                && spared.stream().noneMatch(matcher -> matcher.matches(name));
    }

    /** When a file was last written to; nothing for a folder, a link, or one that went meanwhile. */
    private static Optional<Instant> written(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                    ? Optional.of(attributes.lastModifiedTime().toInstant())
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
