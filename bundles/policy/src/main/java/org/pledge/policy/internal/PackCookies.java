package org.pledge.policy.internal;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.pledge.Jurisdiction;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Tracker;
import org.pledge.policy.Policy.TrackerKind;
import org.pledge.policy.Policy.TrackerType;
import org.pledge.visitor.CookieService;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;

/** Reads the register of cookies, stored values and beacons of a tenant's own sites. */
final class PackCookies {
    private static final int MOST = 200;
    private static final String SESSION = "session";
    private static final Pattern NAME =
            Pattern.compile("[!#$%&'+.^_`|~0-9A-Za-z-]{1,64}|" + "[!#$%&'+.^_`|~0-9A-Za-z-]{2,63}\\*");
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern HOST = Pattern.compile("(?:\\*\\.)?" + LABEL + "(?:\\." + LABEL + ")+");

    /**
     * Where what is not needed takes prior consent: Directive 2002/58/EC, Article 5(3), in the European Economic Area
     * with the parts that have a code of their own; and the United Kingdom (PECR 2003, regulation 6).
     */
    private static final Set<String> EUROPE = Set.of(
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
            "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO", "AX", "GF", "GP", "MF", "MQ", "RE",
            "YT", "GB");

    private final PackNames names;
    private final Fields root;

    PackCookies(PackNames names, Fields root) {
        this.names = names;
        this.root = root;
    }

    Map<String, Tracker> cookies() {
        Map<String, Tracker> trackers = new LinkedHashMap<>();
        Set<String> hosts = new LinkedHashSet<>();
        List<Fields> blocks = root.blocks("cookies");
        PackNames.limit(root, "cookies", blocks.size(), MOST, "cookies");
        for (Fields fields : blocks) {
            fields.only(
                    "name", "type", "owner", "purpose", "kind", "life", "host", "consent", "consent-in", "promises");
            Tracker tracker = tracker(fields);
            if (trackers.put(tracker.name(), tracker) != null) {
                fields.problem(
                        "name",
                        "the cookie " + Problems.quote(tracker.name()) + " is listed twice.",
                        "Keep one of the two.");
            }
            if (!tracker.host().isEmpty() && !hosts.add(tracker.host())) {
                fields.problem(
                        "host",
                        "the host " + Problems.quote(tracker.host()) + " is listed twice.",
                        "Keep one of the two.");
            }
        }
        return trackers;
    }

    private Tracker tracker(Fields fields) {
        String name = name(fields);
        boolean firstParty = fields.choice("owner", owners()).orElse(false);
        String purpose = fields.text("purpose");
        if (!purpose.isEmpty()) {
            names.defined(
                    fields, "purpose", purpose, "purpose", names.purposes().keySet(), "purposes");
        }
        TrackerType type = fields.has("type")
                ? fields.choice("type", Fields.words(TrackerType.class)).orElse(TrackerType.COOKIE)
                : TrackerType.COOKIE;
        boolean beacon = type == TrackerType.BEACON;
        String life = beacon ? absent(fields, "life", "A beacon stores nothing: remove it.") : life(fields);
        String host = beacon
                ? fields.text("host", HOST, "a host such as pixel.acme.example, or *.acme.example")
                        .orElse("")
                : absent(fields, "host", "Remove it, or write 'type: beacon'.");
        TrackerKind kind = kind(fields, life);
        if (kind == TrackerKind.SESSION && !life.equals(SESSION) && !beacon) {
            fields.problem(
                    "life",
                    "a session cookie ends with the browser's session.",
                    "Write 'life: session', or the kind that it really is.");
        }
        if (beacon && (kind == TrackerKind.SESSION || kind == TrackerKind.PREFERENCE)) {
            fields.problem(
                    "kind",
                    "a beacon serves no visitor.",
                    "Write one of: statistics, marketing; or remove the beacon.");
        }
        Need need = fields.has("consent")
                ? fields.choice("consent", PackDisclosures.NEEDS).orElse(kind.need())
                : kind.need();
        Tracker tracker =
                new Tracker(name, type, firstParty, purpose, kind, need, needIn(fields), life, host, promises(fields));
        consent(fields, tracker);
        return tracker;
    }

    private static String name(Fields fields) {
        String name = fields.text(
                        "name", NAME, "the cookie's name, or its first two or more characters and an asterisk")
                .orElse("");
        if (name.toLowerCase(Locale.ROOT).equals(CookieService.CHOICE)) {
            fields.problem(
                    "name",
                    "the cookie " + Problems.quote(CookieService.CHOICE) + " is part of every register.",
                    "Remove this entry.");
        }
        return name;
    }

    private static Map<String, Boolean> owners() {
        Map<String, Boolean> owners = new LinkedHashMap<>();
        owners.put("first-party", true);
        owners.put("third-party", false);
        return owners;
    }

    private static String life(Fields fields) {
        String life = fields.text("life");
        if (!life.isEmpty() && !life.equals(SESSION) && !Retention.duration(life)) {
            fields.problem(
                    "life",
                    Problems.quote(life) + " does not say how long the cookie lives.",
                    "Write 'session' or an ISO 8601 duration such as P1Y.");
        }
        return life;
    }

    private static String absent(Fields fields, String key, String remedy) {
        if (fields.has(key)) {
            fields.problem(key, "'" + key + "' does not go with this type.", remedy);
        }
        return "";
    }

    /** What does not say what it is for counts as what asks for most. */
    private static TrackerKind kind(Fields fields, String life) {
        TrackerKind otherwise = life.equals(SESSION) ? TrackerKind.SESSION : TrackerKind.MARKETING;
        return fields.has("kind")
                ? fields.choice("kind", Fields.words(TrackerKind.class)).orElse(otherwise)
                : otherwise;
    }

    private static Map<String, Need> needIn(Fields fields) {
        Fields block = fields.blockOrNone("consent-in");
        Map<String, Need> in = new LinkedHashMap<>();
        for (String code : block.keys()) {
            PackNames.jurisdiction(block, code, code, false);
            block.choice(code, PackDisclosures.NEEDS)
                    .filter(each -> Jurisdiction.isValid(code))
                    .ifPresent(each -> in.put(code, each));
        }
        return in;
    }

    private List<String> promises(Fields fields) {
        return fields.has("promises") ? names.promised(fields, "promises") : List.of();
    }

    private static void consent(Fields fields, Tracker tracker) {
        boolean session = tracker.kind() == TrackerKind.SESSION;
        boolean some = tracker.need() != Need.NOTHING
                || tracker.needIn().values().stream().anyMatch(need -> need != Need.NOTHING);
        boolean none = tracker.need() == Need.NOTHING || tracker.needIn().containsValue(Need.NOTHING);
        if (session && some) {
            fields.problem(
                    "consent",
                    "a session cookie is needed to serve the visitor, who is not asked for it.",
                    "Write 'consent: none', or the kind that it really is.");
        } else if (!session && none) {
            fields.problem(
                    "consent",
                    "what is not needed to serve the visitor can be refused.",
                    "Write 'consent: implied' or 'consent: opt-in', or 'kind: session' if it is needed.");
        } else if (tracker.kind().need() == Need.OPT_IN && !optInInEurope(tracker)) {
            fields.problem(
                    tracker.need() == Need.OPT_IN ? "consent-in" : "consent",
                    "the European Union asks for consent before this is used (Directive 2002/58/EC, Article 5(3)).",
                    "Write 'consent: opt-in', and name other countries under 'consent-in'.");
        }
    }

    /** Whether a visitor in Europe, or whose country is not known, has to agree first. */
    static boolean optInInEurope(Tracker tracker) {
        return tracker.need() == Need.OPT_IN
                && tracker.needIn().entrySet().stream()
                        .noneMatch(each ->
                                EUROPE.contains(each.getKey().substring(0, 2)) && each.getValue() != Need.OPT_IN);
    }

    /** What a comparison of versions shows of an entry. */
    static String told(Tracker tracker) {
        Optional<String> where = Optional.of(tracker.host()).filter(host -> !host.isEmpty());
        return (tracker.firstParty() ? "first-party" : "third-party") + " " + Fields.word(tracker.type()) + ", "
                + tracker.purpose() + ", " + Fields.word(tracker.kind()) + ", " + where.orElse(tracker.life())
                + ", consent " + new Needs(tracker.need(), tracker.needIn());
    }
}
