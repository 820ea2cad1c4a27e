package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

final class ConcatKdfTest {
    /** RFC 7518, appendix C. */
    @Test
    void derivesTheKeyOfTheStandard() {
        byte[] secret = {
            (byte) 158,
            86,
            (byte) 217,
            29,
            (byte) 129,
            113,
            53,
            (byte) 211,
            114,
            (byte) 131,
            66,
            (byte) 131,
            (byte) 191,
            (byte) 132,
            38,
            (byte) 156,
            (byte) 251,
            49,
            110,
            (byte) 163,
            (byte) 218,
            (byte) 128,
            106,
            72,
            (byte) 246,
            (byte) 218,
            (byte) 167,
            121,
            (byte) 140,
            (byte) 254,
            (byte) 144,
            (byte) 196
        };
        byte[] key = ConcatKdf.derive(
                secret,
                "A128GCM",
                "Alice".getBytes(StandardCharsets.US_ASCII),
                "Bob".getBytes(StandardCharsets.US_ASCII),
                128);
        assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(key)).isEqualTo("VqqN6vgjbSBcIijNcacQGg");
    }
}
