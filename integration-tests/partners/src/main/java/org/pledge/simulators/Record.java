package org.pledge.simulators;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A folder with what a simulator received: {@code 0001.<part>} and so on, each file whole or not there. */
final class Record {
    private final Path folder;
    private final AtomicInteger count = new AtomicInteger();

    Record(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** Writes the parts of one message; the part in {@code last} appears when the others are there. */
    synchronized void add(Map<String, byte[]> parts, String last, byte[] lastBytes) {
        String name = String.format("%04d.", count.incrementAndGet());
        parts.forEach((part, bytes) -> write(name + part, bytes));
        write(name + last, lastBytes);
    }

    private void write(String name, byte[] bytes) {
        try {
            Path half = Files.write(folder.resolve("." + name), bytes);
            Files.move(half, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
