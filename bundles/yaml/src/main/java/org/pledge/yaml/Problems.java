package org.pledge.yaml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.pledge.policy.PolicyService.Problem;

/** Collects everything that is wrong with one file. */
public final class Problems {
    /** The field of a problem that is about the text and no key. */
    public static final String TEXT = "(text)";

    private static final int MAX = 200;

    private final String file;
    private final List<Problem> found = new ArrayList<>();

    public Problems(String file) {
        this.file = file;
    }

    public void add(int line, String field, String text, String remedy) {
        if (found.size() < MAX) {
            found.add(new Problem(file, line, field, text, remedy));
        }
    }

    public boolean any() {
        return !found.isEmpty();
    }

    /** Whether there is a problem in one of these top-level blocks. */
    public boolean anyIn(String... blocks) {
        return found.stream().anyMatch(problem -> Arrays.stream(blocks)
                .anyMatch(block -> problem.field().equals(block)
                        || problem.field().startsWith(block + ".")
                        || problem.field().startsWith(block + "[")));
    }

    /** In the order of their lines. */
    public List<Problem> list() {
        return found.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }

    /** A word of the file as it may be shown: short, on one line. */
    public static String quote(String word) {
        String line = word.replaceAll("\\s+", " ");
        return "'" + (line.length() > 60 ? line.substring(0, 60) + "…" : line) + "'";
    }
}
