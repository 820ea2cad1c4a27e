package org.pledge.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Checksums of the chunks that H2 wrote last, in the unused half of the header's second block, and synced together with
 * them. After a crash a chunk that differs from its checksum, or is newer than all that have one, was not synced.
 */
final class ChunkRecords {
    static final int BLOCK_BYTES = 4096;

    private static final int HEADER_BYTES = 2 * BLOCK_BYTES;
    private static final int RECORD_BYTES = 32;
    private static final int RECORDS = 64;
    private static final int START = HEADER_BYTES - RECORDS * RECORD_BYTES;
    private static final int CHUNK_HEADER_BYTES = 128;
    private static final int SCANNED_BLOCKS = 256;
    private static final byte[] CHUNK = "chunk:".getBytes(StandardCharsets.ISO_8859_1);
    private static final Pattern VERSION = Pattern.compile(",version:([0-9a-f]+)");

    /** What was written at a position; the record that a file begins with has no length. */
    private record Written(long position, int length, int header, int content, long version) {
        ByteBuffer toBytes() {
            ByteBuffer bytes = ByteBuffer.allocate(RECORD_BYTES)
                    .putLong(position)
                    .putInt(length)
                    .putInt(header)
                    .putInt(content)
                    .putLong(version);
            return bytes.putInt(checksum(bytes.duplicate().flip())).flip();
        }

        static List<Written> readAll(ByteBuffer bytes) {
            List<Written> all = new ArrayList<>();
            while (bytes.remaining() >= RECORD_BYTES) {
                ByteBuffer slice = bytes.slice(bytes.position(), RECORD_BYTES - Integer.BYTES);
                Written read =
                        new Written(bytes.getLong(), bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getLong());
                if (bytes.getInt() == checksum(slice) && read.version >= 0) {
                    all.add(read);
                }
            }
            return all;
        }
    }

    private final FileChannel file;
    private final ByteBuffer written;
    private int count;
    private int synced;

    private ChunkRecords(FileChannel file, ByteBuffer written) {
        this.file = file;
        this.written = written;
    }

    /** Those that are in a file. */
    static ChunkRecords read(FileChannel file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES - START);
        file.read(bytes, START);
        return new ChunkRecords(file, bytes.clear());
    }

    /** Begins anew in a file whose newest chunk has this version. */
    static void begin(FileChannel file, long version) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES - START);
        bytes.put(new Written(0, 0, 0, 0, version).toBytes()).clear();
        file.write(bytes, START);
        file.force(true);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.duplicate());
        return (int) checksum.getValue();
    }

    private static int checksumOfHeader(ByteBuffer chunk) {
        return checksum(chunk.slice(chunk.position(), CHUNK_HEADER_BYTES));
    }

    /** The version that a chunk's header names; -1 for what is no chunk. */
    private static long version(ByteBuffer chunk) {
        if (chunk.remaining() < CHUNK_HEADER_BYTES
                || !chunk.slice(chunk.position(), CHUNK.length).equals(ByteBuffer.wrap(CHUNK))) {
            return -1;
        }
        Matcher version =
                VERSION.matcher(StandardCharsets.ISO_8859_1.decode(chunk.slice(chunk.position(), CHUNK_HEADER_BYTES)));
        return version.find() ? Long.parseLong(version.group(1), 16) : -1;
    }

    /** Records a chunk that is about to be written. */
    synchronized void add(ByteBuffer chunk, long position) throws IOException {
        long version = version(chunk);
        if (version < 0) {
            return;
        }
        if (count - synced == RECORDS - 1) {
            file.force(true);
            synced = count;
        }
        Written adding = new Written(position, chunk.remaining(), checksumOfHeader(chunk), checksum(chunk), version);
        int slot = ++count % RECORDS * RECORD_BYTES;
        ByteBuffer bytes = adding.toBytes();
        written.put(slot, bytes, 0, RECORD_BYTES);
        file.write(bytes, START + slot);
    }

    /** How many were added. */
    synchronized int count() {
        return count;
    }

    /** The first so many are on the disk. */
    synchronized void synced(int first) {
        synced = Math.max(synced, first);
    }

    /** Writes the file's header, and the records behind it. */
    synchronized int writeHeader(ByteBuffer header) throws IOException {
        int length = header.remaining();
        ByteBuffer bytes = ByteBuffer.allocate(Math.max(length, HEADER_BYTES));
        bytes.put(header).position(START);
        bytes.put(written.duplicate().clear()).rewind();
        file.write(bytes, 0);
        return length;
    }

    /** Blanks them in what was read of the file. */
    void hide(ByteBuffer read, long position) {
        for (long at = Math.max(START, position); at < Math.min(HEADER_BYTES, position + read.position()); at++) {
            read.put((int) (at - position), (byte) 0);
        }
    }

    /** Erases the chunks that were not whole on the disk when the power went. */
    void eraseTorn() throws IOException {
        List<Written> records = Written.readAll(written.duplicate().clear());
        if (records.isEmpty()) {
            return; // written without records
        }
        for (Written record : records) {
            ByteBuffer chunk = ByteBuffer.allocate(record.length);
            file.read(chunk, record.position);
            chunk.clear();
            if (version(chunk) >= 0 && checksumOfHeader(chunk) == record.header && checksum(chunk) != record.content) {
                erase(record.position);
            }
        }
        eraseNewerThan(records.stream().mapToLong(Written::version).max().getAsLong());
        file.force(true);
    }

    private void eraseNewerThan(long version) throws IOException {
        ByteBuffer blocks = ByteBuffer.allocate(SCANNED_BLOCKS * BLOCK_BYTES);
        for (long start = HEADER_BYTES; file.read(blocks.clear(), start) > 0; start += blocks.capacity()) {
            int end = blocks.position();
            for (int block = 0; block < end; block += BLOCK_BYTES) {
                if (version(blocks.limit(end).position(block)) > version) {
                    erase(start + block);
                }
            }
        }
    }

    private void erase(long position) throws IOException {
        file.write(ByteBuffer.allocate(CHUNK_HEADER_BYTES), position);
    }
}
