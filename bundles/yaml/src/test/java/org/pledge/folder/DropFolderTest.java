package org.pledge.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Reason;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.deploy.ArtifactTrust.Verdict;

@Timeout(60)
class DropFolderTest {
    @TempDir
    Path directory;

    private final Map<String, String> inForce = new ConcurrentHashMap<>();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger checks = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicReference<String> under = new AtomicReference<>("one");
    private final AtomicReference<Optional<ArtifactTrust>> judge = new AtomicReference<>(Optional.of(this::refuse));
    private final List<DropFolder> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(DropFolder::close);
    }

    private Verdict refuse(Path file, byte[] content, Target target) {
        checks.incrementAndGet();
        return new Verdict.Refused(Reason.UNTRUSTED_KEY, "nobody knows the key");
    }

    private Verdict trust(Path file, byte[] content, Target target) {
        checks.incrementAndGet();
        return new Verdict.Trusted("key", 1);
    }

    private void watch(Optional<Signing> signing, Path... before) {
        Place place = new Place("drop-folder-test", () -> Map.of(directory, under.get()), ".txt", 100, 10);
        open.add(new DropFolder(place, signing, List.of(before), new Texts(), Clock.systemUTC()));
    }

    private Optional<Signing> signed() {
        return Optional.of(new Signing(judge::get, Target.POLICY, Duration.ZERO));
    }

    private void drop(String text) throws IOException {
        Files.writeString(directory.resolve("a.txt"), text);
    }

    private boolean hasNote(String text) throws IOException {
        Path note = directory.resolve("a.txt.refused");
        return Files.exists(note) && Files.readString(note).equals(text);
    }

    @Test
    void aFileIsInForceUntilItIsGone() throws IOException {
        watch(Optional.empty());
        drop("first");
        await().until(() -> "first".equals(inForce.get("a.txt")));
        drop("second one");
        await().until(() -> "second one".equals(inForce.get("a.txt")));
        Files.delete(directory.resolve("a.txt"));
        await().until(inForce::isEmpty);
    }

    @Test
    void whatWasInForceEarlierAndIsNotThereIsGone() {
        inForce.put("a.txt", "of yesterday");
        watch(Optional.empty(), directory.resolve("a.txt"));
        await().until(inForce::isEmpty);
    }

    @Test
    void aRefusedFileHasItsNoteUntilItIsInForce() throws IOException {
        watch(Optional.empty());
        drop("bad");
        await().until(() -> hasNote("a.txt is bad\n"));
        drop("good");
        await().until(() -> inForce.containsKey("a.txt") && Files.notExists(directory.resolve("a.txt.refused")));
    }

    @Test
    void aFileIsTakenAnewWhenWhatItDependsOnChanges() throws IOException {
        watch(Optional.empty());
        drop("good");
        await().until(() -> attempts.get() == 1);
        under.set("two");
        await().until(() -> attempts.get() == 2);
    }

    @Test
    void aFileThatIsNotTrustedIsCheckedAgainByAnotherJudgeOnly() throws IOException {
        watch(signed());
        drop("good");
        await().until(() -> hasNote("a.txt: nobody knows the key (UNTRUSTED_KEY)\n"));
        judge.set(Optional.empty());
        await().until(() -> hasNote("a.txt: whether it is signed cannot be checked now. Start the bundle"
                + " org.pledge.deploy. It is tried again by itself. (UNSIGNED)\n"));
        assertThat(checks).hasValue(1);
        assertThat(attempts).hasValue(0);
        judge.set(Optional.of(this::trust));
        await().until(() -> inForce.containsKey("a.txt"));
        assertThat(checks).hasValue(2);
    }

    @Test
    void aTrustedFileWaitsAndIsNotCheckedAgain() throws IOException {
        judge.set(Optional.of(this::trust));
        waiting.add("a.txt");
        watch(signed());
        drop("good");
        await().until(() -> hasNote("a.txt waits\n") && attempts.get() > 3);
        waiting.clear();
        await().until(() -> inForce.containsKey("a.txt"));
        assertThat(checks).hasValue(1);
    }

    @Test
    void oneFileThatFailsEndsNothing() throws IOException {
        watch(Optional.empty());
        drop("broken");
        await().until(() ->
                hasNote("a.txt: it could not be used and is tried again by itself (IllegalStateException)\n"));
        Files.writeString(directory.resolve("b.txt"), "good");
        await().until(() -> inForce.containsKey("b.txt"));
    }

    private final class Texts implements Use {
        @Override
        public Outcome apply(Path file, byte[] content) {
            attempts.incrementAndGet();
            String text = new String(content, StandardCharsets.UTF_8);
            if (text.equals("broken")) {
                throw new IllegalStateException();
            }
            if (text.equals("bad")) {
                return new Outcome.Refused(shown(file) + " is bad\n");
            }
            if (waiting.contains(shown(file))) {
                return new Outcome.Waits(shown(file) + " waits\n");
            }
            inForce.put(shown(file), text);
            return new Outcome.InForce();
        }

        @Override
        public void remove(Path file) {
            inForce.remove(shown(file));
        }
    }
}
