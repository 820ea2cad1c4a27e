package org.pledge.distribution;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pledge.demo.Api;

/** Credentials of every role for some tenants, issued in one session of the shell. */
final class Credentials {
    /** Every role that a credential can hold. */
    static final List<String> ROLES =
            List.of("viewer", "operator", "officer", "custodian", "integrator", "auditor", "partner");

    private static final List<String> STAFF = List.of("operator", "officer", "custodian");
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
        tenants.forEach(tenant -> acceptConfidentiality(platform, tenant, tokens));
        return tokens;
    }

    /** As everybody does who works with people's data where the policy asks for it; the shell's login, too. */
    private static void acceptConfidentiality(Platform platform, String tenant, Map<String, String> tokens) {
        boolean asked = false;
        for (String role : STAFF) {
            asked = new Api(platform.url(), tokens.get(tenant + "/" + role)).acceptConfidentiality();
        }
        if (asked) {
            String digest = new Api(platform.url(), tokens.get(tenant + "/viewer"))
                    .get("/confidentiality")
                    .expect(200)
                    .body()
                    .path("digest")
                    .asText();
            platform.pledge("shell", "pledge:confidentiality-accept --tenant " + tenant + " " + digest);
        }
    }
}
