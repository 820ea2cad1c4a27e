package org.pledge.folder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
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
    /** What a key that is added or a record that is restored undoes, without a change of the file. */
    private static final Set<Reason> MAY_PASS = Set.of(Reason.UNTRUSTED_KEY, Reason.NO_RECORD);

    private static final Verdict.Refused NOBODY_JUDGES = new Verdict.Refused(
            Reason.UNSIGNED,
            "whether it is signed cannot be checked now. Start the bundle org.pledge.deploy. It is tried again by itself.");

    /** What tells one content of a file, or of its signature, from the next. */
    private record Sight(long size, FileTime modified, long signatureSize, FileTime signatureModified, String under) {
        static final FileTime NEVER = FileTime.fromMillis(0);

        long millis() {
            return Math.max(modified.toMillis(), signatureModified.toMillis());
        }
    }

    /** How far a file came, as long as it looks the same. */
    private sealed interface Stage {
        /** It is in force, or refused for what it says. */
        record Done() implements Stage {}

        /** It is refused for its signature; another judge may say otherwise, and some refusals pass. */
        record Untrusted(ArtifactTrust by, Verdict.Refused refused) implements Stage {}

        /** Nothing is known of it yet, or it waits: who trusted it may not any more. */
        record Open() implements Stage {}
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
    private final Set<Path> closed = new TreeSet<>();
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
        Set<Path> there = new TreeSet<>(now.keySet());
        expected.stream().filter(file -> closed.contains(file.getParent())).forEach(there::add);
        seen.keySet().retainAll(there);
        taken.keySet().retainAll(there);
        missed.removeAll(there);
        expected.removeAll(there);
        for (Path file : Set.copyOf(expected)) {
            if (!missed.add(file)) {
                attempt(file, () -> leave(file));
            }
        }
        expected.addAll(there);
    }

    /** What is there; the files of a directory that cannot be read are neither there nor gone. */
    private Map<Path, Sight> files() throws IOException {
        Map<Path, Sight> files = new TreeMap<>();
        Map<Path, String> directories = place.directories().get();
        closed.retainAll(directories.keySet());
        for (Map.Entry<Path, String> directory : directories.entrySet()) {
            try {
                files.putAll(files(directory.getKey(), directory.getValue()));
                closed.remove(directory.getKey());
            } catch (IOException | DirectoryIteratorException e) {
                if (directories.size() == 1) {
                    throw e;
                }
                if (closed.add(directory.getKey())) {
                    LOG.warn("{} cannot be looked through now ({}); the others are", directory.getKey(), e.toString());
                }
            }
        }
        return files;
    }

    private Map<Path, Sight> files(Path directory, String under) throws IOException {
        Map<Path, Sight> files = new TreeMap<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*" + place.ending())) {
            for (Path file : found) {
                sight(file, under).ifPresent(sight -> files.put(file, sight));
            }
        }
        return files;
    }

    /** A file that cannot be looked at is there all the same, and so is one whose signature cannot. */
    private static Optional<Sight> sight(Path file, String under) {
        try {
            Optional<BasicFileAttributes> signature = attributesOrNone(beside(file, SIGNATURE_ENDING));
            return attributes(file)
                    .map(one -> new Sight(
                            one.size(),
                            one.lastModifiedTime(),
                            signature.map(BasicFileAttributes::size).orElse(-1L),
                            signature.map(BasicFileAttributes::lastModifiedTime).orElse(Sight.NEVER),
                            under));
        } catch (IOException e) {
            return Optional.of(new Sight(-1, Sight.NEVER, -1, Sight.NEVER, under));
        }
    }

    private static Optional<BasicFileAttributes> attributesOrNone(Path file) {
        try {
            return attributes(file);
        } catch (IOException e) {
            return Optional.empty();
        }
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
            before = new Taken(sight, new Stage.Open());
            taken.put(file, before);
        }
        if (!(before.stage() instanceof Stage.Done)) {
            judge(file, sight, before.stage());
        }
    }

    private void judge(Path file, Sight sight, Stage before) {
        Optional<ArtifactTrust> judge = signing.flatMap(one -> one.judge().get());
        if (before instanceof Stage.Untrusted earlier
                && judge.filter(earlier.by()::equals).isPresent()
                && !MAY_PASS.contains(earlier.refused().reason())) {
            return;
        }
        if (signing.isPresent() && judge.isEmpty()) {
            taken.put(file, new Taken(sight, new Stage.Open()));
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
            Stage now = new Stage.Untrusted(judge.get(), refused);
            boolean settles = MAY_SETTLE.contains(refused.reason()) && isSettling(sight);
            if (!settles && !now.equals(before)) {
                note(file, use.untrusted(file, refused));
                taken.put(file, new Taken(sight, now));
            }
            return;
        }
        use(file, sight, content);
    }

    private boolean isSettling(Sight sight) {
        long age = clock.millis() - sight.millis();
        return age >= 0 && age < signing.orElseThrow().settling().toMillis();
    }

    private void use(Path file, Sight sight, byte[] content) {
        Outcome outcome = use.apply(file, content);
        if (outcome instanceof Outcome.Waits waits) {
            taken.put(file, new Taken(sight, new Stage.Open()));
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
