package org.pledge.policy.internal;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;

/** Reads the sections that state facts: marketing, transfers and ownership. */
final class PackPractices {
    private final PackNames names;
    private final Fields root;

    PackPractices(PackNames names, Fields root) {
        this.names = names;
        this.root = root;
    }

    Map<String, String> marketing() {
        Fields fields =
                root.blockOrNone("marketing").only("third-party-offers", "sale", "opt-out", "own-offers", "promises");
        Map<String, String> facts = new LinkedHashMap<>();
        Map<String, String> offers = same("never", "opt-out", "opt-in");
        for (String key : List.of("third-party-offers", "own-offers", "sale")) {
            if (fields.has(key)) {
                fields.choice(key, key.equals("sale") ? same("never", "opt-in") : offers)
                        .ifPresent(word -> facts.put(key, word));
            }
        }
        if (fields.has("opt-out")) {
            String text = fields.text("opt-out");
            if (!text.isEmpty() && !Retention.duration(text)) {
                fields.problem(
                        "opt-out",
                        Problems.quote(text) + " is no duration.",
                        "Write an ISO 8601 duration such as P10D.");
            }
            facts.put("opt-out", text);
        }
        names.promisedIfAny(fields);
        return Collections.unmodifiableMap(facts);
    }

    Map<String, String> transfers() {
        Fields regions = root.blockOrNone("transfers").only("regions").blockOrNone("regions");
        Map<String, String> transfers = new LinkedHashMap<>();
        for (String code : regions.keys()) {
            PackNames.jurisdiction(regions, code, code, true);
            Fields fields = regions.block(code).only("mechanism", "promises");
            transfers.put(code, fields.text("mechanism"));
            names.promisedIfAny(fields);
        }
        return Collections.unmodifiableMap(transfers);
    }

    Optional<String> ownership() {
        return root.optionalBlock("ownership").flatMap(fields -> {
            fields.only("transfer", "promises");
            names.promisedIfAny(fields);
            return fields.choice("transfer", same("announced", "not-announced"));
        });
    }

    private static Map<String, String> same(String... words) {
        Map<String, String> same = new LinkedHashMap<>();
        Arrays.stream(words).forEach(word -> same.put(word, word));
        return same;
    }
}
