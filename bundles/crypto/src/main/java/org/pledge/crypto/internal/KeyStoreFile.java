package org.pledge.crypto.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The PKCS#12 key store on disk and the file with its password. */
final class KeyStoreFile {
    private static final Logger LOG = LoggerFactory.getLogger(KeyStoreFile.class);
    private static final int KEY_BYTES = 32;
    private static final String ROOT = "pledge-root";
    private static final String LOOKUP = "pledge-lookup";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_ONLY_DIRECTORY = PosixFilePermissions.fromString("rwx------");

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
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            return new Keys(key(store, ROOT, password), key(store, LOOKUP, password));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(
                    "The key store " + file + " does not open with the password in " + passwordFile
                            + ". Restore both from the same backup of the keys.",
                    e);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private SecretBytes key(KeyStore store, String alias, char[] password) throws GeneralSecurityException {
        Key key = store.getKey(alias, password);
        byte[] value = key == null || key.getEncoded() == null ? new byte[0] : key.getEncoded();
        if (value.length != KEY_BYTES) {
            throw new IllegalStateException(
                    "The key store " + file + " lacks the key " + alias + ". Restore it from your backup of the keys.");
        }
        return SecretBytes.of(value);
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
            write(passwordFile, Fields.utf8(password + "\n"));
            write(file, content);
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
        byte[] root = keys.root().getEncoded();
        byte[] lookup = keys.lookup().getEncoded();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry(ROOT, new SecretKeySpec(root, "AES"), password, null);
            store.setKeyEntry(LOOKUP, new SecretKeySpec(lookup, "HmacSHA256"), password, null);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, password);
            return out.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make a PKCS#12 key store", e);
        } finally {
            SecretBytes.wipe(root);
            SecretBytes.wipe(lookup);
        }
    }

    /** Writes a file that is there entirely, on the disk and for its owner alone, or not at all. */
    private static void write(Path target, byte[] content) throws IOException {
        Path folder = target.getParent();
        Files.createDirectories(folder, attributes(folder, OWNER_ONLY_DIRECTORY));
        Path unfinished = folder.resolve(target.getFileName() + ".unfinished");
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished, attributes(folder, OWNER_ONLY));
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE);
                OutputStream out = Channels.newOutputStream(channel)) {
            out.write(content);
            channel.force(true);
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        syncFolder(folder);
    }

    private static void syncFolder(Path folder) throws IOException {
        if (isPosix(folder)) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static FileAttribute<?>[] attributes(Path folder, Set<PosixFilePermission> permissions) {
        return isPosix(folder)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static void warnIfOthersCanRead(Path path) {
        try {
            if (isPosix(path) && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(path))) {
                LOG.warn("Others than its owner can reach {}. Run: chmod 600 {}", path, path);
            }
        } catch (IOException e) {
            LOG.warn("The permissions of {} cannot be read.", path);
        }
    }
}
