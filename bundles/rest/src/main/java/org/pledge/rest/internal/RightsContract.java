package org.pledge.rest.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.rest.internal.DisclosureContract.Disclosure;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Reason;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;

/** The schemas of {@code openapi.yaml} about requests under people's rights. */
final class RightsContract {
    private RightsContract() {}

    record NewRequest(Type type, String jurisdiction, String channel) {
        NewRequest {
            Contract.needed("type", type);
            Contract.needed("jurisdiction", jurisdiction);
            Contract.needed("channel", channel);
        }

        RightsService.NewRequest toValue(SubjectId subject) {
            return new RightsService.NewRequest(subject, type, jurisdiction, channel);
        }
    }

    record CodeAttempt(String code) {
        CodeAttempt {
            Contract.needed("code", code);
        }

        @Override
        public String toString() {
            return "CodeAttempt";
        }
    }

    record RequestExtension(Reason reason, LocalDate noticed) {
        RequestExtension {
            Contract.needed("reason", reason);
            Contract.needed("noticed", noticed);
        }

        Extension toValue() {
            return new Extension(reason, noticed);
        }
    }

    record RequestRefusal(Ground ground) {
        RequestRefusal {
            Contract.needed("ground", ground);
        }
    }

    record RightsRequest(
            UUID id,
            SubjectId subject,
            Type type,
            State state,
            String jurisdiction,
            String channel,
            Instant received,
            String openedBy,
            String law,
            String zone,
            Instant acknowledgeBy,
            Instant acknowledged,
            Instant answerBy,
            LocalDate lastDay,
            boolean paused,
            Method verifiedBy,
            RequestExtension extension,
            Instant carriedOut,
            Instant closed,
            String closedBy,
            Ground ground) {
        static RightsRequest of(Request r) {
            Deadlines d = r.deadlines();
            return new RightsRequest(
                    r.id(),
                    r.subject(),
                    r.type(),
                    r.state(),
                    r.jurisdiction(),
                    r.channel(),
                    r.received(),
                    r.openedBy(),
                    d.law(),
                    d.zone().getId(),
                    d.acknowledgeBy().orElse(null),
                    d.acknowledged().orElse(null),
                    d.answerBy(),
                    d.lastDay(),
                    d.pausedSince().isPresent(),
                    r.verifiedBy().orElse(null),
                    r.extension()
                            .map(e -> new RequestExtension(e.reason(), e.noticed()))
                            .orElse(null),
                    r.carriedOut().orElse(null),
                    r.closing().map(Closing::at).orElse(null),
                    r.closing().map(Closing::by).orElse(null),
                    r.closing().flatMap(Closing::ground).orElse(null));
        }
    }

    record CodeCheck(boolean verified, RightsRequest request) {
        static CodeCheck of(RightsService.CodeCheck c) {
            return new CodeCheck(c.verified(), RightsRequest.of(c.request()));
        }
    }

    record Fulfilment(RightsRequest request, int awaiting, List<Disclosure> disclosures, String digest) {
        static Fulfilment of(RightsService.Fulfilment f) {
            return new Fulfilment(
                    RightsRequest.of(f.request()),
                    f.awaiting(),
                    f.disclosures().stream().map(Disclosure::of).toList(),
                    f.digest().orElse(null));
        }
    }
}
