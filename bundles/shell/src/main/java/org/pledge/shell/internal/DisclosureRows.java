package org.pledge.shell.internal;

import java.util.Collection;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.SharingService.Disclosure;

/** Disclosures as a table. */
final class DisclosureRows {
    private DisclosureRows() {}

    static Rows of(Collection<Disclosure> disclosures) {
        Rows rows = new Rows(
                "Disclosure",
                "Partner",
                "Purpose",
                "Fields",
                "Basis",
                "Promises",
                "State",
                "Attempts",
                "Answer",
                "Created");
        disclosures.forEach(d -> rows.add(
                d.id(),
                d.partner(),
                d.purpose(),
                d.fields(),
                d.basis(),
                d.promises(),
                d.state(),
                d.attempts(),
                d.answer().stream().boxed().findFirst(),
                d.created()));
        return rows;
    }

    /** Disclosures and notices that share a state. */
    static Rows of(Collection<Disclosure> disclosures, Collection<Notice> notices) {
        Rows rows = new Rows("Id", "Kind", "Partner", "Purpose", "Fields", "State", "Attempts", "Answer", "Created");
        disclosures.forEach(d -> rows.add(
                d.id(),
                Outbox.Kind.DISCLOSURE,
                d.partner(),
                d.purpose(),
                d.fields(),
                d.state(),
                d.attempts(),
                d.answer().stream().boxed().findFirst(),
                d.created()));
        notices.forEach(n -> rows.add(
                n.id(),
                n.kind(),
                n.partner(),
                "",
                n.fields(),
                n.state(),
                n.attempts(),
                n.answer().stream().boxed().findFirst(),
                n.created()));
        return rows;
    }
}
