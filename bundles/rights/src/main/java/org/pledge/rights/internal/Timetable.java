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

    /** @param paused how long it was verified who asks; of that each rule counts what it allows */
    Answer answer(Instant received, Duration paused, boolean extended) {
        return rules.stream()
                .map(rule -> new Answer(rule.end(received, period(rule, extended), counted(rule, paused)), rule))
                .min(Comparator.comparing(Answer::by)
                        .thenComparing(answer -> answer.rule().law()))
                .orElseThrow();
    }

    private static Duration counted(Rule rule, Duration paused) {
        return paused.compareTo(rule.pausesAtMost()) < 0 ? paused : rule.pausesAtMost();
    }

    private static Period period(Rule rule, boolean extended) {
        return extended ? rule.extension().map(rule.answer()::and).orElse(rule.answer()) : rule.answer();
    }
}
