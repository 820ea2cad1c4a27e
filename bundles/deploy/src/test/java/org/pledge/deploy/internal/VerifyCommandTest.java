package org.pledge.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private KeyPair pair;
    private String x;

    @BeforeEach
    void makeKey() throws GeneralSecurityException {
        pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        x = base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private String kid() throws GeneralSecurityException {
        String members = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + x + "\"}";
        return base64(MessageDigest.getInstance("SHA-256").digest(members.getBytes(StandardCharsets.US_ASCII)));
    }

    private String signed(String header, String json) throws GeneralSecurityException {
        String input =
                base64(header.getBytes(StandardCharsets.UTF_8)) + "." + base64(json.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(input.getBytes(StandardCharsets.US_ASCII));
        return input + "." + base64(signature.sign());
    }

    private String statement() throws GeneralSecurityException {
        return signed(
                "{\"alg\":\"EdDSA\",\"kid\":\"" + kid() + "\",\"typ\":\"pledge-removal+jws\"}",
                "{\"schema\":\"urn:pledge:removal:1\",\"complete\":true}");
    }

    private int verify(String jws, String keys) throws IOException {
        Path file = Files.writeString(folder.resolve("certificate"), jws + "\n");
        Path set = Files.writeString(folder.resolve("keys"), keys);
        return new VerifyCommand(new PrintStream(out), new PrintStream(err))
                .run(file.toString(), "--keys", set.toString());
    }

    private String keys() {
        return "{\"keys\": [{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"any\",\"x\": \"" + x + "\"}]}";
    }

    @Test
    void printsWhatWasSigned() throws GeneralSecurityException, IOException {
        assertThat(verify(statement(), keys())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("Verified")
                .contains("\"schema\": \"urn:pledge:removal:1\"", "\"complete\": true");
    }

    @Test
    void oneChangedLetterAnywhereIsSeen() throws GeneralSecurityException, IOException {
        String jws = statement();
        for (int i = 0; i < jws.length() - 1; i++) {
            char other = jws.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(verify(jws.substring(0, i) + other + jws.substring(i + 1), keys()))
                    .as("letter " + i)
                    .isEqualTo(1);
        }
        assertThat(out.size()).isZero();
    }

    @Test
    void anotherKeyAnotherAlgorithmAndNoFileAreRefused() throws GeneralSecurityException, IOException {
        String jws = statement();
        String keys = keys();
        assertThat(verify(signed("{\"alg\":\"none\"}", "{}"), keys)).isEqualTo(1);
        makeKey();
        assertThat(verify(jws, keys())).isEqualTo(1);
        assertThat(new VerifyCommand(new PrintStream(out), new PrintStream(err))
                        .run(folder.resolve("none").toString(), "--keys", "none"))
                .isEqualTo(1);
        assertThat(new VerifyCommand(new PrintStream(out), new PrintStream(err)).run())
                .isEqualTo(2);
        assertThat(out.size()).isZero();
    }
}
