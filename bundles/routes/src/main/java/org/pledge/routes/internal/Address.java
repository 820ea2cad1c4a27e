package org.pledge.routes.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An endpoint address of a route, taken apart.
 *
 * @param scheme the component's name
 * @param rest what follows the first colon, without options
 * @param options as written, {@code name=value}
 */
record Address(String scheme, String rest, List<String> options) {
    private static final Set<String> LOCAL =
            Set.of("direct", "seda", "log", "mock", "timer", "scheduler", "pledge", "stub");
    private static final Pattern FORM = Pattern.compile("([a-zA-Z][a-zA-Z0-9+-]*):([^?]*)(?:\\?(.*))?");

    static Optional<Address> of(String uri) {
        Matcher form = FORM.matcher(uri.strip());
        if (!form.matches()) {
            return Optional.empty();
        }
        String query = form.group(3);
        return Optional.of(
                new Address(form.group(1), form.group(2), query == null ? List.of() : Arrays.asList(query.split("&"))));
    }

    boolean local() {
        return LOCAL.contains(scheme);
    }

    /** Whether this is the {@code pledge:} endpoint of that name. */
    boolean pledge(String name) {
        return scheme.equals("pledge") && rest.replaceFirst("^/+", "").equals(name);
    }

    /** The same without one of its options. */
    Address without(String option) {
        return new Address(
                scheme,
                rest,
                options.stream().filter(each -> !each.equals(option)).toList());
    }

    /** The values of an option, as written. */
    List<String> values(String option) {
        return options.stream()
                .filter(given -> given.startsWith(option + "="))
                .map(given -> given.substring(option.length() + 1))
                .toList();
    }
}
