package org.pledge.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the administrator's SSH key at the first start, so that there is no default password. */
@Component(service = ShellKey.class, immediate = true)
public final class ShellKey {
    private static final Logger LOG = LoggerFactory.getLogger(ShellKey.class);
    private static final String ENTRY = "admin = ";
    private static final int RSA_BITS = 3072;

    /** Writes below the instance's {@code etc} and {@code data}. */
    @Activate
    public ShellKey() {
        this(Path.of(System.getProperty("karaf.etc")), Path.of(System.getProperty("karaf.data")));
    }

    ShellKey(Path etc, Path data) {
        Path key = data.resolve("keys").resolve("shell.pem");
        Path users = etc.resolve("keys.properties");
        try {
            if (!Files.exists(key) || lines(users).stream().noneMatch(line -> line.startsWith(ENTRY))) {
                write(key, users);
                LOG.info("made the administrator's key for the shell");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the administrator's key for the shell", e);
        }
    }

    private static void write(Path key, Path users) throws IOException {
        KeyPair pair = pair();
        Files.createDirectories(key.getParent());
        Base64.Encoder mime = Base64.getMimeEncoder(64, new byte[] {'\n'});
        replace(
                key,
                List.of(
                        "-----BEGIN PRIVATE KEY-----",
                        mime.encodeToString(pair.getPrivate().getEncoded()),
                        "-----END PRIVATE KEY-----"));
        List<String> entries = new ArrayList<>(lines(users));
        entries.removeIf(line -> line.startsWith(ENTRY));
        entries.add(
                ENTRY + Base64.getEncoder().encodeToString(blob((RSAPublicKey) pair.getPublic())) + ",_g_:admingroup");
        replace(users, entries);
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static void replace(Path file, List<String> lines) throws IOException {
        Path draft = Files.createTempFile(
                file.getParent(),
                ".draft",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(draft, lines);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    /** The public key as RFC 4253, section 6.6, writes it. */
    private static byte[] blob(RSAPublicKey key) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        part(out, "ssh-rsa".getBytes(StandardCharsets.US_ASCII));
        part(out, key.getPublicExponent().toByteArray());
        part(out, key.getModulus().toByteArray());
        return bytes.toByteArray();
    }

    private static void part(DataOutputStream out, byte[] content) throws IOException {
        out.writeInt(content.length);
        out.write(content);
    }
}
