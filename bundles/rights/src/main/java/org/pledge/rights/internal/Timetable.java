package org.pledge.rights.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Every rule that applies to one request; the period that ends first counts. */
record Timetable(List<Rule> rules) {
    Timetable {
        rules = List.copyOf(rules);
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("a request needs a clock");
        }
    }

    /** The end of the time to answer, and whose it is. */
    record Answer(Instant by, Rule rule) {}

    Optional<Instant> acknowledgeBy(Instant received) {
        return rules.stream()
                .flatMap(rule -> rule.acknowledge().stream().map(period -> rule.end(received, period, Duration.ZERO)))
                .min(Comparator.naturalOrder());
    }

    /** @param paused how long it was verified who asks; rules that do not pause disregard it */
    Answer answer(Instant received, Duration paused, boolean extended) {
        return rules.stream()
                .map(rule -> new Answer(
                        rule.end(received, period(rule, extended), rule.pauses() ? paused : Duration.ZERO), rule))
                .min(Comparator.comparing(Answer::by)
                        .thenComparing(answer -> answer.rule().law()))
                .orElseThrow();
    }

    private static Period period(Rule rule, boolean extended) {
        return extended ? rule.extension().map(rule.answer()::and).orElse(rule.answer()) : rule.answer();
    }
}
