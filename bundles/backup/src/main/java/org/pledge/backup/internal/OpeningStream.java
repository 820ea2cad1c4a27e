package org.pledge.backup.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;

/** Decrypts a file with the private backup key. */
final class OpeningStream extends InputStream {
    private final PushbackInputStream in;
    private final FileHeader header;
    private final Segments segments;
    private final byte[] segment = new byte[Segments.PLAIN_BYTES + Segments.TAG_BYTES];
    private byte[] plain = {};
    private int next;
    private boolean ended;

    OpeningStream(InputStream file, byte[] privateKey) throws IOException {
        this.in = new PushbackInputStream(file, 1);
        this.header = FileHeader.read(in);
        byte[] publicKey = X25519.publicOf(privateKey);
        if (!Arrays.equals(header.recipient(), FileHeader.name(publicKey))) {
            throw new DamagedFileException("the backup was made for another backup key: give the one it was made for");
        }
        this.segments = Segments.of(
                X25519.agree(privateKey, header.ephemeral()), header.ephemeral(), publicKey, header.bytes());
    }

    FileHeader.Content content() {
        return header.content();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (next == plain.length) {
            if (ended) {
                return -1;
            }
            decryptNext();
        }
        int taken = Math.min(length, plain.length - next);
        System.arraycopy(plain, next, bytes, offset, taken);
        next += taken;
        return taken;
    }

    private void decryptNext() throws IOException {
        int length = in.readNBytes(segment, 0, segment.length);
        int following = in.read();
        ended = following < 0;
        if (!ended) {
            in.unread(following);
        }
        if (length < Segments.TAG_BYTES) {
            throw new DamagedFileException("the file ends early");
        }
        plain = segments.decrypt(segment, length, ended);
        next = 0;
    }

    @Override
    public void close() throws IOException {
        Arrays.fill(plain, (byte) 0);
        in.close();
    }
}
