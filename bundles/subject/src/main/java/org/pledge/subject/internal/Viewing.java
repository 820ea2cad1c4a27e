package org.pledge.subject.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;

/** Records that staff looked at a person, for that person to be told: the fields' names, in which role and for what. */
final class Viewing {
    /** What a detail of the audit record takes. */
    private static final int LONGEST = 200;

    private Viewing() {}

    static Leaf leaf(Caller caller, SubjectId person, Set<String> fields, Optional<String> purpose, Instant now) {
        Map<String, String> details = new TreeMap<>();
        details.put("viewer", caller.roles().stream().map(Enum::name).sorted().collect(Collectors.joining(",")));
        purpose.ifPresent(named -> details.put("purpose", named));
        StringBuilder line = new StringBuilder();
        int lines = 1;
        for (String field : new TreeSet<>(fields)) {
            if (line.length() > 0 && line.length() + 1 + field.length() > LONGEST) {
                details.put(key(lines++), line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : ",").append(field);
        }
        details.put(key(lines), line.toString());
        return new Leaf(
                caller.tenant(), now, Act.SUBJECT_VIEWED, caller.name(), Optional.of(person), List.of(), details);
    }

    private static String key(int line) {
        return line == 1 ? "fields" : "fields-" + line;
    }
}
