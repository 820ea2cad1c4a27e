package org.pledge.connectors.parts.check;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.pledge.PledgeException;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.PartnerSecrets;

/** What connectors ask of the endpoint and the settings of a partner. */
public final class Checks {
    private static final Pattern SERVER = Pattern.compile(
            "[a-z+]+://(?<host>\\[[0-9a-fA-F:]+]|[a-zA-Z0-9][a-zA-Z0-9.-]*)(:[0-9]{1,5})?(/[a-zA-Z0-9._~:,;=+@-]+)*/?");
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}|\\[::1]|localhost");

    private Checks() {}

    /**
     * Refuses an address that could be misread, or that sends in the clear to elsewhere.
     *
     * @param encrypted the scheme for everywhere
     * @param plain the scheme for a loopback address; empty without one
     * @param path the form of its path
     */
    public static void endpoint(Partner partner, String encrypted, String plain, Pattern path) {
        String endpoint = partner.endpoint().toString();
        boolean safe = SERVER.matcher(endpoint).matches() && partner.endpoint().getPort() <= 65_535;
        boolean here = endpoint.startsWith(encrypted + "://")
                || !plain.isEmpty() && endpoint.startsWith(plain + "://") && loopback(partner.endpoint());
        if (!safe || !here || !path.matcher(partner.endpoint().getRawPath()).matches()) {
            throw invalid(
                    "endpoint must be " + encrypted + "://host:port with the path that this connector takes"
                            + (plain.isEmpty() ? "" : ", or " + plain + " on a loopback address")
                            + ", without credentials, query, fragment or %",
                    "Ask the partner for an address of that form.");
        }
    }

    /** Whether an address cannot be reached from outside. */
    public static boolean loopback(URI endpoint) {
        return LOOPBACK.matcher(String.valueOf(endpoint.getHost())).matches();
    }

    /** Refuses settings that a connector does not know; every connector knows {@value PartnerSecrets#CREDENTIALS}. */
    public static void settings(Partner partner, Set<String> known) {
        for (String setting : partner.settings().keySet()) {
            if (!known.contains(setting) && !setting.equals(PartnerSecrets.CREDENTIALS)) {
                Set<String> all = new TreeSet<>(known);
                all.add(PartnerSecrets.CREDENTIALS);
                throw invalid(
                        "settings." + safe(setting) + " is not known to " + partner.connector(),
                        "Remove it; " + partner.connector() + " knows " + String.join(", ", all) + ".");
            }
        }
        PartnerSecrets.nameOf(partner);
    }

    /** A setting that must be there. */
    public static String required(Partner partner, String setting, Pattern form, String example) {
        return optional(partner, setting, form, example)
                .orElseThrow(() -> invalid("settings." + setting + " is missing", "Write " + setting + ": " + example));
    }

    /** A setting of a certain form, where it is there. */
    public static Optional<String> optional(Partner partner, String setting, Pattern form, String example) {
        Optional<String> value = Optional.ofNullable(partner.settings().get(setting));
        if (value.isPresent() && !form.matcher(value.get()).matches()) {
            throw invalid("settings." + setting + " has another form", "Write it as in " + setting + ": " + example);
        }
        return value;
    }

    /** What is wrong with a partner, and what to do about it. */
    public static PledgeException invalid(String text, String remedy) {
        return new PledgeException(PledgeException.Kind.INVALID, text).remedy(remedy);
    }

    private static String safe(String text) {
        return text.replaceAll("[^A-Za-z0-9._-]", "_").substring(0, Math.min(text.length(), 64));
    }
}
