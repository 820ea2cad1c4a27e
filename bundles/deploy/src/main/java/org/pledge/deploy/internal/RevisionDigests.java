package org.pledge.deploy.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleRevision;

/**
 * The SHA-256 of the very file that the framework loads a bundle's classes from, taken once per revision.
 *
 * <p>Felix keeps it as {@code bundleN/versionA.B/bundle.jar} in its storage, the newest revision with the highest
 * numbers, or uses the file of a {@code reference:} location in place. What lies elsewhere has no digest here. A sealed
 * {@link Veto} runs this: no lambdas.
 */
final class RevisionDigests {
    private static final String REFERENCE = "reference:";
    private static final Pattern VERSION = Pattern.compile("version([0-9]{1,9})\\.([0-9]{1,9})");

    private final Path storage;
    private final Map<BundleRevision, String> digests = Collections.synchronizedMap(new WeakHashMap<>());

    RevisionDigests(Path storage) {
        this.storage = storage;
    }

    Optional<String> of(BundleRevision revision) {
        String known = digests.get(revision);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Path> file = file(revision);
        Optional<String> digest = file.isPresent() ? digest(file.get()) : Optional.empty();
        if (digest.isPresent()) {
            digests.put(revision, digest.get());
        }
        return digest;
    }

    /** The file of a bundle's current revision. */
    Optional<Path> file(BundleRevision revision) {
        Bundle bundle = revision.getBundle();
        if (bundle == null || bundle.adapt(BundleRevision.class) != revision) {
            return Optional.empty();
        }
        Path directory = storage.resolve("bundle" + bundle.getBundleId());
        long newest = -1;
        Path file = null;
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(directory, "version*")) {
                for (Path version : versions) {
                    Matcher numbers = VERSION.matcher(version.getFileName().toString());
                    if (numbers.matches()) {
                        long number = Long.parseLong(numbers.group(1)) << 32 | Long.parseLong(numbers.group(2));
                        if (number > newest) {
                            newest = number;
                            file = version.resolve("bundle.jar");
                        }
                    }
                }
            } catch (IOException e) {
                return Optional.empty();
            }
        }
        if (file != null && Files.isRegularFile(file)) {
            return Optional.of(file);
        }
        return bundle.getLocation().startsWith(REFERENCE + "file:") ? referenced(bundle) : Optional.empty();
    }

    private static Optional<Path> referenced(Bundle bundle) {
        try {
            Path file = Path.of(URI.create(bundle.getLocation().substring(REFERENCE.length())));
            return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> digest(Path file) {
        MessageDigest digest = Signature.digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[1 << 16];
            while (in.read(buffer) >= 0) {
                // the digest takes what passes
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.of(HexFormat.of().formatHex(digest.digest()));
    }
}
