package org.pledge.crypto.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The PKCS#12 key store on disk and the file with its password. */
final class KeyStoreFile {
    private static final Logger LOG = LoggerFactory.getLogger(KeyStoreFile.class);
    private static final int KEY_BYTES = 32;
    private static final String ROOT = "pledge-root";
    private static final String LOOKUP = "pledge-lookup";

    private final Path file;
    private final Path passwordFile;

    KeyStoreFile(Path file, Path passwordFile) {
        this.file = file.toAbsolutePath();
        this.passwordFile = passwordFile.toAbsolutePath();
    }

    /** The keys of the store. */
    record Keys(SecretBytes root, SecretBytes lookup) implements AutoCloseable {
        @Override
        public void close() {
            root.close();
            lookup.close();
        }
    }

    /**
     * Opens the key store, or makes it where neither file is there.
     *
     * @param dataExists whether something was sealed under keys that must therefore be somewhere
     * @throws IllegalStateException saying what to do, when it cannot be opened
     */
    Keys open(boolean dataExists) {
        boolean keys = Files.exists(file);
        boolean password = Files.exists(passwordFile);
        if (!keys && !password && !dataExists) {
            return make();
        }
        if (!keys) {
            throw missing("key store " + file, passwordFile, password);
        }
        if (!password) {
            throw missing("password file " + passwordFile, file, true);
        }
        warnIfOthersCanRead(file);
        warnIfOthersCanRead(passwordFile);
        return load();
    }

    private static IllegalStateException missing(String what, Path other, boolean otherExists) {
        String hint = otherExists ? " If this platform never held data, remove " + other + " too and start again." : "";
        return new IllegalStateException("The " + what + " is missing, and without it the data cannot be read."
                + " Restore it from your backup of the keys." + hint);
    }

    private Keys load() {
        char[] password = readPassword();
        try {
            Pkcs12 store = Pkcs12.decode(Files.readAllBytes(file), password);
            return new Keys(key(store, ROOT, password), key(store, LOOKUP, password));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The key store " + file + " does not open with the password in " + passwordFile
                            + ". Restore both from the same backup of the keys.",
                    e);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private SecretBytes key(Pkcs12 store, String alias, char[] password) throws IOException {
        return store.key(alias, password)
                .orElseThrow(() -> new IllegalStateException("The key store " + file + " lacks the key " + alias
                        + ". Restore it from your backup of the keys."));
    }

    private char[] readPassword() {
        try {
            return Files.readString(passwordFile).strip().toCharArray();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The password file " + passwordFile + " cannot be read. Let the platform's user read it.", e);
        }
    }

    private Keys make() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Keys keys = new Keys(SecretBytes.random(KEY_BYTES), SecretBytes.random(KEY_BYTES));
        try {
            byte[] content = pkcs12(keys, password.toCharArray());
            OwnerOnlyFile.write(passwordFile, Fields.utf8(password + "\n"));
            OwnerOnlyFile.write(file, content);
        } catch (IOException e) {
            keys.close();
            throw new IllegalStateException(
                    "The key store " + file + " cannot be written. Let the platform's user write in its folder.", e);
        }
        LOG.info(
                "Made the key store {}. Back it up together with {}: without them the data is lost.",
                file,
                passwordFile);
        return keys;
    }

    private static byte[] pkcs12(Keys keys, char[] password) throws IOException {
        return Pkcs12.encode(
                Map.of(
                        ROOT, new Pkcs12.Entry("AES", keys.root()),
                        LOOKUP, new Pkcs12.Entry("HmacSHA256", keys.lookup())),
                password);
    }

    private static void warnIfOthersCanRead(Path path) {
        try {
            if (OwnerOnlyFile.isOpenToOthers(path)) {
                LOG.warn("Others than its owner can reach {}. Run: chmod 600 {}", path, path);
            }
        } catch (IOException e) {
            LOG.warn("The permissions of {} cannot be read.", path);
        }
    }
}
