package org.pledge.policy.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.pledge.policy.Policy.Need;
import org.pledge.yaml.Fields;

/** What a permission needs, in general and by jurisdiction. */
record Needs(Need general, Map<String, Need> in) {
    Needs {
        in = Map.copyOf(in);
    }

    Need of(String jurisdiction) {
        Need exact = in.get(jurisdiction);
        if (exact == null && jurisdiction.length() > 2) {
            exact = in.get(jurisdiction.substring(0, 2));
        }
        return exact == null ? general : exact;
    }

    /** Whether this asks for no more than the other, whatever the jurisdiction. */
    boolean atMost(Needs other) {
        TreeSet<String> codes = new TreeSet<>(in.keySet());
        codes.addAll(other.in.keySet());
        return general.compareTo(other.general) <= 0
                && codes.stream().allMatch(code -> of(code).compareTo(other.of(code)) <= 0);
    }

    /** For every jurisdiction the weakest. */
    static Needs weakest(List<Needs> all) {
        Need general = all.stream().map(Needs::general).min(Need::compareTo).orElse(Need.NEVER);
        Map<String, Need> in = new HashMap<>();
        for (Needs needs : all) {
            for (String code : needs.in.keySet()) {
                in.put(
                        code,
                        all.stream()
                                .map(each -> each.of(code))
                                .min(Need::compareTo)
                                .orElse(Need.NEVER));
            }
        }
        return new Needs(general, in);
    }

    @Override
    public String toString() {
        return Fields.word(general) + (in.isEmpty() ? "" : " (by jurisdiction: " + new TreeMap<>(in) + ")");
    }
}
