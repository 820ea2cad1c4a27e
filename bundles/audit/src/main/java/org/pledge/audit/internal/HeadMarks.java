package org.pledge.audit.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.audit.LedgerRollbacks.Head;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far each tenant's chain went, in a file each beside the database, in a folder that several nodes may share. */
final class HeadMarks {
    private static final Logger LOG = LoggerFactory.getLogger(HeadMarks.class);
    private static final String SUFFIX = ".head";
    private static final Pattern FORM = Pattern.compile("([0-9]{1,18}) ([0-9a-f]{64})\n");

    private final Path folder;

    HeadMarks(Path folder) {
        this.folder = folder;
    }

    /** Of whose records there are marks. */
    List<TenantId> tenants() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .flatMap(name -> tenant(name.substring(0, name.length() - SUFFIX.length())).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the marks of the records in " + folder + " cannot be read", e);
        }
    }

    private Optional<TenantId> tenant(String name) {
        try {
            return Optional.of(new TenantId(name));
        } catch (PledgeException e) {
            LOG.error(
                    "{} is no mark of a tenant's record, and is not looked at: move it away.",
                    folder.resolve(name + SUFFIX));
            return Optional.empty();
        }
    }

    /** How far a tenant's record went; nothing where there is no mark, or one that says nothing. */
    Optional<Head> read(TenantId tenant) {
        Path file = file(tenant);
        try {
            Matcher matcher = FORM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            if (matcher.matches()) {
                return Optional.of(new Head(Long.parseLong(matcher.group(1)), matcher.group(2)));
            }
            LOG.error("{} is damaged: whether that record lost entries is not known.", file);
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("the mark " + file + " cannot be read", e);
        }
    }

    /** On the disk when this returns, entirely or as it was. */
    void write(TenantId tenant, Head head) {
        Path file = file(tenant);
        Path unfinished = folder.resolve(tenant.value() + "." + UUID.randomUUID() + ".unfinished");
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (FileChannel channel =
                    FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(
                        (head.position() + " " + head.chain() + "\n").getBytes(StandardCharsets.US_ASCII)));
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("the mark " + file + " cannot be written", e);
        }
    }

    void forget(TenantId tenant) {
        try {
            Files.deleteIfExists(file(tenant));
        } catch (IOException e) {
            throw new UncheckedIOException("the mark " + file(tenant) + " cannot be removed", e);
        }
    }

    private Path file(TenantId tenant) {
        return folder.resolve(tenant.value() + SUFFIX);
    }
}
