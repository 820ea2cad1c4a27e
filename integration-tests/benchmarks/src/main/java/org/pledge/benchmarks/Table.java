package org.pledge.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The figures of one run, printed in columns. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table() {
        rows.add(List.of("what", "ours", "against", "theirs", "ratio", "goal", ""));
    }

    /** A figure that is compared with another one of the same run. */
    void ratio(String what, double ours, String against, double theirs, String unit, Goal goal) {
        double ratio = ours / theirs;
        rows.add(List.of(
                what,
                number(ours) + unit,
                against,
                number(theirs) + unit,
                number(ratio) + "x",
                goal.text(),
                goal.verdict(ratio)));
    }

    /** A figure that has a goal of its own. */
    void value(String what, double ours, String unit, Goal goal) {
        rows.add(List.of(what, number(ours) + unit, "", "", "", goal.text(), goal.verdict(ours)));
    }

    /** Something that was not measured, and why. */
    void skipped(String what, String why) {
        rows.add(List.of(what, "skipped: " + why, "", "", "", "", ""));
    }

    void print() {
        int[] widths = IntStream.range(0, rows.get(0).size())
                .map(column -> rows.stream()
                        .filter(row -> !row.get(1).startsWith("skipped"))
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String text = row.get(column);
                line.append(text).append(" ".repeat(Math.max(0, widths[column] - text.length()) + 2));
            }
            System.out.println(line.toString().stripTrailing());
        }
    }

    /** About three digits. */
    static String number(double value) {
        double size = Math.abs(value);
        int decimals =
                size >= 100 || size == Math.rint(size) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
