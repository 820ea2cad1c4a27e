package org.pledge.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A file system for H2 that loses its power, fills up or fails to sync. The file itself is what the operating system
 * shows; beside it an image in memory is what the disk holds, into which only a sync carries what was written.
 */
public final class UnreliableDisk extends FilePathWrapper {
    public static final String PREFIX = "unreliable:";

    private static final int SECTOR = 512;
    private static final int PAGE = 4096;
    private static final Map<Path, Disk> DISKS = new ConcurrentHashMap<>();

    static {
        FilePath.register(new UnreliableDisk());
    }

    /** H2's database file in this folder. */
    public static Disk in(Path folder) {
        return DISKS.computeIfAbsent(folder.toAbsolutePath().resolve("pledge.mv.db"), Disk::new);
    }

    @Override
    public String getScheme() {
        return PREFIX.substring(0, PREFIX.length() - 1);
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        Disk disk = DISKS.get(Path.of(getBase().toString()));
        return disk == null ? super.open(mode) : disk.new Channel(super.open(mode));
    }

    /** What happens to one file. */
    public static final class Disk {
        private final Path file;
        private final List<long[]> unsynced = new ArrayList<>();
        private byte[] image = new byte[0];
        private long space = Long.MAX_VALUE;
        private boolean withoutPower;
        private boolean failing;
        private boolean withoutSync;
        private boolean held;
        private long writesLeft = Long.MAX_VALUE;

        private Disk(Path file) {
            this.file = file;
        }

        public synchronized void cutPower() {
            withoutPower = true;
        }

        /** Cuts the power after so many more writes and syncs. */
        synchronized void cutPowerAfter(int writes) {
            writesLeft = writes;
        }

        /**
         * Leaves in the file what the disk held when the power went: all that was synced, of the rest some sectors and
         * not others, and after it a torn tail.
         */
        public synchronized void restorePower(Random random) throws IOException {
            byte[] shown = Files.readAllBytes(file);
            byte[] left = Arrays.copyOf(image, Math.max(image.length, random.nextInt(shown.length + 1)));
            for (long[] range : unsynced) {
                for (long at = range[0]; at < range[0] + range[1]; at += SECTOR) {
                    if (random.nextBoolean() && at + SECTOR <= Math.min(left.length, shown.length)) {
                        System.arraycopy(shown, (int) at, left, (int) at, SECTOR);
                    }
                }
            }
            byte[] tail = new byte[random.nextInt(8 * SECTOR)];
            random.nextBytes(tail);
            try (FileChannel out = FileChannel.open(
                    file, java.nio.file.StandardOpenOption.WRITE, java.nio.file.StandardOpenOption.TRUNCATE_EXISTING)) {
                out.write(new ByteBuffer[] {ByteBuffer.wrap(left), ByteBuffer.wrap(tail)});
            }
            image = Files.readAllBytes(file);
            unsynced.clear();
            withoutPower = false;
            writesLeft = Long.MAX_VALUE;
        }

        /** As {@link #restorePower}, of all that was not synced the beginning and the end only. */
        synchronized void restorePowerWithoutMiddles() throws IOException {
            byte[] shown = Files.readAllBytes(file);
            byte[] left = Arrays.copyOf(image, shown.length);
            for (long[] range : unsynced) {
                int end = (int) (range[0] + range[1]);
                System.arraycopy(shown, (int) range[0], left, (int) range[0], (int) Math.min(SECTOR, range[1]));
                int tail = (int) Math.min(PAGE, range[1]);
                System.arraycopy(shown, end - tail, left, end - tail, tail);
            }
            Files.write(file, left);
            image = left;
            unsynced.clear();
            withoutPower = false;
        }

        /** Makes the next sync fail as a kernel does: it counts the data as written, shows it, and has lost it. */
        public synchronized void failNextSync() {
            failing = true;
        }

        /** Makes syncs return without doing anything. */
        public synchronized void ignoreSyncs() {
            withoutSync = true;
        }

        /** Makes writes wait until {@link #release}. */
        synchronized void hold() {
            held = true;
        }

        synchronized void release() {
            held = false;
            notifyAll();
        }

        private synchronized void awaitRelease() throws IOException {
            try {
                while (held) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        /** Lets the file grow by this many bytes and no more. */
        public synchronized void leaveSpace(long bytes) {
            try {
                space = Files.size(file) + bytes;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public synchronized void freeSpace() {
            space = Long.MAX_VALUE;
        }

        private void requirePower() throws IOException {
            if (withoutPower) {
                throw new IOException("Input/output error");
            }
        }

        private final class Channel extends FileBaseDefault {
            private final FileChannel base;

            private Channel(FileChannel base) {
                this.base = base;
            }

            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                return base.read(into, position);
            }

            @Override
            public int write(ByteBuffer from, long position) throws IOException {
                awaitRelease();
                synchronized (Disk.this) {
                    withoutPower |= --writesLeft < 0;
                    requirePower();
                    if (position + from.remaining() > space) {
                        throw new IOException("No space left on device");
                    }
                    int written = base.write(from, position);
                    unsynced.add(new long[] {position, written});
                    return written;
                }
            }

            @Override
            protected void implTruncate(long size) throws IOException {
                synchronized (Disk.this) {
                    requirePower();
                    base.truncate(size);
                }
            }

            @Override
            public void force(boolean metaData) throws IOException {
                synchronized (Disk.this) {
                    withoutPower |= --writesLeft < 0;
                    requirePower();
                    if (failing) {
                        failing = false;
                        unsynced.clear();
                        throw new IOException("Input/output error");
                    }
                    if (withoutSync) {
                        return;
                    }
                    image = Arrays.copyOf(image, (int) base.size());
                    for (long[] range : unsynced) {
                        int length = (int) Math.min(range[1], image.length - range[0]);
                        if (length > 0) {
                            base.read(ByteBuffer.wrap(image, (int) range[0], length), range[0]);
                        }
                    }
                    unsynced.clear();
                }
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
}
