package org.pledge.backup.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Encrypts what is written to it to a backup key; the file is whole once it is closed. */
final class SealingStream extends OutputStream {
    private final OutputStream out;
    private final Segments segments;
    private final byte[] plain = new byte[Segments.PLAIN_BYTES];
    private int filled;
    private boolean closed;

    SealingStream(OutputStream out, FileHeader.Content content, byte[] publicKey) throws IOException {
        this.out = out;
        byte[] own = X25519.newPrivate();
        byte[] ephemeral = X25519.publicOf(own);
        FileHeader header = new FileHeader(content, FileHeader.name(publicKey), ephemeral);
        this.segments = Segments.of(X25519.agree(own, publicKey), ephemeral, publicKey, header.bytes());
        Arrays.fill(own, (byte) 0);
        out.write(header.bytes());
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == plain.length) { // more follows, so it is not the last
                out.write(segments.encrypt(plain, filled, false));
                filled = 0;
            }
            int taken = Math.min(left, plain.length - filled);
            System.arraycopy(bytes, from, plain, filled, taken);
            filled += taken;
            from += taken;
            left -= taken;
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    /** Writes the last segment; what is below stays open. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            out.write(segments.encrypt(plain, filled, true));
            Arrays.fill(plain, (byte) 0);
            out.flush();
        }
    }
}
