package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.needed;
import static org.pledge.rest.internal.Contract.set;
import static org.pledge.rest.internal.Contract.sorted;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;
import org.pledge.rights.RightsService.Evidence;

/** The schemas of {@code openapi.yaml} about what people agree to, accept and withdraw. */
final class ConsentContract {
    private ConsentContract() {}

    record NewAcceptance(ConsentService.Level level, Wording wording) {
        static final NewAcceptance IMPLIED = new NewAcceptance(ConsentService.Level.IMPLIED, null);

        NewAcceptance {
            needed("level", level);
            if (level == ConsentService.Level.OPT_IN) {
                needed("wording", wording);
            }
        }
    }

    record Acceptance(Integer version, ConsentService.Level level, String jurisdiction, Wording wording) {
        Acceptance {
            needed("version", version);
            needed("level", level);
            needed("wording", wording);
        }
    }

    record Wording(String channel, String version, String sha256) {
        Wording {
            needed("channel", channel);
            needed("version", version);
            needed("sha256", sha256);
        }

        static Wording of(ConsentService.Wording wording) {
            return new Wording(wording.channel(), wording.version(), wording.sha256());
        }

        ConsentService.Wording toValue() {
            return new ConsentService.Wording(channel, version, sha256);
        }
    }

    record Grant(
            String purpose,
            String recipient,
            Set<String> categories,
            ConsentService.Level level,
            Instant expires,
            Wording wording) {
        Grant {
            needed("purpose", purpose);
            needed("recipient", recipient);
            categories = set("categories", categories);
            needed("level", level);
            needed("wording", wording);
        }

        ConsentService.Grant toValue() {
            return new ConsentService.Grant(
                    purpose, recipient, categories, level, Optional.ofNullable(expires), wording.toValue());
        }
    }

    record Withdrawal(String purpose, String recipient, Set<String> categories, String channel) {
        Withdrawal {
            categories = categories == null ? Set.of() : set("categories", categories);
            needed("channel", channel);
        }

        ConsentService.Withdrawal toValue() {
            return new ConsentService.Withdrawal(
                    Optional.ofNullable(purpose), Optional.ofNullable(recipient), categories, channel);
        }
    }

    record Guardian(SubjectId guardian, Evidence evidence, Set<String> purposes) {
        Guardian {
            needed("guardian", guardian);
            needed("evidence", evidence);
            purposes = set("purposes", purposes);
        }

        ConsentService.Guardian toValue() {
            return new ConsentService.Guardian(guardian, evidence, purposes);
        }
    }

    record Authorisation(
            String purpose,
            SubjectId guardian,
            Evidence evidence,
            Instant given,
            String givenBy,
            Instant until,
            Instant withdrawn) {
        static Authorisation of(ConsentService.Authorisation a) {
            return new Authorisation(
                    a.purpose(),
                    a.guardian(),
                    a.evidence(),
                    a.given(),
                    a.givenBy(),
                    a.until(),
                    a.withdrawn().orElse(null));
        }
    }

    record AuthorisationWithdrawal(String purpose, String channel) {
        AuthorisationWithdrawal {
            needed("channel", channel);
        }
    }

    record Receipt(
            UUID id,
            SubjectId subject,
            ConsentService.Kind kind,
            Instant at,
            long epoch,
            Integer cancelled,
            List<InDoubt> inDoubt,
            List<Told> told) {
        static Receipt of(ConsentService.Receipt r) {
            return new Receipt(
                    r.id(),
                    r.subject(),
                    r.kind(),
                    r.at(),
                    r.epoch(),
                    r.cancelled(),
                    r.inDoubt().stream()
                            .map(d -> new InDoubt(d.disclosure(), d.partner()))
                            .toList(),
                    r.told().stream()
                            .map(t -> new Told(t.notice(), t.partner()))
                            .toList());
        }

        /** As the history tells it: what a withdrawal stopped is not part of it. */
        static Receipt of(ConsentService.Event e) {
            return new Receipt(e.id(), e.subject(), e.kind(), e.at(), e.epoch(), null, null, null);
        }
    }

    record InDoubt(UUID disclosure, String partner) {}

    record Told(UUID notice, String partner) {}

    record ConsentHistory(boolean acceptanceDue, List<ConsentEvent> items) {}

    record ConsentEvent(
            UUID id,
            ConsentService.Kind kind,
            Instant at,
            long epoch,
            String purpose,
            String recipient,
            Set<String> categories,
            ConsentService.Level level,
            Instant expires,
            int policyVersion,
            String jurisdiction,
            Wording wording,
            String actor) {
        static ConsentEvent of(ConsentService.Event e) {
            return new ConsentEvent(
                    e.id(),
                    e.kind(),
                    e.at(),
                    e.epoch(),
                    e.purpose(),
                    e.recipient(),
                    sorted(e.categories()),
                    e.level().orElse(null),
                    e.expires().orElse(null),
                    e.policyVersion(),
                    e.jurisdiction(),
                    Wording.of(e.wording()),
                    e.actor());
        }
    }
}
