package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.crypto.CardSealer;
import org.pledge.store.memory.MemoryVault;
import org.slf4j.LoggerFactory;

/** Runs {@link TokenStory} against a token of SoftHSM2, in a process whose environment says where its tokens are. */
final class TokenRootKeyTest {
    private static final String PIN = "271828";
    private static final List<Path> LIBRARIES = Stream.of(
                    System.getProperty("pledge.softhsm", "/usr/lib/softhsm/libsofthsm2.so"),
                    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
                    "/usr/lib64/pkcs11/libsofthsm2.so",
                    "/usr/local/lib/softhsm/libsofthsm2.so")
            .map(Path::of)
            .toList();

    @TempDir
    Path folder;

    @Test
    void theRootKeyStaysInAToken() throws IOException, InterruptedException {
        Optional<Path> library = LIBRARIES.stream().filter(Files::isRegularFile).findFirst();
        Optional<Path> program = Stream.of("/usr/bin/softhsm2-util", "/usr/local/bin/softhsm2-util")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(
                library.isPresent() && program.isPresent(), "no SoftHSM2 here; install it, or name -Dpledge.softhsm");
        Files.createDirectory(folder.resolve("tokens"));
        Files.writeString(folder.resolve("softhsm2.conf"), "directories.tokendir = " + folder.resolve("tokens") + "\n");
        Files.writeString(folder.resolve("pin"), PIN + "\n");
        String made = run(
                program.orElseThrow().toString(),
                "--init-token",
                "--free",
                "--label",
                "vault",
                "--pin",
                PIN,
                "--so-pin",
                "314159");
        Matcher slot = Pattern.compile("slot ([0-9]+)").matcher(made);
        assertThat(slot.find()).as(made).isTrue();

        String classPath = Stream.of(
                        TokenStory.class,
                        VaultKeyRing.class,
                        CardSealer.class,
                        MemoryVault.class,
                        LoggerFactory.class,
                        Assertions.class)
                .map(each ->
                        each.getProtectionDomain().getCodeSource().getLocation().getPath())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
        String said = run(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                TokenStory.class.getName(),
                library.orElseThrow().toString(),
                slot.group(1),
                folder.resolve("pin").toString());
        assertThat(said.lines().filter(line -> line.startsWith("step: ")))
                .as(said)
                .containsExactlyElementsOf(
                        TokenStory.STEPS.stream().map("step: "::concat).toList());
        assertThat(said).doesNotContain(PIN);
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment()
                .put("SOFTHSM2_CONF", folder.resolve("softhsm2.conf").toString());
        Process process = builder.start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(out);
        assertThat(ended).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
