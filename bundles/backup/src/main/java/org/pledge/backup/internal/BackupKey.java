package org.pledge.backup.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.HexFormat;
import javax.crypto.spec.SecretKeySpec;

/** The pair of keys that backups are encrypted to: the platform has the public half, the operator the private one. */
final class BackupKey {
    private static final String ALIAS = "pledge-backup";
    private static final String PREFIX = "pledge-backup-key-1 ";

    private BackupKey() {}

    /** Makes a pair; neither file may be there. */
    static void make(Path privateFile, char[] password, Path publicFile) throws IOException {
        byte[] key = X25519.newPrivate();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry(ALIAS, new SecretKeySpec(key, "AES"), password, null);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, password);
            write(privateFile, out.toByteArray());
            write(
                    publicFile,
                    (PREFIX + HexFormat.of().formatHex(X25519.publicOf(key)) + "\n")
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make a PKCS#12 key store", e);
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, content, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
    }

    /** @throws DamagedFileException when it is another file */
    static byte[] readPublic(Path file) throws IOException {
        String text = Files.readString(file).strip();
        if (!text.startsWith(PREFIX) || !text.substring(PREFIX.length()).matches("[0-9a-f]{64}")) {
            throw new DamagedFileException(file + " is no public backup key");
        }
        return HexFormat.of().parseHex(text.substring(PREFIX.length()));
    }

    /** @throws DamagedFileException when the password is another, or it is another file */
    static byte[] readPrivate(Path file, char[] password) throws IOException {
        byte[] content = Files.readAllBytes(file);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), password);
            Key key = store.getKey(ALIAS, password);
            if (key == null || key.getEncoded().length != X25519.BYTES) {
                throw new DamagedFileException(file + " holds no backup key");
            }
            return key.getEncoded();
        } catch (GeneralSecurityException | IOException e) {
            throw new DamagedFileException(file + " does not open: the password is another, or it is no backup key");
        }
    }
}
