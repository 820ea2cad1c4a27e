package org.pledge.deploy.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A small text file that is replaced as a whole and on the disk before a write returns; its last line is a checksum. */
final class DurableText {
    private static final String END = "end ";

    private final Path file;

    DurableText(Path file) {
        this.file = file;
    }

    /** The text; nothing when the file is missing or was not written by {@link #write}. */
    Optional<String> read() throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        String all = Files.readString(file, StandardCharsets.UTF_8);
        int end = all.lastIndexOf(END);
        return end >= 0 && all.equals(sealed(all.substring(0, end)))
                ? Optional.of(all.substring(0, end))
                : Optional.empty();
    }

    void write(String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel out = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(sealed(text).getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static String sealed(String text) {
        return text + END + Signature.sha256(text.getBytes(StandardCharsets.UTF_8)) + "\n";
    }
}
