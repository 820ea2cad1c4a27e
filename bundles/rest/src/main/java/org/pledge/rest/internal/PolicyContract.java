package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.sorted;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.PolicyMatrix;
import org.pledge.policy.PolicyService;
import org.pledge.rest.internal.DisclosureContract.Decision;

/** The schemas of {@code openapi.yaml} about policies, their promises and the questions of the matrix. */
final class PolicyContract {
    private PolicyContract() {}

    record Policy(
            String tenant,
            int version,
            String prefix,
            String controller,
            LocalDate published,
            String contact,
            String digest,
            List<String> jurisdictions,
            Map<String, String> documents,
            List<Category> categories,
            List<Purpose> purposes,
            List<Recipient> recipients,
            Set<String> tiers) {
        static Policy of(org.pledge.policy.Policy p) {
            return new Policy(
                    p.tenant().value(),
                    p.version(),
                    p.prefix(),
                    p.controller(),
                    p.published(),
                    p.contact(),
                    p.digest(),
                    p.jurisdictions(),
                    p.documents(),
                    p.categories().stream().map(Category::of).toList(),
                    p.purposes().stream().map(Purpose::of).toList(),
                    p.recipients().stream()
                            .map(r -> new Recipient(r.name(), r.kind()))
                            .toList(),
                    sorted(p.tiers()));
        }
    }

    record Category(
            String name,
            org.pledge.policy.Policy.DataClass dataClass,
            org.pledge.policy.Policy.DataRole role,
            boolean supplied,
            String fideslang,
            String dpv) {
        static Category of(org.pledge.policy.Policy.Category c) {
            return new Category(c.name(), c.dataClass(), c.role(), c.supplied(), c.fideslang(), c.dpv());
        }
    }

    record Purpose(
            String name,
            org.pledge.policy.Policy.LegalBasis basis,
            Map<String, String> retention,
            String fideslang,
            String dpv) {
        static Purpose of(org.pledge.policy.Policy.Purpose p) {
            return new Purpose(p.name(), p.basis(), p.retention(), p.fideslang(), p.dpv());
        }
    }

    record Recipient(String name, org.pledge.policy.Policy.RecipientKind kind) {}

    record PolicyVersion(int version, LocalDate published, String digest) {
        static PolicyVersion of(org.pledge.policy.Policy p) {
            return new PolicyVersion(p.version(), p.published(), p.digest());
        }
    }

    record Promise(
            String id,
            String section,
            String text,
            org.pledge.policy.Policy.Status status,
            String control,
            Map<String, String> parameters,
            String reason) {
        static Promise of(org.pledge.policy.Policy.Promise p) {
            return new Promise(p.id(), p.section(), p.text(), p.status(), p.control(), p.parameters(), p.reason());
        }
    }

    record Change(String field, String text, boolean material) {
        static Change of(PolicyService.Change c) {
            return new Change(c.field(), c.text(), c.material());
        }
    }

    record MatrixRow(Question question, Decision decision) {
        static MatrixRow of(PolicyMatrix.Answer a) {
            return new MatrixRow(Question.of(a.question()), Decision.of(a.decision()));
        }
    }

    record Question(
            String id,
            String text,
            String recipient,
            String purpose,
            List<String> data,
            org.pledge.policy.Policy.Need consent,
            Ground legalCase) {
        static Question of(PolicyMatrix.Question q) {
            return new Question(
                    q.id(),
                    q.text(),
                    q.recipient(),
                    q.purpose(),
                    q.data(),
                    q.consent(),
                    q.legalCase().orElse(null));
        }
    }
}
