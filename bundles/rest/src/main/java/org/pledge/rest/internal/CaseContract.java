package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.needed;
import static org.pledge.rest.internal.Contract.set;
import static org.pledge.rest.internal.Contract.sorted;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.policy.Policy.Ground;
import org.pledge.sharing.LegalCaseService;

/** The schemas of {@code openapi.yaml} about legal cases. */
final class CaseContract {
    private CaseContract() {}

    record NewCase(
            Ground ground,
            String reference,
            String partner,
            Set<SubjectId> subjects,
            Set<String> fields,
            Instant expires) {
        NewCase {
            needed("ground", ground);
            needed("reference", reference);
            needed("partner", partner);
            subjects = set("subjects", subjects);
            fields = set("fields", fields);
            needed("expires", expires);
        }
    }

    record NewException(String promise) {
        NewException {
            needed("promise", promise);
        }
    }

    record Case(
            UUID id,
            Ground ground,
            String reference,
            String partner,
            Set<SubjectId> subjects,
            Set<String> fields,
            Instant opened,
            Instant expires,
            String openedBy,
            Set<String> approvals,
            Set<String> exceptions,
            LegalCaseService.State state) {
        static Case of(LegalCaseService.LegalCase c) {
            return new Case(
                    c.id(),
                    c.ground(),
                    c.reference(),
                    c.partner(),
                    sorted(c.subjects()),
                    sorted(c.fields()),
                    c.opened(),
                    c.expires(),
                    c.openedBy(),
                    sorted(c.approvals()),
                    sorted(c.exceptions()),
                    c.state());
        }
    }
}
