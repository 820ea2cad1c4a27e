package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.list;
import static org.pledge.rest.internal.Contract.map;
import static org.pledge.rest.internal.Contract.needed;
import static org.pledge.rest.internal.Contract.sorted;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.rest.internal.Contract.Reason;
import org.pledge.sharing.SharingService;

/** The schemas of {@code openapi.yaml} about decisions and disclosures. */
final class DisclosureContract {
    private DisclosureContract() {}

    record DisclosureRequest(
            SubjectId subject,
            String partner,
            String purpose,
            List<String> fields,
            UUID legalCase,
            Map<String, String> supplied) {
        static final int MOST_FIELDS = 64;

        DisclosureRequest {
            needed("subject", subject);
            needed("partner", partner);
            needed("purpose", purpose);
            fields = asked(fields);
            supplied = supplied == null ? Map.of() : map("supplied", supplied);
        }

        static List<String> asked(List<String> fields) {
            List<String> asked = list("fields", fields);
            if (asked.isEmpty() || asked.size() > MOST_FIELDS) {
                throw new PledgeException(Kind.MALFORMED, "fields must name 1 to " + MOST_FIELDS + " fields")
                        .remedy("List the fields that are asked for, each once.");
            }
            return asked;
        }

        SharingService.Request toRequest() {
            return new SharingService.Request(
                    subject, partner, purpose, fields, Optional.ofNullable(legalCase), supplied);
        }

        @Override
        public String toString() {
            return "DisclosureRequest[" + partner + ", " + purpose + "]";
        }
    }

    record DisclosureBatchRequest(List<DisclosureRequest> disclosures) {
        DisclosureBatchRequest {
            disclosures = list("disclosures", disclosures);
            if (disclosures.isEmpty() || disclosures.size() > SharingService.MOST_AT_ONCE) {
                throw new PledgeException(
                                Kind.MALFORMED,
                                "disclosures must hold 1 to " + SharingService.MOST_AT_ONCE + " requests")
                        .remedy("Send more requests in further batches.");
            }
        }
    }

    record DisclosureOutcome(int status, Disclosure disclosure, Contract.Problem problem) {
        static DisclosureOutcome of(SharingService.Disclosure disclosure) {
            return new DisclosureOutcome(202, Disclosure.of(disclosure), null);
        }

        static DisclosureOutcome of(Contract.Problem problem) {
            return new DisclosureOutcome(problem.status(), null, problem);
        }
    }

    record DisclosureBatch(int queued, int refused, int failed, List<DisclosureOutcome> outcomes) {
        static DisclosureBatch of(List<DisclosureOutcome> outcomes) {
            int queued = count(outcomes, 202);
            int refused = count(outcomes, 403);
            return new DisclosureBatch(queued, refused, outcomes.size() - queued - refused, outcomes);
        }

        private static int count(List<DisclosureOutcome> outcomes, int status) {
            return (int) outcomes.stream()
                    .filter(outcome -> outcome.status() == status)
                    .count();
        }
    }

    record BatchRequest(String partner, String purpose, List<String> fields, List<SubjectId> subjects) {}

    record Decision(
            String decision,
            Set<String> fields,
            List<String> promises,
            List<Obligation> obligations,
            List<Reason> reasons,
            String remedy) {
        static Decision of(org.pledge.policy.Decision decision) {
            if (decision instanceof org.pledge.policy.Decision.Permitted permitted) {
                return new Decision(
                        "PERMITTED",
                        sorted(permitted.fields()),
                        permitted.promises(),
                        permitted.obligations().stream()
                                .map(o -> new Obligation(o.name(), o.parameters()))
                                .toList(),
                        Reason.of(permitted.withheld()),
                        "");
            }
            org.pledge.policy.Decision.Denied denied = (org.pledge.policy.Decision.Denied) decision;
            return new Decision(
                    "DENIED", Set.of(), denied.promises(), List.of(), Reason.of(denied.reasons()), denied.remedy());
        }
    }

    record Obligation(String name, Map<String, String> parameters) {}

    record BatchAnswer(List<Decision> decisions, List<Integer> answers) {}

    record Disclosure(
            UUID id,
            SubjectId subject,
            String partner,
            String purpose,
            Set<String> fields,
            String basis,
            List<String> promises,
            int policyVersion,
            UUID legalCase,
            SharingService.State state,
            int attempts,
            Integer answer,
            Instant created,
            Instant deadline,
            Instant delivered) {
        static Disclosure of(SharingService.Disclosure d) {
            return new Disclosure(
                    d.id(),
                    d.subject(),
                    d.partner(),
                    d.purpose(),
                    sorted(d.fields()),
                    d.basis(),
                    d.promises(),
                    d.policyVersion(),
                    d.legalCase().orElse(null),
                    d.state(),
                    d.attempts(),
                    d.answer().isPresent() ? (Integer) d.answer().getAsInt() : null,
                    d.created(),
                    d.deadline(),
                    d.delivered().orElse(null));
        }
    }
}
