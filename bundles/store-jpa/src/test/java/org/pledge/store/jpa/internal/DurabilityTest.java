package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;

/** Kills a process that writes, and looks for everything that it had acknowledged. */
final class DurabilityTest {
    private static final int KILLS = 4;
    private static final int ACKNOWLEDGED_BEFORE_A_KILL = 100;
    private static final int WRITERS = 4;

    @TempDir
    private Path folder;

    @Test
    void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws IOException, InterruptedException {
        Set<UUID> acknowledged = new HashSet<>();
        for (int kill = 1; kill <= KILLS; kill++) {
            writeAndKill(acknowledged);
            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(kill * ACKNOWLEDGED_BEFORE_A_KILL);
            assertThat(kept()).containsAll(acknowledged);
        }
    }

    private void writeAndKill(Set<UUID> acknowledged) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        Writer.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            int count = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.length() == Writer.LINE) { // the last one may be cut off
                    acknowledged.add(UUID.fromString(line.substring(1)));
                    count++;
                }
                if (count == ACKNOWLEDGED_BEFORE_A_KILL) {
                    process.toHandle().destroyForcibly(); // leaves the output readable
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Every jar and folder that this test was loaded with, however it was started. */
    private static String classPath() throws IOException {
        ClassLoader loader = DurabilityTest.class.getClassLoader();
        return Stream.concat(
                        Collections.list(loader.getResources("META-INF/MANIFEST.MF")).stream()
                                .filter(url -> url.getPath().startsWith("file:"))
                                .map(url -> url.getPath()
                                        .substring(
                                                "file:".length(), url.getPath().indexOf('!'))),
                        Collections.list(loader.getResources("")).stream().map(URL::getPath))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private Set<UUID> kept() {
        try (TestDatabase test = TestStores.UNIT.h2(folder);
                Database database = test.open()) {
            return Writers.kept(TestStores.on(database));
        }
    }

    /** Writes consents until it is killed, and prints the identifier of each one that was acknowledged. */
    static final class Writer {
        static final int LINE = 37;

        private Writer() {}

        public static void main(String[] arguments) {
            TestDatabase test = TestStores.UNIT.h2(Path.of(arguments[0]));
            Stores stores = TestStores.on(test.open());
            for (int i = 0; i < WRITERS; i++) {
                new Thread(() -> write(stores)).start();
            }
        }

        private static void write(Stores stores) {
            while (true) {
                UUID id = UUID.randomUUID();
                stores.transactions().required(() -> Writers.append(stores, id));
                synchronized (System.out) {
                    System.out.print("+" + id + "\n");
                    System.out.flush();
                }
            }
        }
    }
}
