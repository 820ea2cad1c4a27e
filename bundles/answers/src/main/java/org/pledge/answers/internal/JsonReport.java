package org.pledge.answers.internal;

import java.io.IOException;
import java.io.Writer;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes an answer as one JSON object (RFC 8259), each item as soon as it comes. */
final class JsonReport implements Report {
    private final Writer out;
    private final Map<Section, Long> counts = new EnumMap<>(Section.class);
    private Section section;

    JsonReport(Writer out) {
        this.out = out;
    }

    @Override
    public void head(Map<String, ?> facts) throws IOException {
        String start = "{";
        for (Map.Entry<String, ?> fact : facts.entrySet()) {
            out.write(start);
            member(fact);
            start = ",\n";
        }
    }

    @Override
    public void begin(Section begun) throws IOException {
        section = begun;
        counts.put(begun, 0L);
        out.write(",\n");
        text(begun.key());
        out.write(":[");
    }

    @Override
    public void item(Map<String, ?> item) throws IOException {
        out.write(counts.merge(section, 1L, Long::sum) == 1 ? "\n" : ",\n");
        value(item);
    }

    @Override
    public void end() throws IOException {
        out.write("]");
    }

    /** Ends the object with how much each section holds. */
    void finish() throws IOException {
        Map<String, Long> written = new LinkedHashMap<>();
        counts.forEach((each, count) -> written.put(each.key(), count));
        out.write(",\n");
        member(Map.entry("counts", written));
        out.write("}\n");
        out.flush();
    }

    private void member(Map.Entry<String, ?> member) throws IOException {
        text(member.getKey());
        out.write(':');
        value(member.getValue());
    }

    private void value(Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            String start = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.write(start);
                text(entry.getKey().toString());
                out.write(':');
                value(entry.getValue());
                start = ",";
            }
            out.write(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Collection<?> list) {
            String start = "[";
            for (Object element : list) {
                out.write(start);
                value(element);
                start = ",";
            }
            out.write(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof Number || value instanceof Boolean) {
            out.write(value.toString());
        } else {
            text(value.toString());
        }
    }

    private void text(String text) throws IOException {
        out.write('"');
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean quoted = c == '"' || c == '\\';
            if (quoted || c < ' ' || Character.isSurrogate(c) && !paired(text, i)) {
                out.write(text, written, i - written);
                out.write(quoted ? "\\" + c : String.format("\\u%04x", (int) c));
                written = i + 1;
            }
        }
        out.write(text, written, text.length() - written);
        out.write('"');
    }

    /** Half a character cannot be written in UTF-8. */
    private static boolean paired(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
}
