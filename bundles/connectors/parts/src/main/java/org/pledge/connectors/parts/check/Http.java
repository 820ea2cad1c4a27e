package org.pledge.connectors.parts.check;

import java.util.Set;
import java.util.regex.Pattern;
import org.pledge.sharing.Partner;

/** What the connectors have in common whose partners are reached over HTTP. */
public final class Http {
    /** The second one for loopback addresses only. */
    public static final Set<String> SCHEMES = Set.of("https", "http");

    /** How long a partner is waited for, and that a step reads its answer; goes behind an endpoint's own options. */
    public static final String OPTIONS = "&throwExceptionOnFailure=false&connectTimeout=5000"
            + "&connectionRequestTimeout=5000&responseTimeout=15000&soTimeout=15000&userAgent=Pledge";

    /** The form of a setting that names a domain. */
    public static final Pattern DOMAIN = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?");

    private static final Pattern ANY_PATH = Pattern.compile(".*");

    private Http() {}

    /** Refuses an address with a path that could be misread, or one in the clear to elsewhere. */
    public static void endpoint(Partner partner) {
        Checks.endpoint(partner, "https", "http", ANY_PATH);
    }

    /** The address on the endpoint's server that the setting {@code path} names. */
    public static String address(Partner partner) {
        return partner.endpoint().getScheme() + "://" + partner.endpoint().getRawAuthority()
                + partner.settings().get("path");
    }
}
