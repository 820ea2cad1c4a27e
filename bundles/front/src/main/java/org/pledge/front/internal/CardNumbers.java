package org.pledge.front.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Looks for card numbers in bytes as they come: 13 to 19 digits of an issuer (ISO/IEC 7812-1) with a valid check digit,
 * bounded by what is neither letter nor digit, with blanks, hyphens or dots between them or not. Zero bytes are passed
 * over, so that UTF-16 and UTF-32 are read like ASCII. Letters next to the digits make them a part of something else,
 * such as a UUID, a time or a hash; one dot makes them a decimal number; a plus before at most 15 makes them a telephone
 * number (E.164).
 */
final class CardNumbers {
    private static final int SHORTEST = 13;
    private static final int LONGEST = 19;
    private static final int MOST_BETWEEN = 3;

    /** Numbers whose first six digits are in a range, with a set bit for each length. */
    private record Range(int from, int to, int lengths) {}

    private static final int SIXTEEN_ON = lengths(16, 17, 18, 19);
    private static final int ANY = lengths(13, 14, 15, 16, 17, 18, 19);
    private static final int DINERS = lengths(14, 16, 17, 18, 19);
    private static final List<Range> RANGES = List.of(
            new Range(222100, 272099, lengths(16)),
            new Range(300000, 305999, DINERS),
            new Range(309500, 309599, DINERS),
            new Range(340000, 349999, lengths(15)),
            new Range(352800, 358999, SIXTEEN_ON),
            new Range(360000, 369999, DINERS),
            new Range(370000, 379999, lengths(15)),
            new Range(380000, 399999, DINERS),
            new Range(400000, 499999, lengths(13, 16, 19)),
            new Range(500000, 509999, ANY),
            new Range(510000, 559999, lengths(16)),
            new Range(560000, 589999, ANY),
            new Range(601100, 601199, SIXTEEN_ON),
            new Range(620000, 629999, SIXTEEN_ON),
            new Range(630000, 639999, ANY),
            new Range(644000, 659999, SIXTEEN_ON),
            new Range(670000, 679999, ANY));

    private static final byte OTHER = 0;
    private static final byte DIGIT = 1;
    private static final byte LETTER = 2;
    private static final byte HYPHEN = 3;
    private static final byte DOT = 4;
    private static final byte BLANK = 5;
    private static final byte ZERO = 6;
    private static final byte PLUS = 7;
    private static final byte ESCAPE = 8;
    private static final byte[] KINDS = kinds();
    private static final boolean[] IN_WORD = of(LETTER, DIGIT, HYPHEN, ZERO);
    private static final boolean[] BETWEEN = of(OTHER, BLANK, HYPHEN, DOT, ZERO);

    /** What is being read: nothing in particular, digits, or what cannot be a number until it ends. */
    private enum Word {
        NONE,
        DIGITS,
        OTHER
    }

    private final byte[] digits = new byte[LONGEST];
    /** The words of digits that may form one number: where each begins among the digits, and among all bytes. */
    private final int[] begins = new int[LONGEST];

    private final long[] places = new long[LONGEST];
    private final boolean[] dialled = new boolean[LONGEST];
    private int words;
    private int count;
    private Word word = Word.NONE;
    private int between;
    private int zeros;
    private int dots;
    private boolean dot;
    private boolean plus;
    private boolean escape;
    private long position;

    private static int lengths(int... all) {
        int bits = 0;
        for (int each : all) {
            bits |= 1 << each;
        }
        return bits;
    }

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        for (int c = 0; c < 128; c++) {
            kinds[c] = c >= '0' && c <= '9' ? DIGIT : Character.isLetter(c) ? LETTER : OTHER;
        }
        kinds['-'] = HYPHEN;
        kinds['.'] = DOT;
        kinds['+'] = PLUS;
        kinds['\\'] = ESCAPE;
        kinds[0] = ZERO;
        kinds[' '] = BLANK;
        kinds['\t'] = BLANK;
        kinds[0xa0] = BLANK; // no-break space, which is C2 A0 in UTF-8
        kinds[0xc2] = BLANK;
        return kinds;
    }

    private static boolean[] of(byte... kinds) {
        boolean[] of = new boolean[256];
        for (int c = 0; c < 256; c++) {
            for (byte kind : kinds) {
                of[c] |= KINDS[c] == kind;
            }
        }
        return of;
    }

    static boolean in(String text) {
        if (text.chars().filter(c -> c >= '0' && c <= '9').count() < SHORTEST) {
            return false;
        }
        CardNumbers numbers = new CardNumbers();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return numbers.read(bytes, 0, bytes.length) || numbers.end();
    }

    /** Reads on; true when a number ended here. */
    boolean read(byte[] bytes, int offset, int length) {
        int end = offset + length;
        long before = position - offset;
        int i = offset;
        while (i < end) {
            if (words == 0 && !escape && !plus) {
                i = word == Word.OTHER ? behindWord(bytes, i, end) : nextWord(bytes, i, end);
                if (i == end) {
                    break;
                }
            }
            position = before + i;
            if (next(KINDS[bytes[i] & 0xff], bytes[i])) {
                return true;
            }
            i++;
        }
        position = before + end;
        return false;
    }

    private static int behindWord(byte[] bytes, int from, int end) {
        int i = from;
        while (i < end && IN_WORD[bytes[i] & 0xff]) {
            i++;
        }
        return i;
    }

    private static int nextWord(byte[] bytes, int from, int end) {
        int i = from;
        while (i < end && BETWEEN[bytes[i] & 0xff]) {
            i++;
        }
        return i;
    }

    /** Nothing follows; true when a number ended here. */
    boolean end() {
        boolean found = endWord();
        forget();
        return found;
    }

    /** How many bytes were read last that may belong to a number. */
    int pending() {
        return words == 0 ? 0 : (int) (position - places[0]);
    }

    private boolean next(byte kind, byte value) {
        if (kind == ZERO) {
            zeros++;
            return zeros > MOST_BETWEEN && boundary();
        }
        zeros = 0;
        boolean escaped = escape;
        escape = false;
        boolean signed = plus;
        plus = false;
        boolean found = false;
        if (dot) {
            dot = false;
            if (kind == DIGIT) {
                dots++;
            } else {
                found = boundary();
            }
        }
        switch (kind) {
            case DIGIT -> digit(value, signed);
            case LETTER -> {
                if (escaped) {
                    return found | boundary(); // such as \n in JSON
                }
                forget();
                word = Word.OTHER;
            }
            case HYPHEN -> {
                if (word == Word.DIGITS && ++between > MOST_BETWEEN) {
                    found |= boundary();
                }
            }
            case DOT -> {
                if (word == Word.DIGITS) {
                    dot = true;
                } else {
                    found |= boundary();
                }
            }
            case BLANK -> found |= blank();
            default -> {
                found |= boundary();
                plus = kind == PLUS;
                escape = kind == ESCAPE;
            }
        }
        return found;
    }

    private void digit(byte value, boolean signed) {
        if (word == Word.OTHER) {
            return;
        }
        if (word == Word.NONE) {
            if (words == begins.length) {
                dropFirst();
            }
            begins[words] = count;
            places[words] = position;
            dialled[words] = signed;
            words++;
            word = Word.DIGITS;
            dots = 0;
        }
        between = 0;
        while (count == LONGEST && words > 1) {
            dropFirst();
        }
        if (count == LONGEST) {
            forget();
            word = Word.OTHER;
            return;
        }
        digits[count++] = (byte) (value - '0');
    }

    private void dropFirst() {
        int gone = begins[1];
        System.arraycopy(digits, gone, digits, 0, count - gone);
        count -= gone;
        words--;
        for (int i = 0; i < words; i++) {
            begins[i] = begins[i + 1] - gone;
            places[i] = places[i + 1];
            dialled[i] = dialled[i + 1];
        }
    }

    /** Digits may go on behind a few blanks. */
    private boolean blank() {
        boolean found = endWord();
        if (words > 0 && ++between > MOST_BETWEEN) {
            forget();
        }
        return found;
    }

    private boolean boundary() {
        boolean found = endWord();
        forget();
        return found;
    }

    private boolean endWord() {
        boolean ended = word == Word.DIGITS;
        word = Word.NONE;
        if (!ended) {
            return false;
        }
        between = 0;
        if (dots == 1) {
            forget();
            return false;
        }
        for (int i = 0; i < words; i++) {
            int length = count - begins[i];
            boolean telephone = dialled[i] && length <= 15;
            if (length >= SHORTEST && !telephone && issued(begins[i], length) && checks(begins[i])) {
                return true;
            }
        }
        return false;
    }

    private void forget() {
        words = 0;
        count = 0;
        between = 0;
        word = Word.NONE;
    }

    private boolean issued(int from, int length) {
        int first = 0;
        for (int i = from; i < from + 6; i++) {
            first = first * 10 + digits[i];
        }
        for (Range range : RANGES) {
            if (first >= range.from() && first <= range.to()) {
                return (range.lengths() & 1 << length) != 0;
            }
        }
        return false;
    }

    private boolean checks(int from) {
        int sum = 0;
        for (int i = count - 1, weight = 1; i >= from; i--, weight = 3 - weight) {
            int weighed = digits[i] * weight;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10 == 0;
    }
}
