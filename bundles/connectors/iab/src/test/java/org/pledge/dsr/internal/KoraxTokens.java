package org.pledge.dsr.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.pledge.TenantId;
import org.pledge.sharing.spi.DeletionTokens;

/** Makes tokens as the bundle dsr does by settings of korax. */
public final class KoraxTokens {
    private static final String PASSWORD = "correct-horse";

    private KoraxTokens() {}

    /** Under a new key, whose JWK Set is written to {@code FOLDER/keys.json}; of what is made for korax alone. */
    public static DeletionTokens made(Path folder, Clock clock) {
        try {
            Files.writeString(folder.resolve("password"), PASSWORD);
            keytool(folder);
            Path file = Files.writeString(
                    folder.resolve("dsr.json"),
                    """
                    {"korax": {"address": "https://privacy.korax.example/dsr/korax",
                       "signing": {"keystore": "korax.p12", "passwordFile": "password"},
                       "iab": {"issuer": "korax.example", "jurisdiction": "US-CA"}}}
                    """);
            Map<TenantId, Settings> settings = SettingsFile.read(file);
            Signer signer = settings.values().iterator().next().signer().orElseThrow();
            Files.write(
                    folder.resolve("keys.json"),
                    Json.bytes(Json.made()
                            .set(
                                    "keys",
                                    Json.made()
                                            .arrayNode()
                                            .add(new Jwk(
                                                            signer.kid(),
                                                            signer.certificate().getPublicKey())
                                                    .written()))));
            return new IabTokens(settings, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void keytool(Path folder) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "key",
                        "-keystore",
                        folder.resolve("korax.p12").toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-dname",
                        "CN=korax",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
