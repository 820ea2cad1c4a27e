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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
    private final AtomicReference<Reason> refusal = new AtomicReference<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final List<DropFolder> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(DropFolder::close);
    }

    private Verdict refuse(Path file, byte[] content, Target target) {
        checks.incrementAndGet();
        return new Verdict.Refused(Reason.ALTERED, "it was changed");
    }

    private Verdict doubt(Path file, byte[] content, Target target) {
        checks.incrementAndGet();
        return refusal.get() == null
                ? new Verdict.Trusted("key", 1)
                : new Verdict.Refused(refusal.get(), "it is tried again");
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
        await().until(() -> hasNote("a.txt: it was changed (ALTERED)\n"));
        judge.set(Optional.empty());
        await().until(() -> hasNote("a.txt: whether it is signed cannot be checked now. Start the bundle"
                + " org.pledge.deploy. It is tried again by itself. (UNSIGNED)\n"));
        assertThat(checks).hasValue(1);
        assertThat(attempts).hasValue(0);
        judge.set(Optional.of(this::trust));
        await().until(() -> inForce.containsKey("a.txt"));
        assertThat(checks).hasValue(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"UNTRUSTED_KEY", "NO_RECORD"})
    void aFileIsInForceOnceItsKeyOrTheRecordIsThereAndIsNotedOnceUntilThen(Reason reason) throws IOException {
        judge.set(Optional.of(this::doubt));
        refusal.set(reason);
        watch(signed());
        drop("good");
        await().until(() -> hasNote("a.txt: it is tried again (" + reason + ")\n") && checks.get() > 3);
        assertThat(refusals).hasValue(1);
        refusal.set(null);
        await().until(() -> inForce.containsKey("a.txt") && Files.notExists(directory.resolve("a.txt.refused")));
    }

    @Test
    void aFileThatWaitsIsNotUsedOnceItsKeyIsGone() throws IOException {
        judge.set(Optional.of(this::doubt));
        waiting.add("a.txt");
        watch(signed());
        drop("good");
        await().until(() -> hasNote("a.txt waits\n"));
        refusal.set(Reason.UNTRUSTED_KEY);
        await().until(() -> hasNote("a.txt: it is tried again (UNTRUSTED_KEY)\n"));
        waiting.clear();
        int seen = checks.get();
        await().until(() -> checks.get() > seen + 3);
        assertThat(inForce).isEmpty();
        refusal.set(null);
        await().until(() -> inForce.containsKey("a.txt"));
    }

    @Test
    void aFileThatWaitsIsNotUsedWhileNobodyCanJudgeIt() throws IOException {
        judge.set(Optional.of(this::trust));
        waiting.add("a.txt");
        watch(signed());
        drop("good");
        await().until(() -> hasNote("a.txt waits\n"));
        judge.set(Optional.empty());
        await().until(() -> Files.readString(directory.resolve("a.txt.refused")).contains("org.pledge.deploy"));
        waiting.clear();
        Files.writeString(directory.resolve("b.txt"), "good");
        await().until(() -> Files.exists(directory.resolve("b.txt.refused")));
        assertThat(inForce).isEmpty();
    }

    @Test
    void anEntryThatCannotBeLookedAtIsInNobodysWay() throws IOException {
        Path loop = directory.resolve("0.txt");
        Files.createSymbolicLink(loop, loop);
        Files.createSymbolicLink(directory.resolve("a.txt.sig"), directory.resolve("a.txt.sig"));
        watch(Optional.empty());
        drop("good");
        await().until(() -> inForce.containsKey("a.txt"));
        await().until(() -> Files.exists(directory.resolve("0.txt.refused")));
        assertThat(Files.readString(directory.resolve("0.txt.refused")))
                .isEqualTo("0.txt: it cannot be read. Give the platform's user the right to.\n");
        Files.delete(loop);
        Files.writeString(loop, "good");
        await().until(() -> inForce.containsKey("0.txt"));
    }

    @Test
    void aDirectoryThatCannotBeReadStopsNoOtherAndItsFilesStay() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("o.txt"), "good");
        Place place = new Place("drop-folder-test", () -> Map.of(directory, "", other, ""), ".txt", 100, 10);
        open.add(new DropFolder(place, Optional.empty(), List.of(), new Texts(), Clock.systemUTC()));
        await().until(() -> inForce.containsKey("o.txt"));

        Path away = Files.move(other, directory.resolve("away"));
        Files.writeString(other, "a file, and no directory");
        drop("good");
        await().until(() -> inForce.containsKey("a.txt"));
        Files.delete(directory.resolve("a.txt"));
        await().until(() -> !inForce.containsKey("a.txt"));
        assertThat(inForce).as("nobody could see that it went").containsKey("o.txt");

        Files.delete(other);
        Files.move(away, other);
        Files.delete(other.resolve("o.txt"));
        await().until(inForce::isEmpty);
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
        public String untrusted(Path file, Verdict.Refused refused) {
            refusals.incrementAndGet();
            return Use.super.untrusted(file, refused);
        }

        @Override
        public void remove(Path file) {
            inForce.remove(shown(file));
        }
    }
}
