package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pledge.TenantId;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Type;

class ClocksTest {
    static final Clocks SHIPPED = shipped();
    private static final TenantId KORAX = new TenantId("korax");
    private static final long FROM = Instant.parse("2024-01-01T00:00:00Z").getEpochSecond();
    private static final long TO = Instant.parse("2032-12-31T00:00:00Z").getEpochSecond();

    private static Clocks shipped() {
        try {
            ClockFile.Reading reading = ClockFile.read("clocks.yaml", Clockwork.shipped());
            assertThat(reading.problems()).isEmpty();
            return reading.clocks().orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Timetable table(String place, String matter) {
        return SHIPPED.timetable(KORAX, Set.of(place), matter, "web");
    }

    /** The last day, from an arrival in local time. */
    private static LocalDate lastDay(Timetable table, Instant received, Duration paused, boolean extended) {
        Timetable.Answer answer = table.answer(received, paused, extended);
        return answer.by().minusNanos(1).atZone(answer.rule().zone()).toLocalDate();
    }

    @ParameterizedTest
    @CsvSource({
        // GDPR: a month ends on the day of its number, in Brussels
        "DE, access, 2026-03-10T12:00+01:00, 2026-04-10, 2026-06-10",
        // the day of arrival is the local one: 23:59 and 00:00
        "DE, access, 2026-03-10T23:59:59+01:00, 2026-04-10, 2026-06-10",
        "DE, access, 2026-03-11T00:00:00+01:00, 2026-04-13, 2026-06-11",
        // there is no 31 April, 29, 30 or 31 February: the last day of the month
        "DE, access, 2026-03-31T12:00+02:00, 2026-04-30, 2026-06-30",
        "DE, access, 2027-01-31T12:00+01:00, 2027-03-01, 2027-04-30",
        "DE, access, 2028-01-29T12:00+01:00, 2028-02-29, 2028-05-02",
        "DE, access, 2028-01-30T12:00+01:00, 2028-02-29, 2028-05-02",
        "DE, access, 2028-02-29T12:00+01:00, 2028-03-29, 2028-05-29",
        // a Saturday, a Sunday, 25 December and New Year are moved to the next working day
        "DE, access, 2026-04-02T12:00+02:00, 2026-05-04, 2026-07-02",
        "DE, access, 2026-04-03T12:00+02:00, 2026-05-04, 2026-07-03",
        "DE, access, 2026-11-25T12:00+01:00, 2026-12-28, 2027-02-25",
        "DE, access, 2026-12-01T12:00+01:00, 2027-01-04, 2027-03-01",
        // year end and both changes of the clocks
        "DE, access, 2026-12-31T23:30+01:00, 2027-02-01, 2027-03-31",
        "DE, access, 2026-02-28T12:00+01:00, 2026-03-30, 2026-05-28",
        "DE, access, 2026-09-25T12:00+02:00, 2026-10-26, 2026-12-28",
        // CCPA: 45 days and 45 more, no moving
        "US-CA, access, 2026-01-01T12:00-08:00, 2026-02-15, 2026-04-01",
        "US-CA, access, 2028-01-16T12:00-08:00, 2028-03-01, 2028-04-15",
        "US-CA, access, 2027-01-16T12:00-08:00, 2027-03-02, 2027-04-16",
        // CAN-SPAM: ten business days count Thanksgiving, and end before the CCPA's fifteen that do not
        "US-CA, opt-out, 2026-11-20T12:00-08:00, 2026-12-04, 2026-12-04",
        "US-NY, opt-out, 2026-11-20T12:00-05:00, 2026-12-04, 2026-12-04",
        // a Saturday's business days begin on Monday
        "US-NY, opt-out, 2026-11-21T12:00-05:00, 2026-12-04, 2026-12-04",
        "US-NY, opt-out, 2026-11-22T12:00-05:00, 2026-12-04, 2026-12-04",
        "US-NY, opt-out, 2026-11-23T12:00-05:00, 2026-12-07, 2026-12-07",
        // fifteen business days: 1 January and the third Monday are days off
        "US-CA, restriction, 2026-12-30T12:00-08:00, 2027-01-22, 2027-01-22",
        // nobody's law but ours
        "BR, access, 2026-01-31T12:00Z, 2026-02-28, 2026-04-30",
        "US-NY, access, 2026-03-14T12:00Z, 2026-04-14, 2026-06-14",
    })
    void theLastDayIsTheLawsOwn(String place, String matter, String received, LocalDate usual, LocalDate extended) {
        Instant arrival = OffsetDateTime.parse(received).toInstant();
        assertThat(lastDay(table(place, matter), arrival, Duration.ZERO, false)).isEqualTo(usual);
        assertThat(lastDay(table(place, matter), arrival, Duration.ZERO, true)).isEqualTo(extended);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T12:00-08:00, 2026-12-07", // Thanksgiving is a day off
        "2026-12-24T12:00-08:00, 2027-01-11",
        "2026-06-18T23:59-07:00, 2026-07-06" // 19 June, and 3 July for the 4th
    })
    void theCcpaIsConfirmedInTenBusinessDays(String received, LocalDate last) {
        Instant by = table("US-CA", "access")
                .acknowledgeBy(OffsetDateTime.parse(received).toInstant())
                .orElseThrow();
        assertThat(by.minusNanos(1).atZone(ZoneId.of("America/Los_Angeles")).toLocalDate())
                .isEqualTo(last);
    }

    /** The last instant of a day of arrival and the first of the next, each with its last day to answer. */
    @ParameterizedTest
    @CsvSource({
        "korax, DE, access, web, Europe/Brussels, gdpr, 2026-03-10, 2026-04-10, 2026-04-13",
        "korax, GB, access, web, Europe/London, uk-gdpr, 2026-03-10, 2026-04-10, 2026-04-13",
        "korax, US-CA, access, web, America/Los_Angeles, ccpa, 2026-01-01, 2026-02-15, 2026-02-16",
        "korax, US-CA, restriction, web, America/Los_Angeles, ccpa, 2026-03-10, 2026-03-31, 2026-04-01",
        "korax, US-CA, erasure, drop, America/Los_Angeles, ccpa, 2026-08-01, 2026-09-15, 2026-09-16",
        "korax, US-CA, child-removal, drop, America/New_York, coppa, 2026-08-01, 2026-08-11, 2026-08-12",
        "korax, US-CA, child-removal, web, America/New_York, coppa, 2026-08-01, 2026-08-11, 2026-08-12",
        "korax, US-NV, child-removal, web, America/New_York, coppa, 2028-02-19, 2028-02-29, 2028-03-01",
        "korax, US-NY, opt-out, web, America/New_York, can-spam, 2026-11-20, 2026-12-04, 2026-12-04",
        "korax, US-NY, opt-out, web, America/New_York, can-spam, 2026-11-23, 2026-12-07, 2026-12-08",
        "anyip, DE, opt-out, web, UTC, anyip-promise, 2026-03-10, 2026-03-20, 2026-03-21",
        "korax, BR, child-removal, web, UTC, house, 2026-03-10, 2026-03-20, 2026-03-21",
    })
    void arrivingADayLaterIsAnsweredADayLaterAndNotAnInstantSooner(
            String tenant,
            String place,
            String matter,
            String channel,
            ZoneId zone,
            String law,
            LocalDate day,
            LocalDate last,
            LocalDate lastOfTheNext) {
        Timetable table = SHIPPED.timetable(new TenantId(tenant), Set.of(place), matter, channel);
        Instant next = day.plusDays(1).atStartOfDay(zone).toInstant();
        assertThat(table.answer(next, Duration.ZERO, false).rule().law()).isEqualTo(law);
        assertThat(lastDay(table, next.minusNanos(1000), Duration.ZERO, false)).isEqualTo(last);
        assertThat(lastDay(table, next, Duration.ZERO, false)).isEqualTo(lastOfTheNext);
    }

    @Test
    void whatComesThroughTheStatesPlatformCannotBeExtended() {
        Instant received = Instant.parse("2026-08-03T19:00:00Z");
        Timetable drop = SHIPPED.timetable(KORAX, Set.of("US-CA"), "erasure", "drop");
        assertThat(drop.rules()).extracting(Rule::law).containsExactlyInAnyOrder("ccpa", "drop");
        assertThat(lastDay(drop, received, Duration.ZERO, false)).isEqualTo("2026-09-17");
        assertThat(lastDay(drop, received, Duration.ZERO, true)).isEqualTo("2026-09-17");
        assertThat(lastDay(drop, received, Duration.ofDays(9), true)).isEqualTo("2026-09-17");
        assertThat(lastDay(table("US-CA", "erasure"), received, Duration.ZERO, true))
                .isEqualTo("2026-11-01");
        assertThat(SHIPPED.timetable(KORAX, Set.of("US-NV"), "erasure", "drop").rules())
                .extracting(Rule::law)
                .containsExactly("house");
    }

    @ParameterizedTest
    @CsvSource({
        "US-CA, erasure, drop, true",
        "US-CA, child-removal, drop, true",
        "US-CA, erasure, web, false",
        "US-NV, erasure, drop, false",
        "US-CA, access, drop, false"
    })
    void aRemovalByCaliforniasPlatformLasts(String place, String matter, String channel, boolean lasts) {
        assertThat(SHIPPED.lasting(KORAX, Set.of("DE", place), matter, channel))
                .isEqualTo(lasts ? Optional.of(place) : Optional.empty());
    }

    @Test
    void theCcpaConfirmsADayLaterWhatArrivesADayLater() {
        ZoneId california = ZoneId.of("America/Los_Angeles");
        Instant next = LocalDate.of(2026, 3, 11).atStartOfDay(california).toInstant();
        Timetable table = table("US-CA", "access");
        assertThat(table.acknowledgeBy(next.minusNanos(1000)))
                .contains(LocalDate.of(2026, 3, 25).atStartOfDay(california).toInstant());
        assertThat(table.acknowledgeBy(next))
                .contains(LocalDate.of(2026, 3, 26).atStartOfDay(california).toInstant());
    }

    @Test
    void theLastDayLastsToItsEndAlsoWhereTheClocksChange() {
        Instant received = Instant.parse("2026-02-28T11:00:00Z");
        // 29 March 2026 is a Sunday of 23 hours; the period ends on Monday, which ends at 22:00 UTC
        assertThat(table("DE", "access").answer(received, Duration.ZERO, false).by())
                .isEqualTo("2026-03-30T22:00:00Z");
        assertThat(table("DE", "access")
                        .answer(Instant.parse("2026-02-27T11:00:00Z"), Duration.ZERO, false)
                        .by())
                .isEqualTo("2026-03-27T23:00:00Z");
    }

    @Test
    void seventyTwoHoursAreCountedFromTheEventItself() {
        Instant event = Instant.parse("2026-03-27T23:59:59.123456Z");
        assertThat(table("DE", Clocks.BREACH)
                        .answer(event, Duration.ZERO, false)
                        .by())
                .isEqualTo("2026-03-30T23:59:59.123456Z");
    }

    @Test
    void aPauseMovesADeadlineByWholeDaysOnlyAndNotWhereTheLawRunsOn() {
        Instant received = Instant.parse("2026-03-10T11:00:00Z");
        Timetable gdpr = table("DE", "access");
        assertThat(lastDay(gdpr, received, Duration.ofDays(3).minusSeconds(1), false))
                .isEqualTo("2026-04-13"); // 12 April is a Sunday
        assertThat(lastDay(gdpr, received, Duration.ofDays(4), false)).isEqualTo("2026-04-14");
        assertThat(lastDay(gdpr, received, Duration.ofHours(23), false)).isEqualTo("2026-04-10");
        Timetable ccpa = table("US-CA", "access");
        assertThat(lastDay(ccpa, received, Duration.ofDays(40), false))
                .isEqualTo(lastDay(ccpa, received, Duration.ZERO, false));
    }

    @Test
    void whatATenantPromisedCountsBesideTheLaw() {
        Instant received = Instant.parse("2026-03-10T11:00:00Z");
        Timetable anyip = SHIPPED.timetable(new TenantId("anyip"), Set.of("DE"), "opt-out", "web");
        assertThat(anyip.answer(received, Duration.ZERO, false).rule().law()).isEqualTo("anyip-promise");
        assertThat(lastDay(anyip, received, Duration.ZERO, false)).isEqualTo("2026-03-20");
        // the law that could be extended does not lengthen the promise
        assertThat(lastDay(anyip, received, Duration.ZERO, true)).isEqualTo("2026-03-20");
    }

    @Test
    void ofTwoPlacesTheEarlierDeadlineCounts() {
        Instant received = Instant.parse("2026-03-10T11:00:00Z");
        Timetable both = SHIPPED.timetable(KORAX, Set.of("DE", "US-CA"), "access", "web");
        assertThat(lastDay(both, received, Duration.ZERO, false)).isEqualTo("2026-04-10");
        assertThat(lastDay(both, received, Duration.ofDays(60), false)).isEqualTo("2026-04-24");
        assertThat(both.acknowledgeBy(received)).isPresent();
    }

    @Test
    void everyRequestHasAClockAndAWayToVerifyEverywhere() {
        for (Type type : Type.values()) {
            String matter = type.name().toLowerCase(Locale.ROOT).replace('_', '-');
            for (String place : Locale.getISOCountries()) {
                assertThat(table(place, matter).rules())
                        .as(place + " " + matter)
                        .isNotEmpty();
            }
            assertThat(SHIPPED.needs()).containsKey(type);
        }
        assertThat(SHIPPED.needs().get(Type.ACCESS)).isEqualTo(new Clocks.Need(Method.MAIL_CODE, Method.ACCOUNT_LOGIN));
    }

    // laws

    @Property(tries = 300)
    void noDeadlineComesBeforeTheArrivalOrWithinADayOfIt(
            @ForAll @LongRange(min = 0, max = 283_000_000) long seconds, @ForAll("places") String place) {
        Instant received = Instant.ofEpochSecond(Math.min(FROM + seconds, TO));
        for (Type type : Type.values()) {
            Timetable table = table(place, type.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            Instant by = table.answer(received, Duration.ZERO, false).by();
            assertThat(by).isAfter(received.plus(Duration.ofDays(9)));
            assertThat(table.answer(received, Duration.ZERO, true).by()).isAfterOrEqualTo(by);
        }
    }

    @Property(tries = 300)
    void arrivingLaterNeverMeansAnsweringEarlier(
            @ForAll @LongRange(min = 0, max = 283_000_000) long seconds,
            @ForAll @IntRange(max = 3_000_000) int later,
            @ForAll("places") String place) {
        Instant received = Instant.ofEpochSecond(Math.min(FROM + seconds, TO));
        for (boolean extended : new boolean[] {false, true}) {
            Timetable table = table(place, "access");
            assertThat(table.answer(received.plusSeconds(later), Duration.ZERO, extended)
                            .by())
                    .isAfterOrEqualTo(
                            table.answer(received, Duration.ZERO, extended).by());
        }
    }

    @Property(tries = 300)
    void aLongerPauseNeverShortensAndMovesNoFurtherThanItLastedBesideDaysOff(
            @ForAll @LongRange(min = 0, max = 283_000_000) long seconds,
            @ForAll @IntRange(max = 10_000_000) int pause) {
        Instant received = Instant.ofEpochSecond(Math.min(FROM + seconds, TO));
        Timetable table = table("DE", "erasure");
        Instant without = table.answer(received, Duration.ZERO, false).by();
        Instant with = table.answer(received, Duration.ofSeconds(pause), false).by();
        assertThat(with).isAfterOrEqualTo(without);
        // at most four days off in a row, and an hour of a changing clock
        assertThat(with).isBeforeOrEqualTo(without.plusSeconds(pause).plus(Duration.ofHours(4 * 24 + 1)));
    }

    @Property(tries = 300)
    void aPeriodEndsAtMidnightAndInEuropeOnAWorkingDay(@ForAll @LongRange(min = 0, max = 283_000_000) long seconds) {
        Instant received = Instant.ofEpochSecond(Math.min(FROM + seconds, TO));
        Timetable.Answer answer = table("FR", "access").answer(received, Duration.ZERO, false);
        assertThat(answer.by().atZone(answer.rule().zone()).toLocalTime()).isEqualTo("00:00");
        assertThat(answer.rule()
                        .calendar()
                        .works(answer.by()
                                .minusNanos(1)
                                .atZone(answer.rule().zone())
                                .toLocalDate()))
                .isTrue();
    }

    @Provide
    Arbitrary<String> places() {
        return Arbitraries.of("DE", "FR", "GB", "US", "US-CA", "BR", "JP");
    }
}
