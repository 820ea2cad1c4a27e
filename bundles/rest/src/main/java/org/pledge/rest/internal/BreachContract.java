package org.pledge.rest.internal;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.rights.BreachService;
import org.pledge.rights.BreachService.Reason;
import org.pledge.rights.BreachService.State;

/** The schemas of {@code openapi.yaml} about breaches. */
final class BreachContract {
    private BreachContract() {}

    record NewBreach(String partner, Instant from, Instant until, Set<String> categories, Instant discovered) {
        NewBreach {
            Contract.needed("partner", partner);
            Contract.needed("from", from);
            Contract.needed("until", until);
            categories = Contract.set("categories", categories);
            Contract.needed("discovered", discovered);
        }

        BreachService.NewBreach toValue() {
            return new BreachService.NewBreach(partner, from, until, categories, discovered);
        }
    }

    record BreachStep(State state, Reason reason) {
        BreachStep {
            Contract.needed("state", state);
            Contract.needed("reason", reason);
        }
    }

    record Breach(
            UUID id,
            String partner,
            Instant from,
            Instant until,
            Set<String> categories,
            Instant discovered,
            Instant reported,
            String reportedBy,
            State state,
            Reason reason,
            Instant changed,
            String law,
            Instant notifyBy,
            boolean overdue,
            Long affected) {
        static Breach of(BreachService.Breach b) {
            return of(b, null);
        }

        static Breach of(BreachService.Breach b, Long affected) {
            return new Breach(
                    b.id(),
                    b.what().partner(),
                    b.what().from(),
                    b.what().until(),
                    Contract.sorted(b.what().categories()),
                    b.what().discovered(),
                    b.reported(),
                    b.reportedBy(),
                    b.state(),
                    b.reason().orElse(null),
                    b.changed(),
                    b.law(),
                    b.notifyBy(),
                    b.overdue(),
                    affected);
        }
    }

    record AffectedPerson(SubjectId subject) {}

    record BreachNotices(int told, int unreached, String next) {
        static BreachNotices of(BreachService.Notified n) {
            return new BreachNotices(n.told(), n.unreached(), n.next().orElse(null));
        }
    }
}
