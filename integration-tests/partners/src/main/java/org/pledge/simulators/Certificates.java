package org.pledge.simulators;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate that is made for one test, for 127.0.0.1 unless said otherwise, by the JDK's own keytool. */
public final class Certificates {
    /** The file with its key. */
    public static final String SERVER = "server.p12";

    /** The file by which others know it. */
    public static final String TRUST = "trust.p12";

    /** The password of both files. */
    public static final String PASSWORD = "changeit";

    private Certificates() {}

    /** Makes one in a folder. */
    public static Path make(Path folder) {
        return make(folder, "ip:127.0.0.1,dns:localhost");
    }

    /** Makes one for other names, as keytool writes them. */
    public static Path make(Path folder, String names) {
        try {
            Files.createDirectories(folder);
            Path server = folder.resolve(SERVER);
            Path certificate = folder.resolve("server.crt");
            keytool(
                    server,
                    List.of("-genkeypair", "-alias", "server", "-keyalg", "EC", "-groupname", "secp256r1"),
                    List.of("-dname", "CN=Partner", "-ext", "san=" + names, "-validity", "2"));
            keytool(server, List.of("-exportcert", "-alias", "server", "-file", certificate.toString()), List.of());
            keytool(
                    folder.resolve(TRUST),
                    List.of("-importcert", "-noprompt", "-alias", "server", "-file", certificate.toString()),
                    List.of());
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void keytool(Path store, List<String> what, List<String> more) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(what);
        command.addAll(more);
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", store.toString()));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("keytool says: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** For who has this certificate, and for who trusts it. */
    public static SSLContext context(Path folder) {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store(folder.resolve(SERVER)), PASSWORD.toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store(folder.resolve(TRUST)));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore store(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream bytes = Files.newInputStream(file)) {
            store.load(bytes, PASSWORD.toCharArray());
        }
        return store;
    }
}
