package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Opens what the examples of docs/vault.md made, with a key that was made for this test. */
final class ForeignSendersTest {
    private static final String PRIVATE_KEY =
            "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3W9ApcMYYcEqj6wRVIt6plmWbgaWHB8ywS6GZ97p"
                    + "FfShRANCAARBVEPJR4vziz1YySDRKHctdV8rN/u1yvaeUEKgzCegIevYQV36794bXXXiTpu0c4V1NAE7sfSPLCD+"
                    + "dhp2w41/";

    private enum Sender {
        PYTHON("eyJhbGciOiAiRUNESC1FUyIsICJlbmMiOiAiQTI1NkdDTSIsICJraWQiOiAiZXhhbXBsZSIsICJlcGsiOiB7Imt0"
                + "eSI6ICJFQyIsICJjcnYiOiAiUC0yNTYiLCAieCI6ICJkM1k2bjdCNGNTQjlNSzJ4V2tBSEhnV3VsUEhiOW5RZGdW"
                + "aU5hMUt0WVVFIiwgInkiOiAiRUNQUTBPbzRHM0syeHlqR25xcmpHYTdVbWhvX1dNcVFabTRSSUgzRzhTUSJ9fQ.."
                + "SAilQuhf15NYoPTh.gw29vXUctd-_V2boyE8c2KPv68Pvs4ICBcEEAfhM0P4mTL-lbW9U5WraCpRm7azcA5AQBDz"
                + "NKs10jDxD3WIDBTnKNx4FwU92nhyrcsoPS43_GS3aRz0U7SU-UV7BP6y0t2splmMB0nqehI7Be8IAOKFN9Bogez_"
                + "tv86vpd754afsmcp8jhbTBSY5mJXXW4TipzQj9BAf2g.mioFiWGxFtgAfkqORs4lXg"),
        WEB_CRYPTO("eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6ImV4YW1wbGUiLCJlcGsiOnsia3R5IjoiRUMi"
                + "LCJjcnYiOiJQLTI1NiIsIngiOiJydE5VczlvU0VKZTh6TmdraE9USFFUWlFQTFdYMnBFQnpMVDVtbjgxakM4Iiwi"
                + "eSI6IkRrRjVBSmE3TFZscC1KRUtLNHZNaGhrVkk4TjRpbGJlMGZoZ0VPaVhCUm8ifX0.._S_s5KbLIqjRSyLb.N-"
                + "ekhijG2lrWSS1UV6f-_TyfS4RVjB1M-M5TPo6fzjkQlB7ctSmgbtM5Puo2F48r9UTUKjcI5fdzWEUTfbfLMOnlm_"
                + "krNhoCJOereVHojMvSrC8sEi8NzbH-FZkPr7Pxe5L8c90LU1sGAVRws8uP2Fhis8MBL2Hn-Cu-aXgUZxzREQrApW"
                + "Y.Jp6K1WOPQSpm4MLi3hEWmg"),
        JAVA("eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6ImV4YW1wbGUiLCJlcGsiOnsia3R5IjoiRUMi"
                + "LCJjcnYiOiJQLTI1NiIsIngiOiI1RU90RG5HRnhIZTFUTjVLMlFVWUVQUi1qckV5WGtrTERibjhlczVkRTdNIiwi"
                + "eSI6IkZmUGVlaVdfVVBHZE9pXzV1SVp5V0dhYzBzVjJxSk0xYXAwVTdydjJwaU0ifX0..opa_roLGhu0xVu-i.YP"
                + "IQhX4HVNItIv5V1TPRspvlrKOifYLcsppHkf5i28qE6tHDllCwIBd_7z_a-fhZvhrtblcJd8lzEm2pKsC2SdeSWD"
                + "_uvXtFbuLRu7FFg7pnnEPhsW5R6d5JNdUOa0nZZ-v9EMc01RCQcA7Vg8s5ipxdpj5lo9u2PV0GD1g7NoIpQHdLCZ"
                + "8.jSMxqoxR2ShdopOlVQ-4_g");

        private final String jwe;

        Sender(String jwe) {
            this.jwe = jwe;
        }
    }

    @ParameterizedTest
    @EnumSource(Sender.class)
    void opensWhatTheExamplesEncrypt(Sender sender) throws GeneralSecurityException {
        World world = new World();
        world.ring.take("example", privateKey());
        byte[] plain = new CompactJwe(world.ring).open(sender.jwe.getBytes(StandardCharsets.US_ASCII));
        JsonObject card = JsonObject.read(
                "it",
                plain,
                new JsonObject.Shape(
                        java.util.Set.of("number", "expiry", "holder", "jti"),
                        java.util.Set.of("iat"),
                        java.util.Map.of()));
        assertThat(card.text("number")).asString(StandardCharsets.UTF_8).isEqualTo(Jwe.VISA);
        assertThat(card.text("holder")).asString(StandardCharsets.UTF_8).isEqualTo("Zoë Müller");
        assertThat(card.number("iat").orElseThrow()).isGreaterThan(1_760_000_000L);
    }

    private static ECPrivateKey privateKey() throws GeneralSecurityException {
        ECPrivateKey key = (ECPrivateKey) KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(PRIVATE_KEY)));
        assertThat(key.getS()).isNotEqualTo(BigInteger.ZERO);
        return key;
    }
}
