package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Opens what the examples of docs/vault.md made, with keys that were made for this test. */
final class ForeignSendersTest {
    private static final String PRIVATE_KEY =
            "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3W9ApcMYYcEqj6wRVIt6plmWbgaWHB8ywS6GZ97p"
                    + "FfShRANCAARBVEPJR4vziz1YySDRKHctdV8rN/u1yvaeUEKgzCegIevYQV36794bXXXiTpu0c4V1NAE7sfSPLCD+"
                    + "dhp2w41/";

    private static final String X25519_KEY = "MC4CAQAwBQYDK2VuBCIEIOgLrPTYAI8isJ5MyL8zTezwkTtx4P90jma7d3lBMiJ0";

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
                + "8.jSMxqoxR2ShdopOlVQ-4_g"),
        PYTHON_X25519("eyJhbGciOiAiRUNESC1FUyIsICJlbmMiOiAiQTI1NkdDTSIsICJraWQiOiAiZXhhbXBsZSIsICJlcGsiOiB7Imt0"
                + "eSI6ICJPS1AiLCAiY3J2IjogIlgyNTUxOSIsICJ4IjogIml1dFI3cE90ZmxFUXA3eTZLMlpWMTVYZDVaUUlWRFh4"
                + "REJQUHVYVldzd2sifX0..TZZWsSpqSbd1GvWp.JDyv_xiMVzYe_Llc7te877hhOsEDw-nSpVdPiT21GYZQpxCAh5"
                + "sJl03ihm-BUGCHS8GuCxTOILORNK7FSrk2m383GCw4Uyz_EVvzrCSPHXMcreaxrU5vgUayn9oV2svS9rcULtyeKu"
                + "v9bfB_kd-nUgISdvwopKFxrYoRkkE8ZOVy0aGDSipp_x77BmslCk_OBcnxQyXObA.MVtraQhG2TX5sZA3I4KrTA"),
        WEB_CRYPTO_X25519("eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6ImV4YW1wbGUiLCJlcGsiOnsia3R5IjoiT0tQ"
                + "IiwiY3J2IjoiWDI1NTE5IiwieCI6IkJ5QkIzX1h4d29fMVpXZF9NdkpzTFh0dG1fdzdIT093RkZiZE83UDhTZ00i"
                + "fX0..92VpZa0NjJ7L0a1I.JpzGtJ4e-WSKh-a-FxoRDb6pOXmdWyahiMjdLx08AIdt6R5W1MJbUu8J2RLx-LsWgo"
                + "JsQjIBn92yxa6zjWytZYqCn-NT2Bt9BwJD0brzxRLBbhtwTmzKn7W2mnb7l4lhebbEwBJ7SIN72NKHhML69BCiDi"
                + "3wxIdzEIC_CmvsEX53cviZpfA.sFNp8v2StP_gmaPOJZ1LsA"),
        JAVA_X25519("eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6ImV4YW1wbGUiLCJlcGsiOnsia3R5IjoiT0tQ"
                + "IiwiY3J2IjoiWDI1NTE5IiwieCI6ImxoZVJlRGhja3VIeU1CZ2p2U1dsZU9YMkp2Q0Q4cnVpYjNPR0dhSkFlVFki"
                + "fX0..M4wn3-Hvn1osnK_r.Kyi_NdurGQO2tLRJA4qg_otjT9ZxFsC8Nj8pnUY8khpk4NfeqcnXT2MtNGD5X7J9ZH"
                + "Ev-T4mfyy2FZ--8-4-07p2Jg1RfQ_-z9WXUR_S-ceH_1ZJRgfi49egRV4RjKKq6jsKmdLyDf0NQFqtwLd1AZJmuk"
                + "9r8p0KMN2nhgEPzyGlu1_usbY.ZmlK_zL1r69bCwni3msSiQ");

        private final String jwe;

        Sender(String jwe) {
            this.jwe = jwe;
        }
    }

    @ParameterizedTest
    @EnumSource(Sender.class)
    void opensWhatTheExamplesEncrypt(Sender sender) throws GeneralSecurityException {
        World world = new World();
        world.ring.take("example", sender.name().endsWith("X25519") ? x25519Key() : privateKey());
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

    private static PrivateKey x25519Key() throws GeneralSecurityException {
        return KeyFactory.getInstance("X25519")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(X25519_KEY)));
    }

    private static ECPrivateKey privateKey() throws GeneralSecurityException {
        ECPrivateKey key = (ECPrivateKey) KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(PRIVATE_KEY)));
        assertThat(key.getS()).isNotEqualTo(BigInteger.ZERO);
        return key;
    }
}
