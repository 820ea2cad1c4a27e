package org.pledge.rights.internal;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** A JSON object in the making; its members keep their order. */
final class Statement {
    private final Map<String, Object> members = new LinkedHashMap<>();

    Statement with(String name, Object value) {
        members.put(name, value);
        return this;
    }

    byte[] json() {
        StringBuilder text = new StringBuilder();
        write(text, this);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(StringBuilder text, Object value) {
        if (value instanceof Statement object) {
            text.append('{');
            String before = "";
            for (Map.Entry<String, Object> member : object.members.entrySet()) {
                text.append(before);
                quote(text, member.getKey());
                text.append(':');
                write(text, member.getValue());
                before = ",";
            }
            text.append('}');
        } else if (value instanceof Collection<?> all) {
            text.append('[');
            for (Iterator<?> each = all.iterator(); each.hasNext(); ) {
                write(text, each.next());
                text.append(each.hasNext() ? "," : "");
            }
            text.append(']');
        } else if (value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else {
            quote(text, value.toString());
        }
    }

    private static void quote(StringBuilder text, String value) {
        text.append('"');
        value.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                text.append('\\').append((char) c);
            } else if (c < ' ') {
                text.append(String.format("\\u%04x", c));
            } else {
                text.append((char) c);
            }
        });
        text.append('"');
    }
}
