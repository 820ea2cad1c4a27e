package org.pledge.cookies;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.TrackerKind;
import org.pledge.visitor.CookieService.Fault;

/**
 * What a visitor said about cookies, as the cookie with the choice holds it: {@code granted}, {@code refused}, or the
 * kinds agreed to with dots between them. It has one of eight values, so nobody is told by it from anybody else.
 *
 * @param said whether the visitor, or the visitor's browser, said anything
 * @param agreed the kinds agreed to
 */
public record Choices(boolean said, Set<TrackerKind> agreed) {
    /** Nothing was said. */
    public static final Choices UNSAID = new Choices(false, Set.of());

    /** Only what serving the visitor takes. */
    public static final Choices REFUSED = new Choices(true, Set.of());

    /** The kinds that a visitor is asked about. */
    public static final Set<TrackerKind> ASKED =
            Set.of(TrackerKind.PREFERENCE, TrackerKind.STATISTICS, TrackerKind.MARKETING);

    private static final String ALL = "granted";
    private static final String NONE = "refused";

    /** Keeps an immutable copy. */
    public Choices {
        agreed = Set.copyOf(agreed);
    }

    /** A choice for these kinds and against the others. */
    public static Choices of(Set<TrackerKind> kinds) {
        return new Choices(true, kinds.stream().filter(ASKED::contains).collect(Collectors.toSet()));
    }

    /**
     * Reads the values of the cookie; what cannot be read or contradicts itself refuses.
     *
     * @param signal whether the browser itself refuses, which outweighs any cookie
     */
    public static Choices read(Collection<String> values, boolean signal) {
        if (signal) {
            return REFUSED;
        }
        List<String> different = values.stream().distinct().toList();
        if (different.isEmpty()) {
            return UNSAID;
        }
        return different.size() == 1 ? read(different.get(0)) : REFUSED;
    }

    private static Choices read(String value) {
        if (value.equals(ALL)) {
            return new Choices(true, ASKED);
        }
        Set<TrackerKind> kinds = EnumSet.noneOf(TrackerKind.class);
        for (String word : value.split("\\.", -1)) {
            Optional<TrackerKind> kind =
                    ASKED.stream().filter(each -> word(each).equals(word)).findFirst();
            if (kind.isEmpty()) {
                return REFUSED;
            }
            kinds.add(kind.get());
        }
        return of(kinds);
    }

    private static String word(TrackerKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** The value of the cookie that says this. */
    public String value() {
        if (agreed.isEmpty()) {
            return NONE;
        }
        return agreed.equals(ASKED)
                ? ALL
                : agreed.stream().sorted().map(Choices::word).collect(Collectors.joining("."));
    }

    /** Why something of this kind may not be used; empty when it may. */
    public Optional<Fault> fault(TrackerKind kind, Need need) {
        boolean welcome =
                switch (need) {
                    case NOTHING -> true;
                    case IMPLIED -> !said || agreed.contains(kind);
                    case OPT_IN -> agreed.contains(kind);
                    case NEVER -> false;
                };
        if (welcome) {
            return Optional.empty();
        }
        return Optional.of(said ? Fault.REFUSED_BY_VISITOR : Fault.NO_PRIOR_CONSENT);
    }
}
