package org.pledge.sharing.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Obligation;

/**
 * Takes rows about too few people out of counted data: a JSON array (RFC 8259) of exactly
 * {@code {"cell":"...","count":n}}. What has another shape counts as too few.
 */
final class Aggregates {
    private static final int LEAST_K = 2;
    private static final Pattern START = Pattern.compile("\\s*\\[\\s*");
    private static final Pattern ROW = Pattern.compile(
            "\\{\\s*\"cell\"\\s*:\\s*(\"(?:[^\"\\\\\\p{Cntrl}]"
                    + "|\\\\(?:[\"\\\\/bfnrt]|u[0-9A-Fa-f]{4})){0,512}+\")\\s*,\\s*\"count\"\\s*:\\s*(0|[1-9][0-9]{0,17})\\s*}\\s*");
    private static final Pattern COMMA = Pattern.compile(",\\s*");
    private static final Pattern END = Pattern.compile("]\\s*");

    private Aggregates() {}

    /** The {@code k} of a {@code k-anonymity} obligation; empty when it has none that means anything. */
    static OptionalInt smallest(Obligation obligation) {
        String k = obligation.parameters().getOrDefault("k", "");
        if (!k.matches("[1-9][0-9]{0,8}") || Integer.parseInt(k) < LEAST_K) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(k));
    }

    /** The values with rows about too few people taken out, as the policy obliges; fields without any value are left out. */
    static Map<String, List<String>> met(
            Policy policy, String recipient, String purpose, Map<String, List<String>> values) {
        Map<String, List<String>> kept = new TreeMap<>();
        values.forEach((field, found) -> {
            List<String> left = found;
            for (Obligation obligation :
                    policy.ruling(recipient, purpose, field).obligations()) {
                if (obligation.name().equals("k-anonymity")) {
                    int k = smallest(obligation).orElse(Integer.MAX_VALUE);
                    left = left.stream()
                            .flatMap(text -> atLeast(k, text).stream())
                            .toList();
                }
            }
            if (!left.isEmpty()) {
                kept.put(field, left);
            }
        });
        return kept;
    }

    /** The rows that count at least {@code k}; empty when none does. */
    static Optional<String> atLeast(int k, String json) {
        StringJoiner rows = new StringJoiner(",", "[", "]");
        rows.setEmptyValue("");
        Matcher at = START.matcher(json);
        if (!at.lookingAt()) {
            return Optional.empty();
        }
        do {
            at.region(at.end(), json.length()).usePattern(ROW);
            if (!at.lookingAt()) {
                return Optional.empty();
            }
            if (Long.parseLong(at.group(2)) >= k) {
                rows.add("{\"cell\":" + at.group(1) + ",\"count\":" + at.group(2) + "}");
            }
            at.region(at.end(), json.length()).usePattern(COMMA);
        } while (at.lookingAt());
        boolean whole = at.usePattern(END).matches();
        return Optional.of(rows.toString()).filter(text -> whole && !text.isEmpty());
    }
}
