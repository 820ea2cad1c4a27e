package org.pledge.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file of an embedded database. */
public final class DatabaseFile {
    /** Opens a file for reading and writing, by the name that the database has for it. */
    public interface Opener {
        /** Opens it. */
        FileChannel open(String name) throws IOException;
    }

    private static final String SUFFIX = ".mv.db";
    private static final String SCHEMES = "^([a-z]{2,}:)+";
    private static final int BLOCK_BYTES = 1 << 20;

    private final String name;
    private final Opener opener;

    /** The file of the database at this path, which begins with the schemes of H2's file systems. */
    DatabaseFile(String databasePath, Opener opener) {
        this.name = databasePath + SUFFIX;
        this.opener = opener;
    }

    /** Opens a file of the operating system. */
    public static FileChannel open(String name) throws IOException {
        return FileChannel.open(
                Path.of(name.replaceFirst(SCHEMES, "")), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /**
     * Writes the file over itself. After a sync has failed the system still shows what the disk has lost, and holds it
     * for written: later syncs pass, and what is built on it is gone with the next power cut.
     *
     * @return false when the database is open
     */
    boolean rewrite() throws IOException {
        try (FileChannel file = opener.open(name);
                FileLock lock = file.tryLock()) {
            if (lock == null) {
                return false;
            }
            ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
            for (long position = 0; file.read(block, position) > 0; ) {
                block.flip();
                while (block.hasRemaining()) {
                    position += file.write(block, position);
                }
                block.clear();
            }
            file.force(true);
            return true;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }
}
