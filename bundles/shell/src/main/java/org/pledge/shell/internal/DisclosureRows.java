package org.pledge.shell.internal;

import java.util.Collection;
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
}
