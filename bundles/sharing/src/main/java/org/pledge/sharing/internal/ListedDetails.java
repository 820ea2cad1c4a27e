package org.pledge.sharing.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** A list as details of a leaf: {@code key}, {@code key-2} and so on, each as long as the audit record takes. */
final class ListedDetails {
    private static final int LONGEST_DETAIL = 200;

    private ListedDetails() {}

    static Map<String, String> of(String key, Stream<String> values) {
        Map<String, String> details = new LinkedHashMap<>();
        StringBuilder line = new StringBuilder();
        for (String value : values.sorted().toList()) {
            if (line.length() > 0 && line.length() + 1 + value.length() > LONGEST_DETAIL) {
                details.put(numbered(key, details.size() + 1), line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : ",").append(value);
        }
        details.put(numbered(key, details.size() + 1), line.toString());
        return details;
    }

    private static String numbered(String key, int number) {
        return number == 1 ? key : key + "-" + number;
    }
}
