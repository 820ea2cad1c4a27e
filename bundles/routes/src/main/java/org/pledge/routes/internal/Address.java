package org.pledge.routes.internal;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
    private static final Set<String> HTTP_OPTIONS = Set.of(
            "httpMethod",
            "connectTimeout",
            "connectionRequestTimeout",
            "responseTimeout",
            "soTimeout",
            "userAgent",
            "throwExceptionOnFailure",
            "okStatusCodeRange",
            "ignoreResponseBody",
            "connectionsPerRoute",
            "maxTotalConnections");
    private static final Pattern FORM = Pattern.compile("([a-zA-Z][a-zA-Z0-9+-]*):([^?]*)(?:\\?(.*))?");
    private static final Pattern WEB = Pattern.compile("//(?<host>\\[[0-9a-fA-F:.]+]|[a-zA-Z0-9][a-zA-Z0-9.-]*)"
            + "(:(?<port>[0-9]{1,5}))?(/[a-zA-Z0-9._~:,;=+@-]+)*/?");
    private static final Pattern LOOPBACK =
            Pattern.compile("127(\\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}|\\[::1]|localhost");

    static Optional<Address> of(String uri) {
        Matcher form = FORM.matcher(uri.strip());
        if (!form.matches()) {
            return Optional.empty();
        }
        String query = form.group(3);
        return Optional.of(
                new Address(form.group(1), form.group(2), query == null ? List.of() : Arrays.asList(query.split("&"))));
    }

    static boolean local(String scheme) {
        return LOCAL.contains(scheme);
    }

    boolean local() {
        return local(scheme);
    }

    boolean web() {
        return scheme.equals("http") || scheme.equals("https");
    }

    /** Whether this is the {@code pledge:} endpoint of that name. */
    boolean pledge(String name) {
        return scheme.equals("pledge") && rest.replaceFirst("^/+", "").equals(name);
    }

    /** Whether a web address has the plain form {@code scheme://host:port/path} that cannot be misread. */
    boolean plain() {
        return WEB.matcher(rest).matches();
    }

    boolean loopback() {
        Matcher web = WEB.matcher(rest);
        return web.matches()
                && LOOPBACK.matcher(web.group("host").toLowerCase(Locale.ROOT)).matches();
    }

    /** The first option that may not be given to a web endpoint. */
    Optional<String> forbiddenOption() {
        return options.stream()
                .map(option -> option.split("=", 2)[0])
                .filter(name -> !HTTP_OPTIONS.contains(name))
                .findFirst();
    }

    /** Whether both lead to the same server. */
    boolean sameServer(URI other) {
        Matcher web = WEB.matcher(rest);
        return web.matches()
                && scheme.equalsIgnoreCase(other.getScheme())
                && web.group("host").equalsIgnoreCase(other.getHost())
                && port(scheme, web.group("port") == null ? -1 : Integer.parseInt(web.group("port")))
                        == port(scheme, other.getPort());
    }

    private static int port(String scheme, int port) {
        return port >= 0 ? port : scheme.equals("https") ? 443 : 80;
    }
}
