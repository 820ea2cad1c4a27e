package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.TenantId;
import org.pledge.crypto.Attestation.PublicKey;
import org.pledge.store.memory.MemoryStore;

class DefaultAttestationTest {
    private static final TenantId TENANT = new TenantId("korax");
    private static final byte[] JSON = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private DefaultAttestation attestation;

    @BeforeEach
    void start() {
        attestation = started();
    }

    private DefaultAttestation started() {
        return new DefaultAttestation(
                new RootKeys(folder.resolve("pledge.p12"), folder.resolve("pledge.pin"), store, store),
                store,
                store,
                java.time.Clock.systemUTC());
    }

    private static String text(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }

    private static boolean verifies(String jws, PublicKey key) throws GeneralSecurityException {
        byte[] prefix = HexFormat.of().parseHex("302a300506032b6570032100");
        byte[] encoded = new byte[prefix.length + key.x().length];
        System.arraycopy(prefix, 0, encoded, 0, prefix.length);
        System.arraycopy(key.x(), 0, encoded, prefix.length, key.x().length);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        signature.update(jws.substring(0, jws.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII));
        return signature.verify(Base64.getUrlDecoder().decode(jws.substring(jws.lastIndexOf('.') + 1)));
    }

    @Test
    void signsWhatTheKeyItPublishesVerifies() throws GeneralSecurityException {
        assertThat(attestation.keys(TENANT)).isEmpty();
        String jws = attestation.sign(TENANT, "pledge-erasure+jws", JSON);
        String[] parts = jws.split("\\.");
        PublicKey key = attestation.keys(TENANT).get(0);
        assertThat(text(parts[0]))
                .isEqualTo("{\"alg\":\"EdDSA\",\"kid\":\"" + key.kid() + "\",\"typ\":\"pledge-erasure+jws\"}");
        assertThat(text(parts[1])).isEqualTo("{\"a\":1}");
        assertThat(verifies(jws, key)).isTrue();
        assertThat(verifies(parts[0] + "." + parts[1] + "A." + parts[2], key)).isFalse();
    }

    @Test
    void aTenantKeepsItsKeyAndNobodyElseHasIt() throws GeneralSecurityException {
        attestation.sign(TENANT, "a", JSON);
        String later = started().sign(TENANT, "a", JSON);
        assertThat(attestation.keys(TENANT)).singleElement();
        assertThat(verifies(later, attestation.keys(TENANT).get(0))).isTrue();
        TenantId other = new TenantId("anyip");
        assertThat(verifies(
                        attestation.sign(other, "a", JSON),
                        attestation.keys(TENANT).get(0)))
                .isFalse();
    }

    @Test
    void theStoreNeverHasThePrivateKey() {
        attestation.sign(TENANT, "a", JSON);
        byte[] wrapped =
                store.required(() -> store.attestationKeys(TENANT).get(0).wrapped());
        assertThat(HexFormat.of().formatHex(wrapped)).doesNotContain("302e020100300506032b6570");
    }

    @Test
    void aTypeThatWouldBreakTheHeaderIsRefused() {
        assertThatThrownBy(() -> attestation.sign(TENANT, "a\",\"alg\":\"none", JSON))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
