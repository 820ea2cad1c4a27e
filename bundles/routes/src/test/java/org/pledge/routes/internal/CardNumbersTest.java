package org.pledge.routes.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CardNumbersTest {
    private static final List<String> TEST_NUMBERS = List.of(
            "4242424242424242",
            "4222222222222",
            "5555555555554444",
            "2223003122003222",
            "2720992715934728",
            "378282246310005",
            "6011111111111117",
            "3566002020360505",
            "36227206271667",
            "30569309025904",
            "6205500000000000004",
            "6759649826438453");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4242 4242 4242 4242",
                "4242-4242-4242-4242",
                "4242.4242.4242.4242",
                "4242 - 4242 4242 4242",
                "4242\u00a04242\u202f4242\u20114242",
                "4242\u200b4242\u200b4242\u200b4242",
                "4242\n4242\n4242\n4242",
                "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
                "card 4242424242424242 12/27",
                "12 4242 4242 4242 4242 07 31",
                "{\"note\":\"4242424242424242\"}",
                "3782 822463 10005",
                "\u0664\u0662\u0664\u0662\u0664\u0662\u0664\u0662\u0664\u0662\u0664\u0662\u0664\u0662\u0664\u0662",
                "+4242424242424242",
                "+42 4242 4242 4242 42",
            })
    void findsOneInGroupsAndAmongOtherText(String text) {
        assertThat(CardNumbers.in(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4242424242424241",
                "4242 4242 4242",
                "1242424242424248",
                "42424242424242424242424242",
                "424242424242, 4242",
                "a4242424242424242",
                "4242424242424242b",
                "+49 151 2345 6789 5",
                "+4915123456782",
                "42424242-4242-4242-4242-424242424242",
                "1795334400000",
                "2026-11-22T08:00:00.000000Z",
                "0049 30 901820",
                "",
            })
    void leavesOtherNumbersAlone(String text) {
        assertThat(CardNumbers.in(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void knowsEveryNetwork(int which) {
        assertThat(CardNumbers.in(TEST_NUMBERS.get(which))).isTrue();
    }

    @Property
    boolean findsEveryNumberHoweverItIsGrouped(
            @ForAll @IntRange(max = 11) int which, @ForAll @Size(4) List<@IntRange(min = 1, max = 18) Integer> cuts) {
        StringBuilder text = new StringBuilder(TEST_NUMBERS.get(which));
        cuts.stream()
                .distinct()
                .sorted((a, b) -> b - a)
                .filter(cut -> cut < text.length())
                .forEach(cut -> text.insert((int) cut, ' '));
        return CardNumbers.in(text);
    }

    @Property
    boolean findsNoneOfWhichADigitWasChanged(
            @ForAll @IntRange(max = 11) int which,
            @ForAll @IntRange(max = 12) int at,
            @ForAll @IntRange(min = 1, max = 9) int by) {
        StringBuilder text = new StringBuilder(TEST_NUMBERS.get(which));
        text.setCharAt(at, (char) ('0' + (text.charAt(at) - '0' + by) % 10));
        return !CardNumbers.in(text);
    }
}
