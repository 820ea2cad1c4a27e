package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class X25519Test {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    /** RFC 7748, 5.2 (the second has the bit set that is masked) and 6.1 (which is RFC 8037, A.6). */
    @ParameterizedTest
    @CsvSource({
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4,"
                + "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c,"
                + "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d,"
                + "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493,"
                + "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb,"
                + "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a,"
                + "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    })
    void agreesAsTheStandardsExamplesDo(String scalar, String other, String shared) {
        assertThat(X25519.agree(SecretBytes.of(hex(scalar)), hex(other))).hasValue(hex(shared));
    }

    @Test
    void twoPairsAgree() {
        for (int i = 0; i < 20; i++) {
            KeyPairBytes one = X25519.make();
            KeyPairBytes other = X25519.make();
            assertThat(one.open()).hasSize(32);
            byte[] shared = X25519.agree(one.secret(), other.open()).orElseThrow();
            assertThat(shared).hasSize(32);
            assertThat(X25519.agree(other.secret(), one.open())).hasValue(shared);
        }
    }

    /** The seven numbers below 2^255 whose points have an order of at most 8, and two of them with the topmost bit. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            })
    void refusesPointsOfLowOrder(String point) {
        assertThat(X25519.agree(X25519.make().secret(), hex(point))).isEmpty();
    }

    @Test
    void takesNumbersOf32BytesOnly() {
        KeyPairBytes pair = X25519.make();
        for (int length : new int[] {0, 31, 33}) {
            assertThat(X25519.agree(pair.secret(), Arrays.copyOf(pair.open(), length)))
                    .isEmpty();
        }
    }

    /** RFC 7638 over the members of RFC 8037; the value was computed by an independent program. */
    @Test
    void namesAKeyByItsThumbprint() {
        assertThat(X25519.thumbprint(hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")))
                .isEqualTo("giQqigT_IKcuzHl0FVJ3k5ts3_TWNAxvsC08UZsfcM8");
    }
}
