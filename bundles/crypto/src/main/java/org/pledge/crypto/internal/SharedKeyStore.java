package org.pledge.crypto.internal;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/** A PKCS#12 key store with the root key, and beside it a file that says which shares open it and holds no secret. */
final class SharedKeyStore {
    private static final String ROOT = "pledge-vault-root";
    private static final int KEY_BYTES = 32;
    private static final int SETS = 1 << 24;

    private final Path file;
    private final Path about;

    SharedKeyStore(Path file) {
        this.file = file.toAbsolutePath();
        this.about = this.file.resolveSibling(this.file.getFileName() + ".shares");
    }

    /**
     * Which shares open it.
     *
     * @param set as a share says it
     * @param shares how many were made
     * @param needed how many of them it takes
     */
    record About(String set, int shares, int needed) {}

    Path file() {
        return file;
    }

    boolean exists() {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Which shares open it; empty where the file that says so is not there. */
    Optional<About> about() {
        try {
            if (!Files.isRegularFile(about)) {
                return Optional.empty();
            }
            Properties read = new Properties();
            read.load(new StringReader(Files.readString(about)));
            return Optional.of(new About(
                    read.getProperty("set", ""),
                    Integer.parseInt(read.getProperty("shares", "")),
                    Integer.parseInt(read.getProperty("needed", ""))));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Makes a root key and the key store, and gives the shares, which the caller wipes. */
    List<Share> make(int shares, int needed) throws IOException {
        try (SecretBytes root = SecretBytes.random(KEY_BYTES)) {
            return make(root, shares, needed);
        }
    }

    /** As {@link #make(int, int)} with a root key that is there already. */
    List<Share> make(SecretBytes root, int shares, int needed) throws IOException {
        int set = new SecureRandom().nextInt(SETS);
        List<Share> made = new ArrayList<>();
        try (SecretBytes secret = SecretBytes.random(Share.VALUE_BYTES)) {
            List<SecretBytes> values = Shamir.split(secret, shares, needed);
            for (int i = 0; i < shares; i++) {
                made.add(new Share(set, needed, i + 1, values.get(i)));
            }
            char[] password = password(secret);
            try {
                OwnerOnlyFile.write(file, Pkcs12.encode(Map.of(ROOT, new Pkcs12.Entry("AES", root)), password));
            } finally {
                Arrays.fill(password, '\0');
            }
            OwnerOnlyFile.write(
                    about,
                    Fields.utf8("# Which shares open " + file.getFileName() + ". Nothing here is secret.\nset = "
                            + Share.setName(set) + "\nshares = " + shares + "\nneeded = " + needed + "\n"));
            return made;
        }
    }

    /**
     * Opens it.
     *
     * @throws IOException when the shares do not open it together, or it cannot be read
     */
    SecretBytes open(List<Share> shares) throws IOException {
        SortedMap<Integer, SecretBytes> values = new TreeMap<>();
        shares.forEach(each -> values.put(each.index(), each.value()));
        byte[] content = Files.readAllBytes(file);
        try (SecretBytes secret = Shamir.combine(values)) {
            char[] password = password(secret);
            try {
                return Pkcs12.decode(content, password)
                        .key(ROOT, password)
                        .orElseThrow(() -> new IOException("the key store lacks the key " + ROOT));
            } finally {
                Arrays.fill(password, '\0');
            }
        }
    }

    /** Takes the place of another; at no time is there no key store that some shares open. */
    void replace(SharedKeyStore other) throws IOException {
        Files.deleteIfExists(other.about);
        Files.move(file, other.file, StandardCopyOption.ATOMIC_MOVE);
        Files.move(about, other.about, StandardCopyOption.ATOMIC_MOVE);
    }

    private static char[] password(SecretBytes secret) {
        byte[] bytes = secret.getEncoded();
        byte[] text = Base64.getUrlEncoder().withoutPadding().encode(bytes);
        SecretBytes.wipe(bytes);
        char[] password = new char[text.length];
        for (int i = 0; i < text.length; i++) {
            password[i] = (char) text[i];
        }
        SecretBytes.wipe(text);
        return password;
    }
}
