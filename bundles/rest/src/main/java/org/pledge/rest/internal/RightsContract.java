package org.pledge.rest.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;
import org.pledge.crypto.Attestation;
import org.pledge.rest.internal.DisclosureContract.Disclosure;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Evidence;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Overriding;
import org.pledge.rights.RightsService.Reason;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.SelfService;
import org.pledge.sharing.NoticeService;
import org.pledge.subject.RemovalCheck;

/** The schemas of {@code openapi.yaml} about requests under people's rights. */
final class RightsContract {
    private RightsContract() {}

    record NewRequest(Type type, String jurisdiction, String channel, Set<String> purposes, Instant received) {
        NewRequest {
            Contract.needed("type", type);
            Contract.needed("jurisdiction", jurisdiction);
            Contract.needed("channel", channel);
            purposes = purposes == null ? Set.of() : Contract.set("purposes", purposes);
        }

        RightsService.NewRequest toValue(SubjectId subject) {
            return new RightsService.NewRequest(
                    subject, type, jurisdiction, channel, purposes, Optional.ofNullable(received));
        }
    }

    record HandedLink(String link) {
        @Override
        public String toString() {
            return "HandedLink";
        }
    }

    record NewSignIn(String name, String password) {
        NewSignIn {
            Contract.needed("name", name);
            Contract.needed("password", password);
        }

        @Override
        public String toString() {
            return "NewSignIn";
        }
    }

    record SignIn(SubjectId person, String pass) {
        static SignIn of(SelfService.SignedIn in) {
            return new SignIn(in.person(), in.pass());
        }

        @Override
        public String toString() {
            return "SignIn";
        }
    }

    record NewEmail(String email) {
        NewEmail {
            Contract.needed("email", email);
        }

        @Override
        public String toString() {
            return "NewEmail";
        }
    }

    record EmailCode(String code) {
        EmailCode {
            Contract.needed("code", code);
        }

        @Override
        public String toString() {
            return "EmailCode";
        }
    }

    record OwnData(String controller, String contact, Map<String, List<String>> fields, Set<String> changeable) {
        static OwnData of(SelfService.Held held) {
            return new OwnData(held.controller(), held.contact(), held.shown(), new TreeSet<>(held.changeable()));
        }

        @Override
        public String toString() {
            return "OwnData";
        }
    }

    record ObjectionOverruling(String purpose, Overriding ground) {
        ObjectionOverruling {
            Contract.needed("purpose", purpose);
            Contract.needed("ground", ground);
        }
    }

    record StandingObjection(String purpose, Instant since, String channel) {
        static StandingObjection of(ConsentService.Objection objection) {
            return new StandingObjection(objection.purpose().orElse(null), objection.since(), objection.channel());
        }
    }

    record IdentifiedRequest(
            Map<String, String> identifiers,
            Type type,
            String jurisdiction,
            String channel,
            Set<String> purposes,
            Instant received) {
        IdentifiedRequest {
            Contract.needed("identifiers", identifiers);
            identifiers = Contract.map("identifiers", identifiers);
            Contract.needed("type", type);
            Contract.needed("jurisdiction", jurisdiction);
            Contract.needed("channel", channel);
            purposes = purposes == null ? Set.of() : Contract.set("purposes", purposes);
        }

        @Override
        public String toString() {
            return "IdentifiedRequest";
        }
    }

    record GuardianEvidence(Evidence evidence) {
        GuardianEvidence {
            Contract.needed("evidence", evidence);
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
            Ground ground,
            Set<String> purposes,
            List<EarlierRecipient> recipients,
            Outstanding outstanding) {
        static RightsRequest of(Request r) {
            return of(r, null, null);
        }

        /** One with everybody who is told of what it brought about. */
        static RightsRequest of(Request r, List<NoticeService.Recipient> told) {
            return of(r, told.stream().map(EarlierRecipient::of).toList(), null);
        }

        /** One with whom it waits for. */
        static RightsRequest of(Request r, Optional<RightsService.Outstanding> awaited) {
            return of(r, null, awaited.map(Outstanding::of).orElse(null));
        }

        private static RightsRequest of(Request r, List<EarlierRecipient> recipients, Outstanding outstanding) {
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
                    r.closing().flatMap(Closing::ground).orElse(null),
                    r.purposes().isEmpty() ? null : Contract.sorted(r.purposes()),
                    recipients,
                    outstanding);
        }
    }

    record Outstanding(int recipients, Instant since, Instant silentSince, boolean escalated) {
        static Outstanding of(RightsService.Outstanding o) {
            return new Outstanding(o.recipients(), o.since(), o.silentSince().orElse(null), o.escalated());
        }
    }

    record CodeCheck(boolean verified, boolean locked, RightsRequest request) {
        static CodeCheck of(RightsService.CodeCheck c) {
            return new CodeCheck(c.verified(), c.locked(), RightsRequest.of(c.request()));
        }
    }

    record Staying(String field, Instant until, String ground, List<String> promises) {
        static Staying of(RemovalCheck.Kept k) {
            return new Staying(k.category(), k.until(), k.ground(), k.promises());
        }
    }

    record EarlierRecipient(
            String partner,
            NoticeService.Answer answer,
            int disclosures,
            Instant answered,
            NoticeService.Exemption ground,
            boolean overdue,
            String protocol,
            Instant told,
            Instant awaitedSince,
            Instant silentSince,
            int parked,
            int reminders,
            boolean escalated) {
        static EarlierRecipient of(NoticeService.Recipient r) {
            return new EarlierRecipient(
                    r.partner(),
                    r.answer(),
                    r.disclosures(),
                    r.answered().orElse(null),
                    r.ground().orElse(null),
                    r.overdue(),
                    r.contact().protocol(),
                    r.contact().told().orElse(null),
                    r.contact().awaitedSince().orElse(null),
                    r.contact().silentSince().orElse(null),
                    r.contact().parked(),
                    r.contact().reminders(),
                    r.contact().escalated());
        }
    }

    record AttestationKeys(List<AttestationKey> keys) {}

    record AttestationKey(String kty, String crv, String use, String alg, String kid, String x) {
        static AttestationKey of(Attestation.PublicKey key) {
            return new AttestationKey(
                    "OKP",
                    "Ed25519",
                    "sig",
                    "EdDSA",
                    key.kid(),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(key.x()));
        }
    }

    record Fulfilment(
            RightsRequest request,
            int awaiting,
            List<Disclosure> disclosures,
            String digest,
            List<Staying> stays,
            List<EarlierRecipient> recipients,
            List<String> goingOn) {
        static Fulfilment of(RightsService.Fulfilment f) {
            return new Fulfilment(
                    RightsRequest.of(f.request()),
                    f.awaiting(),
                    f.disclosures().stream().map(Disclosure::of).toList(),
                    f.digest().orElse(null),
                    f.kept().stream().map(Staying::of).toList(),
                    f.recipients().stream().map(EarlierRecipient::of).toList(),
                    f.goingOn());
        }
    }
}
