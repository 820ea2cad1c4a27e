package org.pledge.rights.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

/**
 * What one law says about one kind of request.
 *
 * @param endsOnWorkingDay whether a period that would end on a day off ends on the next working day
 * @param pausesAtMost for how long altogether the time to answer stands still while it is verified who asks
 */
record Rule(
        String law,
        ZoneId zone,
        WorkCalendar calendar,
        boolean endsOnWorkingDay,
        Optional<Period> acknowledge,
        Period answer,
        Optional<Period> extension,
        Duration pausesAtMost) {

    /**
     * The first instant after a period. The day of the event is not counted and the last day is, to its end; a month
     * ends on the day of that number or the month's last (Regulation 1182/71, Article 3). Hours are counted from the
     * event itself, and of what was paused whole days only: neither is ever longer than the law has it.
     */
    Instant end(Instant event, Period period, Duration paused) {
        if (period.unit() == Period.Unit.HOUR) {
            return event.plus(Duration.ofHours(period.amount())).plus(paused);
        }
        LocalDate first = event.atZone(zone).toLocalDate();
        LocalDate last = counted(first, period).plusDays(paused.toDays());
        boolean working = endsOnWorkingDay || period.unit() == Period.Unit.BUSINESS_DAY;
        return (working ? calendar.from(last) : last)
                .plusDays(1)
                .atStartOfDay(zone)
                .toInstant();
    }

    private LocalDate counted(LocalDate first, Period period) {
        return switch (period.unit()) {
            case HOUR -> throw new IllegalArgumentException("hours are not counted in days");
            case DAY -> first.plusDays(period.amount());
            case BUSINESS_DAY -> calendar.plus(first, period.amount());
            case MONTH -> first.plusMonths(period.amount());
        };
    }
}
