package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class P256Test {
    private static final BigInteger FIELD =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);

    private final P256 curve = new P256();

    private static byte[] base64(String text) {
        return Base64.getUrlDecoder().decode(text);
    }

    /** RFC 7518, appendix C. */
    @Test
    void agreesAsTheStandardsExampleDoes() {
        SecretBytes bob = SecretBytes.of(base64("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"));
        byte[] x = base64("gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0");
        byte[] y = base64("SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps");
        assertThat(curve.agree(bob, curve.point(x, y).orElseThrow()))
                .isEqualTo(HexFormat.of().parseHex("9e56d91d817135d372834283bf84269cfb316ea3da806a48f6daa7798cfe90c4"));
    }

    @Test
    void twoPairsAgree() {
        for (int i = 0; i < 20; i++) {
            KeyPairBytes one = curve.make();
            KeyPairBytes other = curve.make();
            assertThat(one.open()).hasSize(65).startsWith(4);
            assertThat(curve.agree(
                            one.secret(),
                            curve.point(P256.x(other.open()), P256.y(other.open()))
                                    .orElseThrow()))
                    .isEqualTo(curve.agree(
                            other.secret(),
                            curve.point(P256.x(one.open()), P256.y(one.open())).orElseThrow()));
        }
    }

    @Test
    void takesOnlyPointsOnTheCurve() {
        byte[] open = curve.make().open();
        byte[] x = P256.x(open);
        byte[] y = P256.y(open);
        assertThat(curve.point(x, y)).isPresent();
        assertThat(curve.point(y, x)).isEmpty();
        assertThat(curve.point(x, new byte[32])).isEmpty();
        assertThat(curve.point(new byte[32], new byte[32]))
                .as("how some write infinity")
                .isEmpty();
        assertThat(curve.point(new byte[0], new byte[0])).isEmpty();
        for (int bit = 0; bit < 256; bit++) {
            byte[] flipped = y.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(curve.point(x, flipped)).as("bit %s", bit).isEmpty();
        }
    }

    @Test
    void takesNoCoordinateBeyondTheField() {
        // the point with x = 0 has x = p too, which is the same number and another text
        byte[] y = HexFormat.of().parseHex("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4");
        assertThat(curve.point(new byte[32], y)).isPresent();
        byte[] p = FIELD.toByteArray();
        assertThat(curve.point(Arrays.copyOfRange(p, p.length - 32, p.length), y))
                .isEmpty();
    }

    /** RFC 7638 names the members and their order; the value was computed by an independent program. */
    @Test
    void namesAKeyByItsThumbprint() {
        Golden golden = Golden.of("card-record-1.properties");
        assertThat(P256.thumbprint(golden.bytes("intakePublic"))).isEqualTo(golden.text("kid"));
    }
}
