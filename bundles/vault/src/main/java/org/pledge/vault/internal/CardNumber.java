package org.pledge.vault.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.pledge.vault.Network;

/** What digits tell about a card (ISO/IEC 7812-1). */
final class CardNumber {
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final int SHORTEST = 12;
    private static final int LONGEST = 19;
    private static final int MOST_BETWEEN = 3;
    private static final int IIN = 6;

    /**
     * Numbers that begin like this.
     *
     * @param from the first six digits of the range
     * @param to the last six digits of the range, itself included
     * @param lengths each length is a set bit
     */
    private record Range(Network network, int from, int to, int lengths) {
        boolean holds(int iin) {
            return iin >= from && iin <= to;
        }
    }

    private static final int SIXTEEN_ON = lengths(16, 17, 18, 19);
    private static final int MAESTRO = lengths(12, 13, 14, 15, 16, 17, 18, 19);
    private static final List<Range> RANGES = List.of(
            new Range(Network.VISA, 400000, 499999, lengths(13, 16, 19)),
            new Range(Network.MASTERCARD, 510000, 559999, lengths(16)),
            new Range(Network.MASTERCARD, 222100, 272099, lengths(16)),
            new Range(Network.AMEX, 340000, 349999, lengths(15)),
            new Range(Network.AMEX, 370000, 379999, lengths(15)),
            new Range(Network.DISCOVER, 601100, 601199, SIXTEEN_ON),
            new Range(Network.DISCOVER, 644000, 659999, SIXTEEN_ON),
            new Range(Network.JCB, 352800, 358999, SIXTEEN_ON),
            new Range(Network.DINERS, 300000, 305999, lengths(14, 16, 17, 18, 19)),
            new Range(Network.DINERS, 309500, 309599, lengths(14, 16, 17, 18, 19)),
            new Range(Network.DINERS, 360000, 369999, lengths(14, 16, 17, 18, 19)),
            new Range(Network.DINERS, 380000, 399999, lengths(14, 16, 17, 18, 19)),
            new Range(Network.UNIONPAY, 620000, 629999, SIXTEEN_ON),
            new Range(Network.MAESTRO, 500000, 509999, MAESTRO),
            new Range(Network.MAESTRO, 560000, 589999, MAESTRO),
            new Range(Network.MAESTRO, 630000, 639999, MAESTRO),
            new Range(Network.MAESTRO, 670000, 679999, MAESTRO));

    private CardNumber() {}

    private static int lengths(int... digits) {
        int bits = 0;
        for (int each : digits) {
            bits |= 1 << each;
        }
        return bits;
    }

    /** Whether these are as many digits as a card can have, and nothing else. */
    static boolean isDigits(byte[] number) {
        boolean digits = number.length >= SHORTEST && number.length <= LONGEST;
        for (byte each : number) {
            digits &= each >= '0' && each <= '9';
        }
        return digits;
    }

    /** Whether the last digit is the check digit of those before (ISO/IEC 7812-1, annex B). */
    static boolean checks(byte[] number) {
        int sum = 0;
        for (int i = 0; i < number.length; i++) {
            int digit = number[number.length - 1 - i] - '0';
            int weighed = i % 2 == 0 ? digit : digit * 2;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10 == 0;
    }

    /** The network of these digits; empty where none issues such numbers. */
    static Optional<Network> network(byte[] number) {
        int iin = 0;
        for (int i = 0; i < IIN; i++) {
            iin = iin * 10 + number[i] - '0';
        }
        for (Range range : RANGES) {
            if (range.holds(iin)) {
                return (range.lengths() & 1 << number.length) == 0 ? Optional.empty() : Optional.of(range.network());
            }
        }
        return Optional.empty();
    }

    /** What may be shown of it. */
    static String lastFour(byte[] number) {
        return new String(number, number.length - 4, 4, StandardCharsets.US_ASCII);
    }

    /** How many digits its security code has. */
    static int codeLength(Network network) {
        return network == Network.AMEX ? 4 : 3;
    }

    /**
     * Whether a number could be in a text, among other digits too, with or without {@code . _ -} between them; and
     * whatever an audit record would take for one.
     */
    static boolean isHiddenIn(String text) {
        return anyRun(text, CardNumber::looksLikeOne)
                || anyRun(text.replaceAll("[._-]", ""), run -> looksLikeOne(run) || isIssuedWithin(run));
    }

    /**
     * Whether a number of some issuer stands in a text, in one piece or in groups, with up to three blanks, line
     * breaks, hyphens, dots, underscores or slashes between them.
     */
    static boolean isHiddenIn(byte[] text) {
        byte[] digits = new byte[text.length];
        List<Integer> groups = new ArrayList<>();
        int count = 0;
        int between = 0;
        boolean found = false;
        for (int i = 0; i <= text.length && !found; i++) {
            boolean digit = i < text.length && text[i] >= '0' && text[i] <= '9';
            if (digit) {
                if (count == 0 || between > 0) {
                    groups.add(count);
                }
                between = 0;
                digits[count++] = text[i];
                continue;
            }
            if (between == 0) {
                found = endsWithNumber(digits, count, groups);
            }
            if (++between > MOST_BETWEEN || i == text.length || !isBetween(text[i])) {
                groups.clear();
                count = 0;
                between = 0;
            }
        }
        Arrays.fill(digits, (byte) 0);
        return found;
    }

    private static boolean endsWithNumber(byte[] digits, int count, List<Integer> groups) {
        for (int i = groups.size() - 1; i >= 0 && count - groups.get(i) <= LONGEST; i--) {
            if (count - groups.get(i) >= SHORTEST) {
                byte[] number = Arrays.copyOfRange(digits, groups.get(i), count);
                boolean found = checks(number) && network(number).isPresent();
                Arrays.fill(number, (byte) 0);
                if (found) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Both bytes of a no-break space in UTF-8 count. */
    private static boolean isBetween(byte b) {
        return b == ' '
                || b == '\t'
                || b == '\n'
                || b == '\r'
                || b == '-'
                || b == '.'
                || b == '_'
                || b == '/'
                || b == (byte) 0xc2
                || b == (byte) 0xa0;
    }

    private static boolean anyRun(String text, Predicate<byte[]> found) {
        return DIGITS.matcher(text)
                .results()
                .map(run -> run.group().getBytes(StandardCharsets.US_ASCII))
                .anyMatch(found);
    }

    private static boolean looksLikeOne(byte[] run) {
        return run.length >= SHORTEST && run.length <= LONGEST && checks(run);
    }

    private static boolean isIssuedWithin(byte[] run) {
        for (int from = 0; from + SHORTEST <= run.length; from++) {
            for (int to = from + SHORTEST; to <= Math.min(run.length, from + LONGEST); to++) {
                byte[] window = Arrays.copyOfRange(run, from, to);
                if (checks(window) && network(window).isPresent()) {
                    return true;
                }
            }
        }
        return false;
    }
}
