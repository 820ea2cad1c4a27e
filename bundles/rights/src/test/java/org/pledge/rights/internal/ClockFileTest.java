package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockFileTest {
    private static ClockFile.Reading with(String part, String instead) throws IOException {
        String shipped = Clockwork.shipped();
        assertThat(shipped).contains(part);
        return ClockFile.read("clocks.yaml", shipped.replaceFirst(Pattern.quote(part), instead));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "answer: 1 month | answer: 1 moon | no period",
                "answer: 1 month | answer: 0 days | no period",
                "extension: 2 months | extension: 60 days | another unit",
                "zone: Europe/Brussels | zone: Europe/Atlantis | no time zone",
                "calendar: eu | calendar: us | no such calendar",
                "lastDay: working | lastDay: maybe | not possible",
                "pauses: [verifying] | pauses: [holiday] | nothing but verifying",
                "pausesAtMost: 14 days | pausesAtMost: 1 month | ends after days",
                "pausesAtMost: 14 days | pausesAtMost: for ever | ends after days",
                "answer: 10 days | pausesAtMost: 14 days | nothing pauses",
                "for: [breach] | for: [lottery] | nothing that is timed",
                "jurisdictions: [US-CA] | jurisdictions: [California] | no place",
                "jurisdictions: [US-CA] | jurisdictions: [] | for whom",
                "fallback: true | fallback: false | for whom",
                "'2026-11-26' | '2026-11-31' | does not exist",
                "'12-25' | '02-30' | does not exist",
                "weekend: [saturday, sunday] | weekend: [monday, tuesday, wednesday, thursday] | at most 3 days off",
                "for: [erasure, child-removal, opt-out] | for: [child-removal, opt-out] | removes nobody",
                "clocks: 1 | clocks: 2 | whole number",
                "answer: 45 days | answers: 45 days | not known here",
                "opt-out: { usual: none } | opt-out: { usual: oath } | not possible",
                "complaint: { usual: none } | complaint: { } | missing",
                "erasure: { usual: mail-code } | erasure: { usual: mail-code, sensitive: none } | worth less"
            })
    void saysWhatIsWrongAndWhere(String part, String instead, String wrong) throws IOException {
        ClockFile.Reading reading = with(part, instead);
        assertThat(reading.clocks()).isEmpty();
        assertThat(reading.problems()).anySatisfy(problem -> {
            assertThat(problem.text()).contains(wrong);
            assertThat(problem.line()).isPositive();
            assertThat(problem.remedy()).isNotEmpty();
        });
    }

    @Test
    void refusesAFileThatLeavesSomethingWithoutAClock() throws IOException {
        ClockFile.Reading reading = with("- for: [complaint]", "- for: []");
        assertThat(reading.clocks()).isEmpty();
        assertThat(reading.problems().toString()).contains("'complaint'");
    }

    @Test
    void refusesWhatIsNoFileOfClocks() {
        assertThat(ClockFile.read("x", "- 1").clocks()).isEmpty();
        assertThat(ClockFile.read("x", "").problems()).isNotEmpty();
    }
}
