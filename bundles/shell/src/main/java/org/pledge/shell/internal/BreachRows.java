package org.pledge.shell.internal;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.rights.BreachService.Breach;

/** Tables of breaches and of whom they affect, and the times that are typed. */
final class BreachRows {
    private BreachRows() {}

    static Rows of(List<Breach> breaches) {
        Rows rows = new Rows(
                "Breach", "Partner", "Categories", "State", "Reason", "Discovered", "Notify by", "Law", "Overdue");
        breaches.forEach(b -> rows.add(
                b.id(),
                b.what().partner(),
                b.what().categories(),
                b.state(),
                b.reason(),
                b.what().discovered(),
                b.notifyBy(),
                b.law(),
                b.overdue()));
        return rows;
    }

    static Rows people(List<SubjectId> people) {
        Rows rows = new Rows("Person");
        people.forEach(rows::add);
        return rows;
    }

    static Instant time(String option, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new PledgeException(Kind.INVALID, option + " must be a time such as 2026-01-31T12:00:00Z")
                    .remedy("Give day and time in UTC, with the T between them and the Z behind.");
        }
    }
}
