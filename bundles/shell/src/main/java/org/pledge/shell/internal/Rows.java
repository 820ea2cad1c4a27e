package org.pledge.shell.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.karaf.shell.support.table.ShellTable;
import org.pledge.PledgeException;

/** A table that can be printed for people, for programs and for spreadsheets. */
final class Rows {
    private final List<String> columns;
    private final List<List<Object>> rows = new ArrayList<>();

    Rows(List<String> columns) {
        this.columns = List.copyOf(columns);
    }

    Rows(String... columns) {
        this(List.of(columns));
    }

    /** Adds a row; numbers, booleans, collections, maps and optionals keep their type for programs. */
    Rows add(Object... cells) {
        return addAll(List.of(cells));
    }

    Rows addAll(List<?> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(columns.size() + " cells expected");
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    void print(PrintStream out, String format, boolean plain) {
        switch (format) {
            case "table" -> table(out, plain);
            case "json" -> out.println(json());
            case "csv" -> csv(out);
            default ->
                throw new PledgeException(PledgeException.Kind.INVALID, "--output must be table, json or csv")
                        .remedy("Leave it out for a table.");
        }
    }

    private void table(PrintStream out, boolean plain) {
        ShellTable table = new ShellTable();
        columns.forEach(table::column);
        rows.forEach(
                row -> table.addRow().addContent(row.stream().map(Rows::words).toArray()));
        table.print(out, !plain);
    }

    private String json() {
        return rows.stream().map(this::object).collect(Collectors.joining(",\n ", "[", "]"));
    }

    private String object(List<Object> row) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < row.size(); i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(quote(key(columns.get(i))))
                    .append(": ")
                    .append(json(row.get(i)));
        }
        return text.append('}').toString();
    }

    private void csv(PrintStream out) {
        out.print(columns.stream().map(Rows::csv).collect(Collectors.joining(",", "", "\r\n")));
        for (List<Object> row : rows) {
            out.print(row.stream().map(Rows::csv).collect(Collectors.joining(",", "", "\r\n")));
        }
    }

    /** The order of a list is kept; a set has none, so it is sorted. */
    private static List<?> items(Collection<?> cell) {
        return cell instanceof Set<?> set
                ? set.stream().map(String::valueOf).sorted().toList()
                : List.copyOf(cell);
    }

    /** What people read: {@code a, b} and {@code k=v, l=w}. */
    static String words(Object cell) {
        if (cell instanceof Boolean yes) {
            return yes ? "yes" : "no";
        }
        return joined(cell, ", ");
    }

    private static String joined(Object cell, String separator) {
        if (cell instanceof Optional<?> optional) {
            return optional.map(value -> joined(value, separator)).orElse("");
        }
        if (cell instanceof Collection<?> collection) {
            return items(collection).stream().map(String::valueOf).collect(Collectors.joining(separator));
        }
        if (cell instanceof Map<?, ?> map) {
            return sorted(map).entrySet().stream()
                    .map(e -> e.getKey() + "=" + e.getValue())
                    .collect(Collectors.joining(separator));
        }
        return String.valueOf(cell);
    }

    private static String json(Object cell) {
        if (cell instanceof Optional<?> optional) {
            return optional.map(Rows::json).orElse("null");
        }
        if (cell instanceof Collection<?> collection) {
            return items(collection).stream().map(Rows::json).collect(Collectors.joining(", ", "[", "]"));
        }
        if (cell instanceof Map<?, ?> map) {
            return sorted(map).entrySet().stream()
                    .map(e -> quote(e.getKey()) + ": " + json(e.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return cell instanceof Number || cell instanceof Boolean ? cell.toString() : quote(cell.toString());
    }

    private static Map<String, Object> sorted(Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(key.toString(), value));
        return sorted;
    }

    private static String key(String column) {
        String[] words = column.toLowerCase(Locale.ROOT).split(" ", -1);
        StringBuilder key = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            key.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return key.toString();
    }

    /** A cell of RFC 4180; a leading formula character of a text is kept from being one. */
    private static String csv(Object cell) {
        String text = joined(cell, " ");
        boolean formula = !(cell instanceof Number) && !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        String safe = formula ? "'" + text : text;
        return safe.matches("[^,\"\r\n]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }

    /** A string of RFC 8259. */
    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                default -> quoted.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
            }
        }
        return quoted.append('"').toString();
    }
}
