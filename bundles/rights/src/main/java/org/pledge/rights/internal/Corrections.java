package org.pledge.rights.internal;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.subject.SubjectService;

/** Corrects what is held about people because they asked for it. Needs a transaction. */
record Corrections(SubjectService subjects) {
    private static final int LONGEST_DETAIL = 200;

    /** Corrects fields; returns what the record says of it: the names of the fields, and no value. */
    Map<String, String> made(Caller caller, SubjectId person, Map<String, List<String>> fields) {
        if (fields.isEmpty()) {
            throw new PledgeException(Kind.INVALID, "no field is named").remedy("Name at least one field to correct.");
        }
        subjects.update(
                caller, person, fields, subjects.accountOf(caller, person).version());
        Map<String, String> facts = new TreeMap<>(Map.of("by", "CORRECTION"));
        String names = String.join(",", new TreeSet<>(fields.keySet()));
        facts.put("fields", names.length() <= LONGEST_DETAIL ? names : fields.size() + " fields");
        return facts;
    }
}
