package org.pledge.deploy.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public keys in {@code etc/keys/deploy}, read anew for every question. */
final class TrustedKeys {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedKeys.class);
    private static final int MOST_BYTES = 4096;
    private static final Pattern EXPIRES = Pattern.compile("(?m)^expires: *(\\S+)\\s*$");

    private final Path directory;
    private final Clock clock;
    private final Consumer<Path> malformed;
    private final Map<Path, FileTime> told = new ConcurrentHashMap<>();

    TrustedKeys(Path directory, Clock clock) {
        this(
                directory,
                clock,
                file -> LOG.warn(
                        "{} holds no Ed25519 public key and is not trusted. Write it anew with ./pledge key",
                        file.getFileName()));
    }

    /**
     * As the other, with what a test sets.
     *
     * @param malformed hears of a file that holds no key, once for each change of it
     */
    TrustedKeys(Path directory, Clock clock, Consumer<Path> malformed) {
        this.directory = directory;
        this.clock = clock;
        this.malformed = malformed;
    }

    /** The key of that identifier, if it is there and has not expired. */
    Optional<PublicKey> find(String id) {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.pub")) {
            for (Path file : files) {
                Optional<PublicKey> key =
                        read(file).filter(each -> Signature.keyId(each).equals(id));
                if (key.isPresent()) {
                    return key;
                }
            }
        } catch (IOException e) {
            LOG.warn("The trusted keys cannot be listed: {}", e.getClass().getSimpleName());
        }
        return Optional.empty();
    }

    private Optional<PublicKey> read(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
                return Optional.empty();
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            Matcher expires = EXPIRES.matcher(text);
            if (expires.find() && !clock.instant().isBefore(Instant.parse(expires.group(1)))) {
                return Optional.empty();
            }
            return Optional.of(publicKey(expires.replaceAll("")));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException | DateTimeParseException e) {
            tell(file);
            return Optional.empty();
        }
    }

    private void tell(Path file) {
        try {
            FileTime modified = Files.getLastModifiedTime(file);
            if (!modified.equals(told.put(file, modified))) {
                malformed.accept(file);
            }
        } catch (IOException e) {
            told.remove(file); // it is gone
        }
    }

    private static PublicKey publicKey(String text) throws GeneralSecurityException {
        String base64 = text.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }
}
