package org.pledge.routes.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.pledge.PledgeException;
import org.pledge.sharing.spi.PartnerSecrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps partners' secrets in files that only their owner may read. */
@Component(service = PartnerSecrets.class, configurationPid = "org.pledge.routes")
public final class SecretFiles implements PartnerSecrets {
    private static final Logger LOG = LoggerFactory.getLogger(SecretFiles.class);
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9.-]{1,127}");
    private static final long MOST_BYTES = 65_536;
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");
    private static final String HALF = ".new";

    private final Path directory;

    /** In the container. */
    @Activate
    public SecretFiles(CamelHost.Config config) {
        this(
                config.secrets().isEmpty()
                        ? Path.of(System.getProperty("karaf.data", "data"), "keys", "partners")
                        : Path.of(config.secrets()));
    }

    SecretFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public Optional<byte[]> find(String name) {
        if (!NAME.matcher(name).matches() || name.endsWith(HALF)) {
            return Optional.empty();
        }
        Path file = directory.resolve(name);
        try {
            if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            ownersAlone(name, file);
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unusable(
                    name, "it cannot be read: " + e.getClass().getSimpleName(), "Make it readable to the platform.");
        }
    }

    private static void ownersAlone(String name, Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view != null && !OWNER.containsAll(view.readAttributes().permissions())) {
            throw unusable(name, "others than its owner may use its file", "Run chmod 600 on it.");
        }
        if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
            throw unusable(name, "it is no file of at most 64 KB", "Put one secret into one file.");
        }
    }

    @Override
    public synchronized byte[] findOrKeep(String name, Supplier<byte[]> first) {
        return find(name).orElseGet(() -> keep(name, first.get()));
    }

    private byte[] keep(String name, byte[] secret) {
        if (!NAME.matcher(name).matches() || name.endsWith(HALF)) {
            throw unusable(name, "its name has another form", "Use lower-case letters, digits, dots and hyphens.");
        }
        Path half = directory.resolve(name + "." + UUID.randomUUID() + HALF);
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER));
            }
            try {
                write(half, secret);
                Files.createLink(directory.resolve(name), half);
            } finally {
                Files.deleteIfExists(half);
            }
            LOG.info("Secret {} was made; hand it to the partner over a channel that you trust", name);
            return secret;
        } catch (FileAlreadyExistsException e) { // another node was first
            Arrays.fill(secret, (byte) 0);
            return find(name).orElseThrow(() -> unusable(name, "it went while it was made", "Try again."));
        } catch (IOException | UncheckedIOException e) {
            throw unusable(
                    name,
                    "it cannot be kept: " + e.getClass().getSimpleName(),
                    "Make its folder writable, on a file system that knows hard links.");
        }
    }

    private static void write(Path half, byte[] secret) throws IOException {
        Files.createFile(half, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(secret);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static PledgeException unusable(String name, String why, String remedy) {
        String safe = RouteVetter.safe(name);
        LOG.warn("Secret {} is not used: {}. {}", safe, why, remedy);
        return new PledgeException(PledgeException.Kind.UNAVAILABLE, "the secret " + safe + " is not used: " + why)
                .remedy(remedy);
    }
}
