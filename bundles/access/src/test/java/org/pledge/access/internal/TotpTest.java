package org.pledge.access.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TotpTest {
    private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    private static String code(long step) {
        return new String(Totp.code(SECRET, step), StandardCharsets.US_ASCII);
    }

    /** RFC 6238, appendix B, for SHA-1; six digits are the last of its eight. */
    @ParameterizedTest
    @CsvSource({
        "59, 94287082",
        "1111111109, 07081804",
        "1111111111, 14050471",
        "1234567890, 89005924",
        "2000000000, 69279037",
        "20000000000, 65353130"
    })
    void givesTheCodesOfTheStandard(long second, String eightDigits) {
        assertThat(code(Totp.step(Instant.ofEpochSecond(second)))).isEqualTo(eightDigits.substring(2));
    }

    /** RFC 4226, appendix D. */
    @Test
    void givesTheCodesOfTheStandardItRestsOn() {
        assertThat(LongStream.range(0, 10).mapToObj(TotpTest::code))
                .containsExactly(
                        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
                        "520489");
    }

    @Test
    void aStepHasThirtySeconds() {
        assertThat(Totp.step(Instant.ofEpochSecond(59))).isEqualTo(1);
        assertThat(Totp.step(Instant.ofEpochSecond(60))).isEqualTo(2);
    }

    /** RFC 4648, section 10, without padding; the last one as authenticators show it. */
    @ParameterizedTest
    @CsvSource({"'', ''", "fooba, MZXW6YTB", "12345678901234567890, GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"})
    void writesBase32(String plain, String encoded) {
        assertThat(Totp.base32(plain.getBytes(StandardCharsets.US_ASCII))).isEqualTo(encoded);
    }

    @Test
    void writesEveryBitInBase32() {
        assertThat(Totp.base32(new byte[] {-1, -1, -1, -1, -1, 0, 0, 0, 0, 1})).isEqualTo("77777777AAAAAAAB");
    }
}
