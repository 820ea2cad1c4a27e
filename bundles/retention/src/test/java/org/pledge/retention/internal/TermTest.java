package org.pledge.retention.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TermTest {
    private static Instant before(String period, Instant now) {
        return Term.parse(period).orElseThrow().before(now);
    }

    @ParameterizedTest
    @CsvSource({
        "P2D,2026-11-20T12:00:00Z",
        "PT48H,2026-11-20T12:00:00Z",
        "P1DT24H,2026-11-20T12:00:00Z",
        "PT1H,2026-11-22T11:00:00Z",
        "PT0S,2026-11-22T12:00:00Z",
        "P2W,2026-11-08T12:00:00Z",
        "P1Y6M,2025-05-22T12:00:00Z",
        "P99999Y,1970-01-01T00:00:00Z"
    })
    void countsBackFromNow(String period, Instant before) {
        assertThat(before(period, Instant.parse("2026-11-22T12:00:00Z"))).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"until account-closed", "", "P", "2 days", "PT", "P2X"})
    void takesNothingElseForAPeriod(String text) {
        assertThat(Term.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-03-29T03:30:00", "2026-10-25T03:30:00", "2026-10-26T02:30:00"})
    void twoDaysAre48HoursWhenClocksChange(String local) {
        Instant now = ZonedDateTime.of(LocalDateTime.parse(local), ZoneId.of("Europe/Paris"))
                .toInstant();
        assertThat(Duration.between(before("P2D", now), now)).isEqualTo(Duration.ofHours(48));
    }

    @ParameterizedTest
    @CsvSource({
        "P1D,2028-03-01T00:00:00Z,2028-02-29T00:00:00Z",
        "P2D,2028-03-01T00:00:00Z,2028-02-28T00:00:00Z",
        "P1Y,2028-02-29T00:00:00Z,2027-02-28T00:00:00Z",
        "P1Y,2029-02-28T00:00:00Z,2028-02-28T00:00:00Z",
        "P1Y,2029-03-01T00:00:00Z,2028-03-01T00:00:00Z",
        "P1M,2026-03-01T00:00:00Z,2026-02-01T00:00:00Z"
    })
    void countsLeapDaysAndShortMonths(String period, Instant now, Instant before) {
        assertThat(before(period, now)).isEqualTo(before);
    }

    /** What was written on a day that the last month has not leaves on the first of the next one, not before. */
    @Property
    void nothingLeavesBeforeItsPeriodIsOver(
            @ForAll @LongRange(min = 1_700_000_000L, max = 2_000_000_000L) long second,
            @ForAll @IntRange(max = 40) int months,
            @ForAll @IntRange(max = 70) int days,
            @ForAll @IntRange(max = 50) int hours) {
        Instant now = Instant.ofEpochSecond(second);
        Instant written = before("P" + months + "M" + days + "DT" + hours + "H", now);
        OffsetDateTime due =
                written.atOffset(ZoneOffset.UTC).plusHours(hours).plusDays(days).plusMonths(months);
        assertThat(due.toInstant()).isBeforeOrEqualTo(now);
        assertThat(due.toInstant()).isAfter(now.minus(Duration.ofDays(4)));
    }

    @Test
    void laterIsNeverLess() {
        Instant earlier = before("P1M", Instant.parse("2026-03-31T10:00:00Z"));
        assertThat(before("P1M", Instant.parse("2026-04-01T10:00:00Z"))).isAfterOrEqualTo(earlier);
    }
}
