package org.pledge.sharing.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.CaseRuling;
import org.pledge.policy.Policy.CaseState;
import org.pledge.policy.Policy.Obligation;
import org.pledge.sharing.LegalCaseService.LegalCase;
import org.pledge.sharing.LegalCaseService.State;
import org.pledge.sharing.Partner;

/** Decides requests that are based on a legal case instead of consent. */
final class CaseRules {
    private static final int APPROVERS = 2;

    private CaseRules() {}

    /** The answer where no such case exists for the tenant. */
    static Decision missing(Policy policy, String recipient, String purpose, List<String> fields) {
        Set<String> promises = new LinkedHashSet<>();
        fields.forEach(field ->
                promises.addAll(policy.ruling(recipient, purpose, field).promises()));
        Verdict verdict = new Verdict();
        verdict.refuse(List.of(Refusal.ofRequest(
                Code.CASE_NOT_VALID,
                List.copyOf(promises),
                "there is no such legal case",
                "Open a case and have two people approve it.")));
        return verdict.decision();
    }

    static Decision decide(
            Policy policy,
            Optional<Partner> partner,
            String partnerName,
            SubjectId subject,
            List<String> fields,
            LegalCase legalCase,
            Instant now) {
        Verdict verdict = new Verdict();
        String recipient = partner.map(Partner::recipient).orElse(partnerName);
        for (String field : fields) {
            CaseRuling ruling = policy.caseRuling(legalCase.ground(), recipient, field);
            List<Refusal> refusals = new ArrayList<>();
            if (partner.isEmpty()) {
                refusals.add(AgreementRules.unknown(partnerName, ruling.promises()));
            } else if (ruling.state() == CaseState.PROHIBITED) {
                refusals.add(
                        Refusal.ofField(Code.PROHIBITED, field, ruling.promises(), ruling.text(), ruling.remedy()));
            } else {
                refusals.addAll(AgreementRules.refusals(
                        policy,
                        partner.get(),
                        Optional.empty(),
                        field,
                        ruling.promises(),
                        List.of(),
                        LocalDate.ofInstant(now, ZoneOffset.UTC)));
                refusals.addAll(ofCase(legalCase, partnerName, subject, field, ruling, now));
            }
            if (refusals.isEmpty()) {
                verdict.permit(field, ruling.promises(), exceptions(ruling));
            } else {
                verdict.refuse(refusals);
            }
        }
        return verdict.decision();
    }

    /** Says which exceptions a permission rests on; they are recorded, so nothing is left to be met. */
    private static List<Obligation> exceptions(CaseRuling ruling) {
        return ruling.state() == CaseState.LOCKED
                ? ruling.excepts().stream()
                        .map(promise -> new Obligation("exception", Map.of("promise", promise)))
                        .toList()
                : List.of();
    }

    private static List<Refusal> ofCase(
            LegalCase legalCase, String partner, SubjectId subject, String field, CaseRuling ruling, Instant now) {
        List<Refusal> found = new ArrayList<>();
        notValid(legalCase, now)
                .ifPresent(text -> found.add(Refusal.ofRequest(
                        Code.CASE_NOT_VALID,
                        ruling.promises(),
                        text,
                        legalCase.state() == State.OPEN && now.isBefore(legalCase.expires())
                                ? "Have it approved by two different officers."
                                : "Open a new case and have two people approve it.")));
        if (!legalCase.partner().equals(partner)) {
            found.add(outside("", ruling, "the case does not name " + partner + " as recipient"));
        }
        if (!legalCase.subjects().contains(subject)) {
            found.add(outside("", ruling, "the case does not concern this person"));
        }
        if (!legalCase.fields().contains(field)) {
            found.add(outside(field, ruling, "the case does not cover \"" + field + "\""));
        }
        if (ruling.state() == CaseState.LOCKED) {
            exceptionsNeeded(legalCase, field, ruling).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<String> notValid(LegalCase legalCase, Instant now) {
        if (legalCase.state() == State.CLOSED) {
            return Optional.of("the legal case is closed");
        }
        if (!now.isBefore(legalCase.expires())) {
            return Optional.of("the legal case has expired");
        }
        return legalCase.state() == State.APPROVED && legalCase.approvals().size() >= APPROVERS
                ? Optional.empty()
                : Optional.of("the legal case is not approved by two people");
    }

    private static Refusal outside(String field, CaseRuling ruling, String text) {
        return Refusal.ofField(
                Code.OUTSIDE_CASE,
                field,
                ruling.promises(),
                text,
                "Ask within the case, or open a case that covers it.");
    }

    private static Optional<Refusal> exceptionsNeeded(LegalCase legalCase, String field, CaseRuling ruling) {
        List<String> needed = ruling.excepts().stream()
                .filter(promise -> !legalCase.exceptions().contains(promise))
                .toList();
        // A lock that names no promise has no key.
        if (needed.isEmpty() && !ruling.excepts().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Refusal.ofField(
                Code.EXCEPTION_NEEDED, field, ruling.promises(), ruling.text(), remedy(legalCase.id(), needed)));
    }

    private static String remedy(UUID id, List<String> needed) {
        return String.join(
                "; ",
                needed.stream()
                        .map(promise -> "sharing:case-except " + id + " " + promise)
                        .toList());
    }
}
