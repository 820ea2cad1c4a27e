package org.pledge.crypto.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.crypto.spi.TombstoneStore.Kind;
import org.pledge.crypto.spi.TombstoneStore.Tombstone;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tombstones outside of every database: a line {@code unit tenant token time kind kept check} each, where {@code kept} is
 * the names of fields between commas or a hyphen, and the check is the first four bytes of SHA-256 over what stands
 * before it. Lines without kind and kept are of an older version. Lines are only ever added, and a later one adds to what
 * an earlier one says; all files of the folder are read. Several nodes may share the folder.
 */
final class TombstoneFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TombstoneFiles.class);
    private static final String SUFFIX = ".tombstones";
    private static final int CHECK_BYTES = 4;
    private static final int PARTS_WITHOUT_KIND = 5;
    private static final int PARTS = 7;
    private static final String NOTHING = "-";

    /** What a tombstone is found by. */
    record Key(TenantId tenant, String token) {
        static Key of(Tombstone tombstone) {
            return new Key(tombstone.tenant(), tombstone.token());
        }
    }

    /** The folder that the settings name. */
    static Path folder(RootKeys.Config config) {
        return config.tombstones().isBlank()
                ? Path.of(System.getProperty("karaf.data", "data"), "tombstones")
                : Path.of(config.tombstones());
    }

    private final Path folder;
    private final String unit;
    private final Queue<Tombstone> waiting = new ConcurrentLinkedQueue<>();

    TombstoneFiles(Path folder, String unit) {
        this.folder = folder;
        this.unit = unit;
    }

    /** Whether a restore asked for every tombstone to be looked at again. */
    boolean replayAsked() {
        return Files.exists(mark());
    }

    private Path mark() {
        return folder.resolve("replay-" + unit);
    }

    void replayDone() {
        try {
            Files.deleteIfExists(mark());
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + mark() + " cannot be removed", e);
        }
    }

    /** Every tombstone of this unit that some file has. */
    Map<Key, Tombstone> read() {
        Map<Key, Tombstone> found = new HashMap<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(SUFFIX)).toList()) {
                int damaged = 0;
                for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                    Optional<Tombstone> tombstone = parse(line);
                    if (tombstone.isEmpty()) {
                        damaged += line.isEmpty() || isOfAnother(line) ? 0 : 1;
                    }
                    tombstone.ifPresent(each -> found.merge(Key.of(each), each, Tombstone::and));
                }
                if (damaged > 0) {
                    LOG.warn("{} lines of {} are damaged; what they held is taken from the database.", damaged, file);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("the tombstones in " + folder + " cannot be read", e);
        }
    }

    private boolean isOfAnother(String line) {
        return !line.startsWith(unit + " ") && checked(line);
    }

    private static boolean checked(String line) {
        int end = line.lastIndexOf(' ');
        return end > 0 && line.substring(end + 1).equals(check(line.substring(0, end)));
    }

    private Optional<Tombstone> parse(String line) {
        String[] parts = line.split(" ");
        boolean known = parts.length == PARTS || parts.length == PARTS_WITHOUT_KIND;
        if (!known || !parts[0].equals(unit) || !checked(line)) {
            return Optional.empty();
        }
        try {
            Kind kind = parts.length == PARTS ? Kind.valueOf(parts[4]) : Kind.UNTOLD;
            Set<String> kept =
                    kind != Kind.CHANGED || parts[5].equals(NOTHING) ? Set.of() : Set.of(parts[5].split(","));
            return Optional.of(new Tombstone(new TenantId(parts[1]), parts[2], Instant.parse(parts[3]), kind, kept));
        } catch (DateTimeParseException | IllegalArgumentException | PledgeException e) {
            return Optional.empty();
        }
    }

    static String check(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.ISO_8859_1));
            return HexFormat.of().formatHex(hash, 0, CHECK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    /** Writes what could not be written before; who removes somebody is told when that fails again. */
    void requireWritable() {
        if (!waiting.isEmpty()) {
            try {
                drain();
            } catch (UncheckedIOException e) {
                throw new PledgeException(
                                PledgeException.Kind.UNAVAILABLE,
                                "the record of removals beside the database cannot be written")
                        .remedy("Nothing was removed. Free space for the data folder's tombstones, and try again.");
            }
        }
    }

    /** On the disk when this returns; those who come at once share one write. */
    void add(List<Tombstone> tombstones) {
        waiting.addAll(tombstones);
        drain();
    }

    private synchronized void drain() {
        List<Tombstone> taken = new ArrayList<>();
        for (Tombstone next = waiting.poll(); next != null; next = waiting.poll()) {
            taken.add(next);
        }
        if (taken.isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        for (Tombstone each : taken) {
            String kept = each.kept().isEmpty() ? NOTHING : String.join(",", new TreeSet<>(each.kept()));
            String line = String.join(
                    " ",
                    unit,
                    each.tenant().value(),
                    each.token(),
                    each.destroyed().toString(),
                    each.kind().name(),
                    kept);
            lines.append(line).append(' ').append(check(line)).append('\n');
        }
        try {
            write(lines.toString());
        } catch (IOException | OverlappingFileLockException e) { // the latter while an earlier run of us still writes
            waiting.addAll(taken);
            throw new UncheckedIOException("tombstones cannot be written", new IOException(e));
        }
    }

    private void write(String lines) throws IOException {
        Path file = folder.resolve(unit + SUFFIX);
        boolean fresh = !Files.exists(file);
        if (fresh) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.lock(); // until it is closed, as another node may add to the same file
            long end = channel.size();
            channel.position(end);
            // a line that a power cut tore stands by itself
            ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode((endsLine(channel, end) ? "" : "\n") + lines);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        if (fresh) {
            try (FileChannel channel = FileChannel.open(folder)) {
                channel.force(true);
            }
        }
    }

    private static boolean endsLine(FileChannel channel, long end) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return end == 0 || channel.read(last, end - 1) == 1 && last.get(0) == '\n';
    }
}
