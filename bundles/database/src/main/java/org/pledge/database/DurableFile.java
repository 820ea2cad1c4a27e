package org.pledge.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.SingleFileStore;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePathWrapper;

/**
 * A file system of H2, named {@code durable:}, on which H2 finds its newest whole state again after a crash. By itself
 * H2 looks at what the file's header names, at the end of the file and at what follows from there. Not all that was
 * synced can be reached so, and it then takes an older state and forgets what was acknowledged since; nor does it see
 * that the middle of what it wrote last is missing.
 */
public final class DurableFile extends FilePathWrapper {
    static final String SCHEME = "durable";

    private interface Change {
        void of(ChunkRecords records) throws IOException;
    }

    private static final String DATABASE = ".mv.db";
    /** Stands in the header of a file that was closed in order. */
    private static final String CLEAN = "clean:";

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        FileChannel file = super.open(mode);
        if (!getBase().getName().endsWith(DATABASE) || !mode.startsWith("rw")) {
            return file;
        }
        if (file.size() > 0 && isClean(file)) {
            alone(file, ChunkRecords::begin);
        } else if (file.size() > 0) {
            alone(file, ChunkRecords::eraseTorn);
            nameNewest(getBase().toString(), file);
        }
        return new Channel(file, ChunkRecords.read(file));
    }

    private static boolean isClean(FileChannel file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(ChunkRecords.BLOCK_BYTES);
        file.read(header, 0);
        return isClean(header.flip());
    }

    private static boolean isClean(ByteBuffer header) {
        return StandardCharsets.ISO_8859_1.decode(header.duplicate()).toString().contains(CLEAN);
    }

    /** Changes the records of a file that nobody else has open. */
    private static void alone(FileChannel file, Change change) throws IOException {
        try (FileLock lock = file.tryLock()) {
            if (lock == null) {
                throw locked();
            }
            change.of(ChunkRecords.read(file));
        } catch (OverlappingFileLockException e) {
            throw locked();
        }
    }

    /** Nobody opens a file that was not recovered. */
    private static MVStoreException locked() {
        return DataUtils.newMVStoreException(DataUtils.ERROR_FILE_LOCKED, "The file is locked");
    }

    /** Makes the header name the newest whole state. */
    private static void nameNewest(String name, FileChannel file) throws IOException {
        Scan scan = new Scan();
        try {
            try {
                scan.open(name, false, null);
                new MVStore.Builder()
                        .fileStore(scan)
                        .autoCommitDisabled()
                        .open()
                        .closeImmediately();
                if (scan.found()) {
                    ChunkRecords.begin(file, scan.lastChunkVersion(), scan.header());
                }
            } finally {
                scan.close();
            }
        } catch (MVStoreException e) {
            if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
                throw e;
            }
            return; // nothing whole is found: H2 will say so itself
        }
    }

    /** Looks through the whole file, as H2 does only when it has found nothing elsewhere. */
    private static final class Scan extends SingleFileStore {
        Scan() {
            super(new HashMap<>());
        }

        @Override
        protected void readStoreHeader(boolean thorough) {
            super.readStoreHeader(true);
        }

        /** False for a file into which nothing was stored yet. */
        boolean found() {
            return lastChunk != null;
        }

        /** Not as that of a file closed in order: H2 would want chunks of it that nothing uses any more. */
        ByteBuffer header() {
            HashMap<String, Object> header = new HashMap<>(getStoreHeader());
            header.put("chunk", lastChunk.id);
            header.put("block", lastChunk.block);
            header.put("version", lastChunk.version);
            StringBuilder text = DataUtils.appendMap(new StringBuilder(), header);
            byte[] checked = text.toString().getBytes(StandardCharsets.ISO_8859_1);
            DataUtils.appendMap(text, "fletcher", DataUtils.getFletcher32(checked, 0, checked.length));
            byte[] copy = text.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1);
            ByteBuffer copies = ByteBuffer.allocate(2 * ChunkRecords.BLOCK_BYTES);
            return copies.put(copy).position(ChunkRecords.BLOCK_BYTES).put(copy).flip();
        }
    }

    /** Keeps records of what is written, and writes the header of a closed file when everything else is on the disk. */
    private static final class Channel extends FileBaseDefault {
        private final FileChannel base;
        private final ChunkRecords records;

        Channel(FileChannel base, ChunkRecords records) {
            this.base = base;
            this.records = records;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            int start = into.position();
            int read = base.read(into, position);
            ChunkRecords.hide(into, start, position);
            return read;
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            if (position > 0) {
                records.add(from, position);
                return base.write(from, position);
            }
            if (isClean(from)) {
                base.force(true);
            }
            return records.writeHeader(from);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            long before = records.count();
            base.force(metaData);
            records.synced(before);
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            base.truncate(size);
        }

        @Override
        public long size() throws IOException {
            return base.size();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return base.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            base.close();
        }
    }
}
