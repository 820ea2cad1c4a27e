package org.pledge.front.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CardNumbersTest {
    private static final String VISA = "4111111111111111";

    private static boolean in(byte[] bytes) {
        CardNumbers numbers = new CardNumbers();
        return numbers.read(bytes, 0, bytes.length) || numbers.end();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111111111111111",
                "4222222222222",
                "5555555555554444",
                "2223003122003222",
                "378282246310005",
                "6011111111111117",
                "3530111333300000",
                "30569309025904",
                "6200000000000005",
                "6759649826438453",
                "{\"number\":\"4111111111111111\"}",
                "{\"number\":4111111111111111}",
                "<n>4111111111111111</n>",
                "4111 1111 1111 1111",
                "4111-1111-1111-1111",
                "4111.1111.1111.1111",
                "4111\u00a01111\u00a01111\u00a01111",
                "3782 822463 10005",
                "order 17 4111 1111 1111 1111 of 2026",
                "12 34 4111111111111111",
                "\"text\\n4111111111111111\\n\"",
                "Her number is 4111111111111111.",
                "card=4111111111111111&x=1",
                "+1 4111 1111 1111 1111",
                "+4111111111111111",
                "a.4111111111111111",
            })
    void finds(String text) {
        assertThat(in(text.getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(CardNumbers.in(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111111111111112",
                "9999999999999995",
                "x4111111111111111",
                "4111111111111111x",
                "41111111111111110000",
                "0.4111111111111111",
                "4111.111111111111",
                "+4915112345676",
                "+49 151 1234567 6",
                "12345678-4111-4111-8111-111111111111",
                "411111111111-1111a",
                "4111,1111,1111,1111",
                "[4111, 1111, 1111, 1111]",
                "4111    1111    1111    1111",
                "2026-11-22T10:00:00.123456789Z",
                "2026-11-22 10:00:00",
                "1795341600000",
                "9007199254740991",
                "tok_4111111111111111a",
                "**** **** **** 1111",
                "",
            })
    void letsPass(String text) {
        assertThat(in(text.getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"US-ASCII", "ISO-8859-1", "windows-1252", "UTF-8", "UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32"})
    void findsInEveryCharset(String charset) {
        assertThat(in(("the number " + VISA + " here").getBytes(Charset.forName(charset))))
                .isTrue();
        assertThat(in(("4111 1111 1111 1111").getBytes(Charset.forName(charset))))
                .isTrue();
    }

    @Test
    void letsIdentifiersTimesAndHashesPass() throws NoSuchAlgorithmException {
        Random random = new Random(7);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            text.append("{\"id\":\"").append(id).append("\",\"at\":\"").append(Instant.ofEpochMilli(random.nextInt()));
            text.append("\",\"leaf\":\"")
                    .append(HexFormat.of().formatHex(sha256.digest(id.toString().getBytes(StandardCharsets.UTF_8))));
            text.append("\",\"rate\":")
                    .append(random.nextDouble())
                    .append(",\"n\":")
                    .append(i)
                    .append("},");
        }
        assertThat(in(text.toString().getBytes(StandardCharsets.UTF_8))).isFalse();
        text.append(VISA);
        assertThat(in(text.toString().getBytes(StandardCharsets.UTF_8))).isTrue();
    }

    @Test
    void keepsNoMoreThanANumberNeeds() {
        CardNumbers numbers = new CardNumbers();
        int most = 0;
        Random random = new Random(3);
        byte[] alphabet = "0123456789 -.\0\0\0a+\\".getBytes(StandardCharsets.US_ASCII);
        byte[] one = new byte[1];
        for (int i = 0; i < 500_000; i++) {
            one[0] = alphabet[random.nextInt(alphabet.length)];
            if (numbers.read(one, 0, 1)) {
                numbers = new CardNumbers();
            }
            assertThat(numbers.pending()).isNotNegative();
            most = Math.max(most, numbers.pending());
        }
        assertThat(most).isBetween(20, 400);
    }
}
