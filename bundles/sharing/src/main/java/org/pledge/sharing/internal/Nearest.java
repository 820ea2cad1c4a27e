package org.pledge.sharing.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds the names that somebody most likely meant. */
final class Nearest {
    private static final int MOST = 3;

    private Nearest() {}

    /** The known names that take the fewest changes of a letter, the nearest first. */
    static List<String> to(String name, Collection<String> known) {
        return known.stream()
                .sorted(Comparator.<String>comparingInt(one -> changes(name, one))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
    }

    /** The least number of letters to insert, remove or replace (Levenshtein). */
    private static int changes(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
