package org.pledge.folder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Reason;
import org.pledge.deploy.ArtifactTrust.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a place again and again, gives each file to its use once it is whole and trusted, and leaves a note beside each
 * one that does not take effect.
 *
 * <p>A file is whole when two looks found it and its signature the same; it is gone when two looks did not find it.
 */
public final class DropFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DropFolder.class);
    private static final String NOTE_ENDING = ".refused";
    private static final String SIGNATURE_ENDING = ".sig";
    private static final Set<Reason> MAY_SETTLE = Set.of(Reason.UNSIGNED, Reason.ALTERED, Reason.MALFORMED);
    private static final Verdict.Refused NOBODY_JUDGES = new Verdict.Refused(
            Reason.UNSIGNED,
            "whether it is signed cannot be checked now. Start the bundle org.pledge.deploy. It is tried again by itself.");

    /** What tells one content of a file, or of its signature, from the next. */
    private record Sight(long size, FileTime modified, long signatureSize, FileTime signatureModified, String under) {
        long millis() {
            return Math.max(modified.toMillis(), signatureModified.toMillis());
        }
    }

    /** How far a file came, as long as it looks the same. */
    private sealed interface Stage {
        /** It is in force, or refused for what it says. */
        record Done() implements Stage {}

        /** It is refused for its signature; another judge may say otherwise. */
        record Untrusted(ArtifactTrust by) implements Stage {}

        /** It is trusted, and waits. */
        record Trusted(byte[] content) implements Stage {}

        /** Nothing is known of it yet. */
        record New() implements Stage {}
    }

    private record Taken(Sight sight, Stage stage) {}

    private final Place place;
    private final Optional<Signing> signing;
    private final Use use;
    private final Clock clock;
    private final Map<Path, Sight> seen = new HashMap<>();
    private final Map<Path, Taken> taken = new HashMap<>();
    private final Map<Path, String> notes = new HashMap<>();
    private final Set<Path> expected = new TreeSet<>();
    private final Set<Path> missed = new TreeSet<>();
    private final ScheduledExecutorService poller;
    private boolean unreadable;

    /**
     * Takes the files that are there, then watches.
     *
     * @param signing empty if files take effect unsigned
     * @param before files that were in force earlier; those that are not there any more go
     */
    public DropFolder(Place place, Optional<Signing> signing, Collection<Path> before, Use use, Clock clock) {
        this.place = place;
        this.signing = signing;
        this.use = use;
        this.clock = clock;
        expected.addAll(before);
        poller = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, place.name());
            thread.setDaemon(true);
            return thread;
        });
        look(true);
        poller.scheduleWithFixedDelay(() -> look(false), place.pollMillis(), place.pollMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends the watch; a file that is being taken is finished first. */
    @Override
    public void close() {
        poller.shutdown();
        try {
            if (!poller.awaitTermination(10, TimeUnit.SECONDS)) {
                poller.shutdownNow();
            }
        } catch (InterruptedException e) {
            poller.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look(boolean first) {
        Map<Path, Sight> now;
        try {
            now = files();
            unreadable = false;
        } catch (IOException | RuntimeException e) {
            // The edge: one look that fails must not be the last one.
            if (!unreadable) {
                LOG.warn(
                        "the files *{} cannot be looked through now ({}); create their directory if it is missing",
                        place.ending(),
                        e instanceof IOException ? e.toString() : e.getClass().getName());
            }
            unreadable = true;
            return;
        }
        now.forEach((file, sight) -> {
            if (sight.equals(seen.put(file, sight)) || first && isOld(sight)) {
                attempt(file, () -> take(file, sight));
            }
        });
        seen.keySet().retainAll(now.keySet());
        taken.keySet().retainAll(now.keySet());
        missed.removeAll(now.keySet());
        expected.removeAll(now.keySet());
        for (Path file : Set.copyOf(expected)) {
            if (!missed.add(file)) {
                attempt(file, () -> leave(file));
            }
        }
        expected.addAll(now.keySet());
    }

    private Map<Path, Sight> files() throws IOException {
        Map<Path, Sight> files = new TreeMap<>();
        for (Map.Entry<Path, String> directory : place.directories().get().entrySet()) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(directory.getKey(), "*" + place.ending())) {
                for (Path file : found) {
                    Optional<BasicFileAttributes> signature = attributes(beside(file, SIGNATURE_ENDING));
                    attributes(file)
                            .ifPresent(one -> files.put(
                                    file,
                                    new Sight(
                                            one.size(),
                                            one.lastModifiedTime(),
                                            signature
                                                    .map(BasicFileAttributes::size)
                                                    .orElse(-1L),
                                            signature
                                                    .map(BasicFileAttributes::lastModifiedTime)
                                                    .orElse(FileTime.fromMillis(0)),
                                            directory.getValue())));
                }
            }
        }
        return files;
    }

    private static Optional<BasicFileAttributes> attributes(Path file) throws IOException {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class))
                    .filter(BasicFileAttributes::isRegularFile);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** A file that was there before us and has not just been written need not be seen twice. */
    private boolean isOld(Sight sight) {
        return sight.millis() <= clock.millis() - place.pollMillis();
    }

    /** The edge: one file must not end the watch. */
    private void attempt(Path file, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | LinkageError e) {
            note(
                    file,
                    use.shown(file) + ": it could not be used and is tried again by itself ("
                            + e.getClass().getSimpleName() + ")\n");
        }
    }

    private void take(Path file, Sight sight) {
        Taken before = taken.get(file);
        if (before == null || !before.sight().equals(sight)) {
            notes.remove(file);
            before = new Taken(sight, new Stage.New());
            taken.put(file, before);
        }
        if (before.stage() instanceof Stage.Trusted trusted) {
            use(file, sight, trusted.content());
        } else if (!(before.stage() instanceof Stage.Done)) {
            judge(file, sight, before.stage());
        }
    }

    private void judge(Path file, Sight sight, Stage before) {
        Optional<ArtifactTrust> judge = signing.flatMap(one -> one.judge().get());
        if (before instanceof Stage.Untrusted earlier
                && judge.filter(earlier.by()::equals).isPresent()) {
            return;
        }
        if (signing.isPresent() && judge.isEmpty()) {
            note(file, use.untrusted(file, NOBODY_JUDGES));
            return;
        }
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(place.mostBytes());
        } catch (IOException e) {
            note(file, use.shown(file) + ": it cannot be read. Give the platform's user the right to.\n");
            return;
        }
        if (judge.isPresent()
                && judge.get().check(file, content, signing.orElseThrow().target())
                        instanceof Verdict.Refused refused) {
            if (!MAY_SETTLE.contains(refused.reason()) || !isSettling(sight)) {
                note(file, use.untrusted(file, refused));
                taken.put(file, new Taken(sight, new Stage.Untrusted(judge.get())));
            }
            return;
        }
        taken.put(file, new Taken(sight, new Stage.Trusted(content)));
        use(file, sight, content);
    }

    private boolean isSettling(Sight sight) {
        long age = clock.millis() - sight.millis();
        return age >= 0 && age < signing.orElseThrow().settling().toMillis();
    }

    private void use(Path file, Sight sight, byte[] content) {
        Outcome outcome = use.apply(file, content);
        if (outcome instanceof Outcome.Waits waits) {
            note(file, waits.note());
            return;
        }
        taken.put(file, new Taken(sight, new Stage.Done()));
        if (outcome instanceof Outcome.Refused refused) {
            note(file, refused.note());
        } else {
            clear(file);
        }
    }

    private void leave(Path file) {
        use.remove(file);
        expected.remove(file);
        missed.remove(file);
        clear(file);
    }

    /** Leaves a note and tells the log, once for each text. */
    private void note(Path file, String text) {
        if (text.equals(notes.put(file, text))) {
            return;
        }
        LOG.warn("{} did not take effect; see {}{}", use.shown(file), use.shown(file), NOTE_ENDING);
        try {
            Files.writeString(beside(file, NOTE_ENDING), text);
        } catch (IOException e) {
            LOG.warn("the note beside {} could not be written: {}", use.shown(file), e.toString());
        }
    }

    private void clear(Path file) {
        notes.remove(file);
        try {
            Files.deleteIfExists(beside(file, NOTE_ENDING));
        } catch (IOException e) {
            LOG.debug("the note beside {} stays: {}", use.shown(file), e.toString());
        }
    }

    private static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }
}
