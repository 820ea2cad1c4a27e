package org.pledge.notices.internal;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The places in a template where something else is put: {@code {{name}}}. */
final class Placeholders {
    static final String UNSUBSCRIBE = "unsubscribe";
    /** What the platform fills in itself. */
    static final Set<String> OWN = Set.of(UNSUBSCRIBE, "controller", "contact");

    static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");
    private static final Pattern BRACES = Pattern.compile("\\{\\{([a-z][a-z0-9-]{0,63})}}");
    private static final Pattern STRAY = Pattern.compile("\\{\\{|}}");

    private Placeholders() {}

    static Set<String> in(String text) {
        Set<String> names = new TreeSet<>();
        BRACES.matcher(text).results().map(result -> result.group(1)).forEach(names::add);
        return names;
    }

    /** The position of the first braces that stand for nothing; -1 when there are none. */
    static int stray(String text) {
        Matcher braces = STRAY.matcher(BRACES.matcher(text)
                .replaceAll(match -> " ".repeat(match.group().length())));
        return braces.find() ? braces.start() : -1;
    }

    static int positionOf(String name, String text) {
        return text.indexOf("{{" + name + "}}");
    }

    static String filled(String text, UnaryOperator<String> values) {
        return BRACES.matcher(text)
                .replaceAll((MatchResult match) -> Matcher.quoteReplacement(values.apply(match.group(1))));
    }
}
