package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.vault.Network;

final class CardNumberTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "4111111111111111, VISA",
        "4222222222222, VISA",
        "4000000000000000006, VISA",
        "5555555555554444, MASTERCARD",
        "5105105105105100, MASTERCARD",
        "2221000000000009, MASTERCARD",
        "2720990000000007, MASTERCARD",
        "378282246310005, AMEX",
        "341111111111111, AMEX",
        "6011111111111117, DISCOVER",
        "6445644564456445, DISCOVER",
        "6510000000000000, DISCOVER",
        "3530111333300000, JCB",
        "3589000000000003, JCB",
        "30569309025904, DINERS",
        "38520000023237, DINERS",
        "36700102000000, DINERS",
        "6200000000000005, UNIONPAY",
        "6205500000000000004, UNIONPAY",
        "6759649826438453, MAESTRO",
        "5018000000000009, MAESTRO",
        "6304000000000000, MAESTRO"
    })
    void tellsTheNetwork(String number, Network network) {
        assertThat(CardNumber.checks(bytes(number))).isTrue();
        assertThat(CardNumber.network(bytes(number))).contains(network);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "41111111111111", // 14 digits of Visa
                "37828224631000", // 14 of American Express
                "555555555555444", // 15 of Mastercard
                "2220990000000000", // just below the 2-series
                "2721000000000000", // just above it
                "9999999999999999",
                "0000000000000000",
                "3527000000000000", // just below JCB
                "306000000000000"
            })
    void knowsNoNetworkOfOtherNumbers(String number) {
        assertThat(CardNumber.network(bytes(number))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"41111111111", "41111111111111111111", "411111111111111a", "4111 1111 1111 1111", ""})
    void wantsDigitsAlone(String number) {
        assertThat(CardNumber.isDigits(bytes(number))).isFalse();
    }

    @Property
    void everyWrongDigitIsFound(
            @ForAll @NumericChars @StringLength(min = 12, max = 19) String digits,
            @ForAll @IntRange(min = 0, max = 18) int place,
            @ForAll @IntRange(min = 1, max = 9) int by) {
        byte[] number = bytes(digits);
        for (byte check = '0'; !CardNumber.checks(number); check++) {
            number[number.length - 1] = check;
        }
        int at = place % number.length;
        number[at] = (byte) ('0' + (number[at] - '0' + by) % 10);
        assertThat(CardNumber.checks(number)).isFalse();
    }

    @RepeatedTest(200)
    void noTokenIsOrHoldsANumber() {
        String token = new CardTokens().make();
        assertThat(token).matches("card_[a-z]{28}").doesNotContainPattern("[0-9]");
        assertThat(CardTokens.isToken(token)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111111111111111",
                "4111-1111-1111-1111",
                "4111.1111_1111-1111",
                "378282246310005",
                "order-4111111111111111x",
                "o-4111-1111-1111-1111",
                "4111111111111111_1",
                "1763828000002"
            })
    void seesANumberThatIsTakenForAName(String text) {
        assertThat(CardNumber.isHiddenIn(text)).isTrue();
        assertThat(CardTokens.isToken(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4111111111111112", "order-4111111111111112x", "20261122-0001", "1763828000001", ""})
    void leavesOtherNamesAlone(String text) {
        assertThat(CardNumber.isHiddenIn(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111111111111111",
                "Card: 4111 1111 1111 1111, thank you",
                "4111-1111 . 1111_1111",
                "12 4111 1111 1111 1111",
                "4111\u00a01111\u00a01111\u00a01111",
                "paid\t378282246310005\n",
                "4111 1111\n1111 1111",
                "x4111111111111111x"
            })
    void findsANumberInAText(String text) {
        assertThat(CardNumber.isHiddenIn(text.getBytes(StandardCharsets.UTF_8))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4111111111111112",
                "4111 1111    1111 1111",
                "Delivered on 2026-11-22 at 10:15, parcel 00340434161094042557, signed.",
                "0000 0000 0000 0000"
            })
    void findsNoneWhereThereIsNone(String text) {
        assertThat(CardNumber.isHiddenIn(text.getBytes(StandardCharsets.UTF_8))).isFalse();
    }
}
