package org.pledge.backup.internal;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * How a file begins.
 *
 * @param recipient the name of the backup key that opens it
 */
record FileHeader(Content content, byte[] recipient, byte[] ephemeral) {
    private static final byte[] MAGIC = "PLEDGEBK".getBytes(StandardCharsets.US_ASCII);
    private static final byte VERSION = 1;
    private static final int NAME_BYTES = 16;
    private static final int BYTES = 8 + 1 + 1 + NAME_BYTES + X25519.BYTES;

    /** What a file holds. */
    enum Content {
        /** Everything but the keys. */
        DATA('D'),
        /** The wrapped keys of epochs. */
        KEYS('K');

        private final char letter;

        Content(char letter) {
            this.letter = letter;
        }
    }

    /** The name of a backup key. */
    static byte[] name(byte[] publicKey) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(publicKey), NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .put(MAGIC)
                .put(VERSION)
                .put((byte) content.letter)
                .put(recipient)
                .put(ephemeral)
                .array();
    }

    static FileHeader read(InputStream in) throws IOException {
        byte[] bytes = new byte[BYTES];
        try {
            new DataInputStream(in).readFully(bytes);
        } catch (EOFException e) {
            throw notOurs();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte[] magic = new byte[MAGIC.length];
        buffer.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw notOurs();
        }
        byte version = buffer.get();
        if (version != VERSION) {
            throw new DamagedFileException("the file has format " + version + ", and this version reads format "
                    + VERSION + ": restore it with the version that made it or a later one");
        }
        char letter = (char) buffer.get();
        Content content = Arrays.stream(Content.values())
                .filter(each -> each.letter == letter)
                .findFirst()
                .orElseThrow(FileHeader::notOurs);
        byte[] recipient = new byte[NAME_BYTES];
        buffer.get(recipient);
        byte[] ephemeral = new byte[X25519.BYTES];
        buffer.get(ephemeral);
        return new FileHeader(content, recipient, ephemeral);
    }

    private static DamagedFileException notOurs() {
        return new DamagedFileException("not a backup of the platform");
    }
}
