package org.pledge.distribution;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A disk of its own (ext4 in a file, mounted) that a test can fill, or cut off as a power failure does. */
final class LoopDisk implements AutoCloseable {
    /**
     * Kills processes, and then EXT4_IOC_SHUTDOWN without flushing the journal. The other way round a process could
     * still tell what it believes: a sync under way then can return as if it had succeeded, and what it wrote is gone.
     */
    private static final String SHUT_DOWN = "open(my $f, '<', shift) or die $!; my $v = pack('L', 2);"
            + " kill('KILL', @ARGV); ioctl($f, 0x8004587d, $v) or die $!";

    private final Path image;
    private final Path folder;

    private LoopDisk(Path image, Path folder) {
        this.image = image;
        this.folder = folder;
    }

    /** Mounts a new, empty disk on this folder; skips the test where that is not allowed. */
    static LoopDisk mount(Path folder, int mebibytes) {
        LoopDisk disk = new LoopDisk(folder.resolveSibling(folder.getFileName() + ".img"), folder);
        assumeTrue(shell("test $(id -u) = 0").code() == 0, "skipped: mounting a disk needs root");
        assumeTrue(
                shell("command -v mkfs.ext4 && command -v e2fsck && command -v perl")
                                .code()
                        == 0,
                "skipped: needs mkfs.ext4, e2fsck and perl");
        try {
            Files.deleteIfExists(disk.image);
            Files.deleteIfExists(disk.left());
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        succeed(shell("truncate -s " + mebibytes + "M \"$1\" && mkfs.ext4 -q -F -m 0 \"$1\"", disk.image));
        Platform.Result mounted = disk.mount();
        if (mounted.code() != 0) {
            disk.close();
        }
        assumeTrue(mounted.code() == 0, () -> "skipped: loop mounts are not allowed here: " + mounted.out());
        return disk;
    }

    private Platform.Result mount() {
        return shell("mount -o loop,discard \"$1\" \"$2\"", image, folder);
    }

    Path folder() {
        return folder;
    }

    /** Ends a program with its children as they are, and the file system under them: what was not synced is gone. */
    void cutPower(ProcessHandle program) {
        List<ProcessHandle> all =
                Stream.concat(Stream.of(program), program.descendants()).toList();
        List<String> command = new ArrayList<>(List.of("perl", "-e", SHUT_DOWN, folder.toString()));
        all.forEach(process -> command.add(String.valueOf(process.pid())));
        succeed(Platform.run(command, Map.of()));
        Awaitility.await("the processes are gone").atMost(Duration.ofMinutes(2)).until(() -> all.stream()
                .noneMatch(ProcessHandle::isAlive));
    }

    /** The disk as the last cut left it, in a file that stays until {@link #forget} or the next run. */
    Path left() {
        return image.resolveSibling(image.getFileName() + ".cut");
    }

    /** Deletes what the last cut left. */
    void forget() {
        try {
            Files.deleteIfExists(left());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a machine does when its power is back: replays the journal, and mounts. */
    void restorePower() {
        unmount();
        succeed(shell("cp --sparse=always \"$1\" \"$2\"", image, left()));
        Platform.Result checked = shell("e2fsck -p \"$1\"", image);
        if (checked.code() > 1) {
            throw new IllegalStateException(checked.out());
        }
        succeed(mount());
    }

    /** Takes all the space that is left. */
    void fill() {
        byte[] block = new byte[4096];
        try (OutputStream ballast = Files.newOutputStream(ballast())) {
            while (true) {
                ballast.write(block);
            }
        } catch (IOException e) {
            return; // full
        }
    }

    /** Gives back what {@link #fill} took. */
    void free() {
        try {
            Files.deleteIfExists(ballast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    private void unmount() {
        Awaitility.await("no process uses " + folder)
                .atMost(Duration.ofMinutes(2))
                .until(() -> shell("umount \"$1\"", folder).code() == 0);
    }

    @Override
    public void close() {
        if (shell("mountpoint -q \"$1\"", folder).code() == 0
                && shell("umount \"$1\"", folder).code() != 0) {
            shell("umount -l \"$1\"", folder); // after a failure somebody may still use it
        }
        try {
            Files.deleteIfExists(image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Platform.Result shell(String script, Path... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; " + script, "sh"));
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        return Platform.run(command, Map.of());
    }

    private static void succeed(Platform.Result result) {
        if (result.code() != 0) {
            throw new IllegalStateException(result.out());
        }
    }
}
