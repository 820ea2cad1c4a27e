package org.pledge.notices.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.pledge.policy.PolicyService.Problem;

/** The text of a template, cut into head, text and HTML, with the lines they stand on. */
record Draft(String file, Map<String, Entry> head, Passage text, Optional<Passage> html) {
    static final String CLASS = "Class";
    static final String PURPOSE = "Purpose";
    static final String SUBJECT = "Subject";
    static final String PARAMETERS = "Parameters";
    static final String LANGUAGE = "Language";
    static final String REVIEWED_BY = "Reviewed-By";
    static final String REVIEWED = "Reviewed";

    private static final int LONGEST = 65_536;
    private static final String HTML = "--- html";
    private static final Set<String> KNOWN =
            new TreeSet<>(Set.of(CLASS, PURPOSE, SUBJECT, PARAMETERS, LANGUAGE, REVIEWED_BY, REVIEWED));

    /** A line of the head. */
    record Entry(int line, String value) {}

    /**
     * A part of the file.
     *
     * @param line of its first character, from 1
     */
    record Passage(int line, String content) {
        int lineAt(int position) {
            return line
                    + (int) content.substring(0, position)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
        }
    }

    /** Empty, with at least one problem, when the file has no such form. */
    static Optional<Draft> read(String file, String source, List<Problem> problems) {
        if (source.length() > LONGEST) {
            problems.add(new Problem(
                    file, 0, "(text)", "the file is longer than " + LONGEST + " characters.", "Shorten it."));
            return Optional.empty();
        }
        List<String> lines = source.replace("\r\n", "\n").lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).chars().allMatch(c -> c == '\t' || !Character.isISOControl(c) && c != '\uFFFD')) {
                problems.add(new Problem(
                        file,
                        i + 1,
                        "(text)",
                        "there is a control character, or something that is not UTF-8.",
                        "Save the file as plain text in UTF-8."));
                return Optional.empty();
            }
        }
        Map<String, Entry> head = new LinkedHashMap<>();
        int line = head(file, lines, head, problems);
        int body = line + 1;
        int html = lines.subList(Math.min(body, lines.size()), lines.size()).indexOf(HTML);
        int end = html < 0 ? lines.size() : body + html;
        Passage text = passage(lines, body, end);
        Optional<Passage> markup = html < 0 ? Optional.empty() : Optional.of(passage(lines, end + 1, lines.size()));
        if (text.content().isBlank()) {
            problems.add(new Problem(
                    file,
                    Math.max(1, line),
                    "(text)",
                    "there is no text after the head.",
                    "Leave one line empty after the head and write the text below it."));
        }
        return problems.isEmpty() ? Optional.of(new Draft(file, head, text, markup)) : Optional.empty();
    }

    /** Reads the head; returns how many lines it has. */
    private static int head(String file, List<String> lines, Map<String, Entry> head, List<Problem> problems) {
        int at = 0;
        while (at < lines.size() && !lines.get(at).isBlank()) {
            String line = lines.get(at++);
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip();
            String value = colon < 0 ? "" : line.substring(colon + 1).strip();
            if (line.startsWith("#")) {
                continue;
            }
            if (!KNOWN.contains(name) || value.isEmpty()) {
                problems.add(new Problem(
                        file,
                        at,
                        KNOWN.contains(name) ? name : "(head)",
                        KNOWN.contains(name) ? "nothing stands after the colon." : "this is no line of the head.",
                        "Write one of " + String.join(", ", KNOWN) + ", a colon and a value; the text begins after the "
                                + "first empty line."));
            } else if (head.putIfAbsent(name, new Entry(at, value)) != null) {
                problems.add(new Problem(
                        file,
                        at,
                        name,
                        "this is already on line " + head.get(name).line() + ".",
                        "Keep one of the two."));
            }
        }
        for (String needed : List.of(CLASS, PURPOSE, SUBJECT)) {
            if (!head.containsKey(needed)) {
                problems.add(new Problem(
                        file, 1, needed, "'" + needed + "' is missing.", "Add '" + needed + ": …' to the head."));
            }
        }
        return at;
    }

    private static Passage passage(List<String> lines, int from, int to) {
        List<String> part = from < to ? new ArrayList<>(lines.subList(from, to)) : List.of();
        return new Passage(from + 1, part.isEmpty() ? "" : String.join("\n", part) + "\n");
    }

    Passage subject() {
        Entry entry = head.get(SUBJECT);
        return new Passage(entry.line(), entry.value());
    }

    int line(String name) {
        return head.containsKey(name) ? head.get(name).line() : 1;
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(head.get(name)).map(Entry::value);
    }
}
