package org.pledge.routes.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds card numbers in text: 13 to 19 digits, in one piece or in groups, with a right check digit (ISO/IEC 7812-1,
 * annex B) and a beginning and a length that a card network has.
 */
final class CardNumbers {
    private static final int SHORTEST = 13;
    private static final int LONGEST = 19;
    /** A telephone number in the international form has 15 digits at most (ITU-T E.164). */
    private static final int LONGEST_TELEPHONE = 15;

    private static final int WIDEST_GAP = 3;
    private static final Pattern IDENTIFIER =
            Pattern.compile("(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    /** In this order: 13, 16 or 19 digits; 16; 15; 16 to 19; 14 to 19; 13 to 19. */
    private static final List<Pattern> NETWORKS = List.of(
            Pattern.compile("4(.{12}|.{15}|.{18})"),
            Pattern.compile("(5[1-5].{4}|(222[1-9]|22[3-9].|2[3-6]..|27[01].|2720)..).{10}"),
            Pattern.compile("3[47].{13}"),
            Pattern.compile("(6011|64[4-9].|65..|352[89]|35[3-8].|62..|81..).{12,15}"),
            Pattern.compile("3(0[0-59]|[689].).{11,16}"),
            Pattern.compile("(50|5[6-9]|6[0-9]).{11,17}"));

    private CardNumbers() {}

    private record Group(int from, int to, boolean telephone) {}

    /** Whether there is one in it. */
    static boolean in(CharSequence text) {
        if (text.chars().filter(c -> Character.digit(c, 10) >= 0).count() < SHORTEST) {
            return false;
        }
        String looked = IDENTIFIER.matcher(text).replaceAll("x");
        List<Group> near = new ArrayList<>();
        int at = 0;
        while (at < looked.length()) {
            if (!digit(looked, at)) {
                at++;
                continue;
            }
            int from = at;
            while (at < looked.length() && digit(looked, at)) {
                at++;
            }
            boolean word = letter(looked, from - 1) || letter(looked, at);
            boolean joins =
                    !near.isEmpty() && gap(looked, near.get(near.size() - 1).to(), from);
            if (word || !joins) {
                near.clear();
            }
            if (!word) {
                near.add(new Group(from, at, from > 0 && looked.charAt(from - 1) == '+'));
                if (endsWithNumber(looked, near)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Looks at the last group with as many before it as can belong to it. */
    private static boolean endsWithNumber(String text, List<Group> groups) {
        StringBuilder digits = new StringBuilder();
        for (int i = groups.size() - 1; i >= 0 && digits.length() < LONGEST; i--) {
            Group group = groups.get(i);
            StringBuilder more = new StringBuilder();
            for (int at = group.from(); at < group.to(); at++) {
                more.append(Character.digit(text.charAt(at), 10));
            }
            digits.insert(0, more);
            int shortest = group.telephone() ? LONGEST_TELEPHONE + 1 : SHORTEST;
            if (digits.length() >= shortest && digits.length() <= LONGEST && number(digits)) {
                return true;
            }
        }
        return false;
    }

    private static boolean number(CharSequence digits) {
        return NETWORKS.stream().anyMatch(network -> network.matcher(digits).matches()) && checks(digits);
    }

    private static boolean checks(CharSequence digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int value = digits.charAt(digits.length() - 1 - i) - '0';
            int doubled = i % 2 == 0 ? value : value * 2;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }

    private static boolean digit(String text, int at) {
        return Character.digit(text.charAt(at), 10) >= 0;
    }

    private static boolean letter(String text, int at) {
        return at >= 0 && at < text.length() && Character.isLetter(text.charAt(at));
    }

    private static boolean gap(String text, int from, int to) {
        return to - from <= WIDEST_GAP && text.substring(from, to).chars().allMatch(CardNumbers::separates);
    }

    private static boolean separates(int c) {
        return switch (Character.getType(c)) {
            case Character.SPACE_SEPARATOR, Character.DASH_PUNCTUATION, Character.FORMAT, Character.CONTROL -> true;
            default -> c == '.' || c == '_' || c == '/' || c == '\u2212';
        };
    }
}
