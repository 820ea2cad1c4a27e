package org.pledge.distribution;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Credentials of every role for some tenants, issued in one session of the shell. */
final class Credentials {
    /** Every role that a credential can hold. */
    static final List<String> ROLES =
            List.of("viewer", "operator", "officer", "custodian", "integrator", "auditor", "partner");

    private static final Pattern TOKEN = Pattern.compile("pl_[A-Za-z0-9_-]{20,}");

    private Credentials() {}

    /** The tokens, each under {@code tenant/role}. */
    static Map<String, String> issue(Platform platform, List<String> tenants) {
        List<String> names = new ArrayList<>();
        StringBuilder script = new StringBuilder();
        for (String tenant : tenants) {
            for (String role : ROLES) {
                names.add(tenant + "/" + role);
                script.append("pledge:credential-issue --tenant ")
                        .append(tenant)
                        .append(" --role ")
                        .append(role)
                        .append(" test-")
                        .append(role)
                        .append('\n');
            }
        }
        Platform.Result printed = platform.pledge("shell", script.toString().strip());
        Matcher token = TOKEN.matcher(printed.out());
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String name : names) {
            if (!token.find()) {
                throw new IllegalStateException("no token for " + name + ": "
                        + TOKEN.matcher(printed.out()).replaceAll("…"));
            }
            tokens.put(name, token.group());
        }
        return tokens;
    }
}
