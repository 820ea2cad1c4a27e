package org.pledge.sharing.internal;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Obligation;
import org.pledge.sharing.Partner;

/** What stands in the way on the partner's side. */
final class AgreementRules {
    private AgreementRules() {}

    /** The partner is not there at all. */
    static Refusal unknown(String partner, List<String> promises) {
        return Refusal.ofRequest(
                Code.UNKNOWN_PARTNER,
                promises,
                "\"" + partner + "\" is not a partner of this tenant",
                "Register the partner with its agreement first.");
    }

    /**
     * Every refusal of one field by the state of the partner and its agreement.
     *
     * @param purpose empty where a legal case takes its place
     * @param promises of the policy's ruling, named where no promise is about agreements
     */
    static List<Refusal> refusals(
            Policy policy,
            Partner partner,
            Optional<String> purpose,
            String field,
            List<String> promises,
            List<Obligation> obligations,
            LocalDate today) {
        List<Refusal> found = new ArrayList<>();
        Partner.Agreement agreement = partner.agreement();
        List<String> about = promisesOf(policy, "agreement-required", promises);
        String name = partner.name();
        if (partner.suspended()) {
            found.add(Refusal.ofRequest(
                    Code.PARTNER_SUSPENDED,
                    about,
                    name + " is suspended",
                    "Resume the partner once the cause is gone."));
        }
        if (today.isBefore(agreement.from()) || today.isAfter(agreement.until())) {
            found.add(Refusal.ofRequest(
                    Code.AGREEMENT_NOT_VALID,
                    about,
                    "the agreement with " + name + " is valid from " + agreement.from() + " to " + agreement.until(),
                    "Put the partner again with an agreement that is valid now."));
        }
        if (purpose.isPresent() && !agreement.purposes().contains(purpose.get())) {
            found.add(Refusal.ofRequest(
                    Code.NOT_AGREED,
                    about,
                    "the agreement with " + name + " does not cover the purpose \"" + purpose.get() + "\"",
                    "Agree on the purpose with the partner and put the partner again."));
        }
        if (!agreement.fields().contains(field)) {
            found.add(Refusal.ofField(
                    Code.NOT_AGREED,
                    field,
                    about,
                    "the agreement with " + name + " does not cover \"" + field + "\"",
                    "Agree on the field with the partner and put the partner again."));
        }
        for (Obligation obligation : obligations) {
            unmet(policy, partner, obligation, field, promises, today).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<Refusal> unmet(
            Policy policy,
            Partner partner,
            Obligation obligation,
            String field,
            List<String> promises,
            LocalDate today) {
        return switch (obligation.name()) {
            case "single-subject" -> Optional.empty();
            case "k-anonymity" ->
                Aggregates.smallest(obligation).isPresent()
                        ? Optional.empty()
                        : Optional.of(unknown(obligation, field, promises));
            case "attestation" ->
                attestation(
                        partner, statement(obligation).orElse(""), promisesOf(policy, "attestation", promises), today);
            default -> Optional.of(unknown(obligation, field, promises));
        };
    }

    private static Optional<Refusal> attestation(
            Partner partner, String statement, List<String> promises, LocalDate today) {
        Optional<Partner.Attestation> given =
                partner.agreement().attestation().filter(one -> one.statement().equals(statement));
        if (given.filter(one -> !today.isAfter(one.until())).isPresent()) {
            return Optional.empty();
        }
        String text = given.isPresent()
                ? partner.name() + "'s attestation \"" + statement + "\" has expired"
                : partner.name() + " has not attested \"" + statement + "\"";
        return Optional.of(Refusal.ofRequest(
                Code.ATTESTATION_MISSING,
                promises,
                text,
                "Ask the partner for the attestation and put the partner again with it."));
    }

    private static Refusal unknown(Obligation obligation, String field, List<String> promises) {
        return Refusal.ofField(
                Code.PROHIBITED,
                field,
                promises,
                "the policy asks for \"" + obligation.name() + "\", which cannot be met as it is written",
                "Correct the obligation in the policy pack.");
    }

    /** The statement that an obligation wants attested, if it is such an obligation. */
    static Optional<String> statement(Obligation obligation) {
        return obligation.name().equals("attestation")
                ? Optional.of(obligation.parameters().getOrDefault("statement", ""))
                : Optional.empty();
    }

    private static List<String> promisesOf(Policy policy, String control, List<String> otherwise) {
        List<String> promises = policy.promises().stream()
                .filter(promise -> promise.status() == Policy.Status.ENFORCED
                        && promise.control().equals(control))
                .map(Policy.Promise::id)
                .toList();
        return promises.isEmpty() ? otherwise : promises;
    }
}
