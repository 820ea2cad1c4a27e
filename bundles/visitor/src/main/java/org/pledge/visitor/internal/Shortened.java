package org.pledge.visitor.internal;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What is left of what came in: too little to tell a visitor by. */
final class Shortened {
    /** What stands for a page whose name could tell more than a page. */
    static final String ANY_PAGE = "/*";

    private static final Pattern PAGE = Pattern.compile("[a-z](?:-?[a-z]){0,31}");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final int LONGEST_DOMAIN = 64;

    /**
     * The second-level domains under which names are registered, where they are many; elsewhere a registered domain
     * is the last two labels. A suffix that is missing here makes an answer coarser, never finer.
     */
    private static final Set<String> SUFFIXES = Set.of(
            "ac.jp", "ac.nz", "ac.uk", "ac.za", "co.id", "co.il", "co.in", "co.jp", "co.kr", "co.nz", "co.th", "co.uk",
            "co.za", "com.ar", "com.au", "com.br", "com.cn", "com.hk", "com.mx", "com.my", "com.pl", "com.sg", "com.tr",
            "com.tw", "com.ua", "edu.au", "edu.cn", "gov.au", "gov.br", "gov.uk", "ltd.uk", "me.uk", "ne.jp", "net.au",
            "net.br", "net.cn", "net.nz", "net.uk", "nhs.uk", "or.jp", "or.kr", "org.au", "org.br", "org.nz", "org.uk",
            "org.za", "plc.uk", "sch.uk");

    private Shortened() {}

    /** The registered domain of a host; empty when it has none. */
    static Optional<String> domain(String host) {
        String[] labels = host.toLowerCase(Locale.ROOT).split("\\.");
        if (labels.length < 2) {
            return Optional.empty();
        }
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                return Optional.empty();
            }
        }
        String two = labels[labels.length - 2] + "." + labels[labels.length - 1];
        if (SUFFIXES.contains(two)) {
            return labels.length < 3 ? Optional.empty() : fitting(labels[labels.length - 3] + "." + two);
        }
        return fitting(two);
    }

    private static Optional<String> fitting(String domain) {
        return Optional.of(domain).filter(found -> found.length() <= LONGEST_DOMAIN);
    }

    /** The first segment of a path; one that holds more than a few plain words stands for any. */
    static String page(String path) {
        int end = path.length();
        for (char stop : new char[] {'?', '#', ';'}) {
            int at = path.indexOf(stop);
            end = at < 0 ? end : Math.min(end, at);
        }
        String plain = path.substring(0, end).toLowerCase(Locale.ROOT).replaceFirst("^/+", "");
        String segment = plain.substring(0, plain.indexOf('/') < 0 ? plain.length() : plain.indexOf('/'));
        if (segment.isEmpty()) {
            return "/";
        }
        return PAGE.matcher(segment).matches() ? "/" + segment : ANY_PAGE;
    }
}
