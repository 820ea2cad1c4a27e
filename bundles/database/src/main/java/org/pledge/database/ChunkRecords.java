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
    private static final Pattern LENGTH = Pattern.compile(",len:([0-9a-f]{1,7})");
    private static final Pattern VERSION = Pattern.compile("(?:^|,)version:([0-9a-f]{1,15})");

    /**
     * What was written at a position, when the newest chunk had this version: chunks that H2 moves keep theirs. The
     * record that a file begins with has no length.
     */
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

        boolean covers(long other) {
            return position < other && other < position + length;
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
    private long newest;
    private long count;
    private long synced;

    private ChunkRecords(FileChannel file, ByteBuffer written, long newest) {
        this.file = file;
        this.written = written;
        this.newest = newest;
    }

    /** Those that are in a file. */
    static ChunkRecords read(FileChannel file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES - START);
        file.read(bytes, START);
        ByteBuffer header = ByteBuffer.allocate(BLOCK_BYTES);
        file.read(header, 0);
        long recorded = newest(Written.readAll(bytes.clear().duplicate()));
        return new ChunkRecords(file, bytes, Math.max(recorded, number(VERSION, header.flip())));
    }

    private static long newest(List<Written> records) {
        return records.stream().mapToLong(Written::version).max().orElse(-1);
    }

    /** Begins anew in a file whose chunks are all on the disk; what is recorded of them tells nothing from here on. */
    void begin() throws IOException {
        begin(file, newest);
    }

    private static ByteBuffer begin(FileChannel file, long version) throws IOException {
        ByteBuffer first = new Written(0, 0, 0, 0, version).toBytes();
        file.write(first.duplicate(), START);
        file.force(true);
        return first;
    }

    /**
     * Begins anew in a file whose newest chunk has this version, and writes its header. The version is on the disk before
     * an earlier record goes: without any of them the newest chunks would be held for unsynced by who is cut off here.
     */
    static void begin(FileChannel file, long version, ByteBuffer header) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
        ByteBuffer first = begin(file, version);
        bytes.put(header).position(START);
        bytes.put(first).clear();
        file.write(bytes, 0);
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
        return number(VERSION, chunk.slice(chunk.position(), CHUNK_HEADER_BYTES));
    }

    /** The number that a text names, in hexadecimal; -1 for none. */
    private static long number(Pattern named, ByteBuffer text) {
        Matcher number = named.matcher(StandardCharsets.ISO_8859_1.decode(text.duplicate()));
        return number.find() ? Long.parseLong(number.group(1), 16) : -1;
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
        newest = Math.max(newest, version);
        Written adding = new Written(position, chunk.remaining(), checksumOfHeader(chunk), checksum(chunk), newest);
        int slot = (int) (++count % RECORDS) * RECORD_BYTES;
        ByteBuffer bytes = adding.toBytes();
        written.put(slot, bytes, 0, RECORD_BYTES);
        file.write(bytes, START + slot);
    }

    /** How many were added. */
    synchronized long count() {
        return count;
    }

    /** The first so many are on the disk. */
    synchronized void synced(long first) {
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

    /** Blanks them in what was read of the file at a position, from a start in the buffer on. */
    static void hide(ByteBuffer read, int start, long position) {
        long end = position + read.position() - start;
        for (long at = Math.max(START, position); at < Math.min(HEADER_BYTES, end); at++) {
            read.put(start + (int) (at - position), (byte) 0);
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
            if (isTorn(chunk, record) || isStale(chunk, record, records)) {
                erase(record.position);
            }
        }
        eraseNewerThan(newest(records));
        file.force(true);
    }

    private static boolean isTorn(ByteBuffer chunk, Written record) {
        return version(chunk) >= 0 && checksumOfHeader(chunk) == record.header && checksum(chunk) != record.content;
    }

    /**
     * Whether the header is one that an earlier cut had left without its footer: of the chunk that was written over it,
     * which has the same version again, this cut has left the footer and not the header.
     */
    private static boolean isStale(ByteBuffer chunk, Written record, List<Written> records) {
        long version = version(chunk);
        return record.version > begun(records)
                && version >= record.version
                && version == number(VERSION, chunk.slice(record.length - CHUNK_HEADER_BYTES, CHUNK_HEADER_BYTES))
                && records.stream()
                        .noneMatch(each -> each.position == record.position && each.header == checksumOfHeader(chunk))
                && records.stream().noneMatch(each -> each.version >= record.version && each.covers(record.position));
    }

    /** The newest version when the records began, of which the earlier ones need not be complete. */
    private static long begun(List<Written> records) {
        return newest(records.stream().filter(each -> each.length == 0).toList());
    }

    private void eraseNewerThan(long version) throws IOException {
        ByteBuffer blocks = ByteBuffer.allocate(SCANNED_BLOCKS * BLOCK_BYTES);
        for (long start = HEADER_BYTES; file.read(blocks.clear(), start) > 0; start += blocks.capacity()) {
            int end = blocks.position();
            for (int block = 0; block < end; block += BLOCK_BYTES) {
                ByteBuffer header = blocks.limit(end).position(block);
                if (version(header) > version && isWhole(header, start + block)) {
                    erase(start + block);
                }
            }
        }
    }

    /** Whether a footer agrees with a chunk's header; it is no chunk for H2 otherwise, and perhaps somebody's text. */
    private boolean isWhole(ByteBuffer header, long position) throws IOException {
        ByteBuffer start = header.slice(header.position(), CHUNK_HEADER_BYTES);
        long blocks = number(LENGTH, start);
        if (blocks < 1) {
            return false;
        }
        ByteBuffer footer = ByteBuffer.allocate(CHUNK_HEADER_BYTES);
        file.read(footer, position + blocks * BLOCK_BYTES - CHUNK_HEADER_BYTES);
        return number(VERSION, footer.clear()) == number(VERSION, start);
    }

    private void erase(long position) throws IOException {
        file.write(ByteBuffer.allocate(CHUNK_HEADER_BYTES), position);
    }
}
