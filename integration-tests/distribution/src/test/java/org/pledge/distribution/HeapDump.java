package org.pledge.distribution;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The arrays of a heap dump (HPROF 1.0.2, identifiers of eight bytes), as {@code jcmd GC.heap_dump} writes it. */
final class HeapDump implements AutoCloseable {
    private static final int HEADER = "JAVA PROFILE 1.0.2".length() + 1;
    private static final int[] SIZES = {0, 0, Long.BYTES, 0, 1, 2, 4, 8, 1, 2, 4, 8};
    private static final int ID = Long.BYTES;

    private final DataInputStream in;
    private final OutputStream out;
    private final int longest;
    private long left;

    private HeapDump(DataInputStream in, OutputStream out, int longest) {
        this.in = in;
        this.out = out;
        this.longest = longest;
    }

    /** Writes every array of primitives with at most so many elements to a file; texts are such arrays. */
    static void arrays(Path dump, Path file, int longest) throws IOException {
        try (HeapDump heap = new HeapDump(
                new DataInputStream(new BufferedInputStream(Files.newInputStream(dump), 1 << 20)),
                new BufferedOutputStream(Files.newOutputStream(file), 1 << 20),
                longest)) {
            heap.read();
        }
    }

    private void read() throws IOException {
        in.skipNBytes(HEADER);
        if (in.readInt() != ID) {
            throw new IOException("identifiers of another length");
        }
        in.skipNBytes(Long.BYTES);
        for (int tag = in.read(); tag >= 0; tag = in.read()) {
            in.readInt();
            left = Integer.toUnsignedLong(in.readInt());
            if (tag == 0x0C || tag == 0x1C) {
                while (left > 0) {
                    part(u1());
                }
            } else {
                skip(left);
            }
        }
    }

    private void part(int tag) throws IOException {
        switch (tag) {
            case 0xFF, 0x05, 0x07 -> skip(ID);
            case 0x01 -> skip(2 * ID);
            case 0x02, 0x03, 0x08 -> skip(ID + 8);
            case 0x04, 0x06 -> skip(ID + 4);
            case 0x20 -> type();
            case 0x21 -> {
                skip(ID + 4 + ID);
                skip(u4());
            }
            case 0x22 -> {
                skip(ID + 4);
                long count = u4();
                skip(ID + count * ID);
            }
            case 0x23 -> array();
            default -> throw new IOException("unknown part " + tag);
        }
    }

    private void type() throws IOException {
        skip(ID + 4 + 6 * ID + 4);
        for (int constants = u2(); constants > 0; constants--) {
            skip(2);
            skip(SIZES[u1()]);
        }
        for (int fields = u2(); fields > 0; fields--) {
            skip(ID);
            skip(SIZES[u1()]);
        }
        skip((long) u2() * (ID + 1));
    }

    private void array() throws IOException {
        skip(ID + 4);
        long count = u4();
        long bytes = SIZES[u1()] * count;
        if (count > longest) {
            skip(bytes);
            return;
        }
        left -= bytes;
        out.write(in.readNBytes((int) bytes));
        out.write('\n');
    }

    private void skip(long bytes) throws IOException {
        in.skipNBytes(bytes);
        left -= bytes;
    }

    private int u1() throws IOException {
        left -= 1;
        return in.readUnsignedByte();
    }

    private int u2() throws IOException {
        left -= 2;
        return in.readUnsignedShort();
    }

    private long u4() throws IOException {
        left -= 4;
        return Integer.toUnsignedLong(in.readInt());
    }

    @Override
    public void close() throws IOException {
        in.close();
        out.close();
    }
}
