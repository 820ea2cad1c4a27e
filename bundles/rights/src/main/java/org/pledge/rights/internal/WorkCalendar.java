package org.pledge.rights.internal;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.Set;

/** Which days are worked on. */
record WorkCalendar(Set<DayOfWeek> weekend, Set<MonthDay> yearly, Set<LocalDate> days) {
    WorkCalendar {
        weekend = Set.copyOf(weekend);
        yearly = Set.copyOf(yearly);
        days = Set.copyOf(days);
    }

    boolean works(LocalDate day) {
        return !weekend.contains(day.getDayOfWeek()) && !yearly.contains(MonthDay.from(day)) && !days.contains(day);
    }

    /** The day itself, or the next one that is worked on. */
    LocalDate from(LocalDate day) {
        LocalDate working = day;
        while (!works(working)) {
            working = working.plusDays(1);
        }
        return working;
    }

    /** The last of some working days, the first of which follows {@code day}. */
    LocalDate plus(LocalDate day, int workingDays) {
        LocalDate last = day;
        for (int i = 0; i < workingDays; i++) {
            last = from(last.plusDays(1));
        }
        return last;
    }
}
