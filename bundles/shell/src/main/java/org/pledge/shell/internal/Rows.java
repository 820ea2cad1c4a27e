package org.pledge.shell.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.karaf.shell.support.table.ShellTable;
import org.pledge.PledgeException;

/** A table that can be printed for people, for programs and for spreadsheets. */
final class Rows {
    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();

    Rows(String... columns) {
        this.columns = List.of(columns);
    }

    Rows add(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        if (row.size() != columns.size()) {
            throw new IllegalArgumentException(columns.size() + " cells expected");
        }
        rows.add(row);
        return this;
    }

    void print(PrintStream out, String format, boolean plain) {
        switch (format) {
            case "table" -> table(out, plain);
            case "json" -> out.println(json());
            case "csv" -> csv(out);
            default -> throw new PledgeException(PledgeException.Kind.INVALID, "--output must be table, json or csv");
        }
    }

    private void table(PrintStream out, boolean plain) {
        ShellTable table = new ShellTable();
        columns.forEach(table::column);
        rows.forEach(row -> table.addRow().addContent(row.toArray()));
        table.print(out, !plain);
    }

    private String json() {
        return rows.stream().map(this::object).collect(Collectors.joining(",\n ", "[", "]"));
    }

    private String object(List<String> row) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < row.size(); i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(quote(key(columns.get(i))))
                    .append(": ")
                    .append(quote(row.get(i)));
        }
        return text.append('}').toString();
    }

    private void csv(PrintStream out) {
        out.print(columns.stream().map(Rows::cell).collect(Collectors.joining(",", "", "\r\n")));
        for (List<String> row : rows) {
            out.print(row.stream().map(Rows::cell).collect(Collectors.joining(",", "", "\r\n")));
        }
    }

    private static String key(String column) {
        String[] words = column.toLowerCase(java.util.Locale.ROOT).split(" ", -1);
        StringBuilder key = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            key.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return key.toString();
    }

    /** A cell of RFC 4180; a leading formula character is kept from being one. */
    private static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return safe.matches("[^,\"\r\n]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }

    /** A string of RFC 8259. */
    static String quote(String text) {
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

    static String compact(Map<String, ?> facts) {
        return new TreeMap<String, Object>(facts)
                .entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).collect(Collectors.joining(" "));
    }
}
