package org.pledge.subject.internal;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.pledge.PledgeException;
import org.pledge.SubjectId;

/** Undoes an act that the policy refuses, and carries what is then recorded about it. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which rule refused it. */
    enum Rule {
        UNKNOWN_FIELD,
        FORBIDDEN_FIELD,
        TOO_MANY_VALUES,
        MISSING_FIELD,
        AGE_UNKNOWN,
        UNDER_AGE,
        NO_CONTACTS,
        COMPLETE_CONTACT,
        HELD
    }

    private final PledgeException answer;
    private final transient Map<String, String> details;
    private final transient Optional<SubjectId> subject;

    private Refusal(PledgeException answer, Map<String, String> details, Optional<SubjectId> subject) {
        super(answer);
        this.answer = answer;
        this.details = details;
        this.subject = subject;
    }

    static Refusal of(Rule rule, PledgeException answer) {
        return new Refusal(answer, Map.of("rule", rule.name()), Optional.empty());
    }

    /** A refusal about fields that the policy knows by name. */
    static Refusal of(Rule rule, Collection<String> knownFields, PledgeException answer) {
        return new Refusal(
                answer, Map.of("rule", rule.name(), "fields", String.join(",", knownFields)), Optional.empty());
    }

    Refusal about(SubjectId person) {
        return new Refusal(answer, details, Optional.of(person));
    }

    PledgeException answer() {
        return answer;
    }

    Map<String, String> details() {
        return details;
    }

    Optional<SubjectId> subject() {
        return subject;
    }
}
