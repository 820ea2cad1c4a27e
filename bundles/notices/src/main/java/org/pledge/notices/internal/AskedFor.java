package org.pledge.notices.internal;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds English wording that asks somebody to send personal data by email. */
final class AskedFor {
    private static final String DATA =
            "(?:(?:user|first|last|full|family|maiden)?\\s?names?|passwords?|passphrases?|pins?|"
                    + "pin\\s?codes?|(?:credit\\s|debit\\s|payment\\s)?cards?|account\\s(?:number|details|data)|ssn|"
                    + "social\\ssecurity|dates?\\sof\\sbirth|birth\\s?(?:dates?|days?)|(?:e-?mail\\s|postal\\s|street\\s|home\\s|"
                    + "billing\\s)?address(?:es)?|(?:tele|mobile\\s)?phones?|bank|iban|passport|identity|id\\s?(?:card|number)|"
                    + "driving\\slicen[cs]e|logins?|security\\s(?:code|question)s?|cv[vc]2?|verification\\scode|credentials|"
                    + "(?:personal|contact|payment|billing|your|card)\\s(?:details|information|data)|signature)";
    /** Anything within one sentence. */
    private static final String NEAR = "[^.!?]{0,120}?";

    private static final int FLAG = Pattern.CASE_INSENSITIVE;

    private static final List<Pattern> REQUESTS = List.of(
            Pattern.compile(
                    "\\b(?:reply|replying|respond|responding|answer|answering|write\\sback|mail\\sback|return|"
                            + "e-?mail\\sus|mail\\sus|send\\s(?:us|back|me)|text\\sus)\\b" + NEAR
                            + "\\b(?:your|the|following)\\b"
                            + NEAR + "\\b" + DATA + "\\b",
                    FLAG),
            Pattern.compile(
                    "\\b(?:confirm|verify|validate|provide|enter|submit|supply|fill\\sin|fill\\sout|complete|"
                            + "tell\\sus|give\\sus|let\\sus\\s(?:know|have)|what\\sis|we\\sneed|need|require)\\s"
                            + "(?:us\\s)?(?:with\\s)?(?:your|the\\sfollowing)\\b" + NEAR + "\\b" + DATA + "\\b",
                    FLAG),
            Pattern.compile("\\b" + DATA + "\\s?:\\s?(?:_{3,}|\\.{3,}|\\[\\s*]|<\\s*>)", FLAG));
    private static final Pattern DENIAL = Pattern.compile("\\bnever\\s(?:ask|request|require|want)\\b[^.!?]*$", FLAG);

    private AskedFor() {}

    /** Where such a request begins. */
    static OptionalInt in(String text) {
        String plain = text.replaceAll("[\\s\\u00a0]", " ");
        String squeezed = plain.replaceAll(" +", " ");
        for (Pattern request : REQUESTS) {
            Matcher found = request.matcher(squeezed);
            while (found.find()) {
                if (!DENIAL.matcher(squeezed.substring(0, found.start())).find()) {
                    return OptionalInt.of(original(plain, found.start()));
                }
            }
        }
        return OptionalInt.empty();
    }

    /** The position in a text of a position in the same text with one space for several. */
    private static int original(String plain, int position) {
        int at = 0;
        for (int seen = 0; seen < position; at++) {
            boolean dropped = plain.charAt(at) == ' ' && at > 0 && plain.charAt(at - 1) == ' ';
            seen += dropped ? 0 : 1;
        }
        while (at < plain.length() - 1 && plain.charAt(at) == ' ') {
            at++;
        }
        return at;
    }
}
