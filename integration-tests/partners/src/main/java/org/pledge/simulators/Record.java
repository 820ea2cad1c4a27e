package org.pledge.simulators;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A folder with what a simulator received: {@code 0001.<part>} and so on, each file whole or not there. */
final class Record {
    private final Path folder;
    private final AtomicInteger count;

    /** Goes on counting where a simulator that was killed stopped. */
    Record(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        try (Stream<Path> before = Files.list(folder)) {
            this.count = new AtomicInteger(before.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[0-9]{4}\\..*"))
                    .mapToInt(name -> Integer.parseInt(name.substring(0, 4)))
                    .max()
                    .orElse(0));
        }
    }

    /** Writes the parts of one message; the part in {@code last} appears when the others are there. */
    synchronized void add(Map<String, byte[]> parts, String last, byte[] lastBytes) {
        String name = String.format(Locale.ROOT, "%04d.", count.incrementAndGet());
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
