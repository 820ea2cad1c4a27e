package org.pledge.vault.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Reason;
import org.pledge.policy.Policy;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.vault.core.PaymentGateway;

/** Asks the gate whether a clearing house may carry a movement out. */
final class ClearingHouses {
    /** What every movement says; an authorisation says the card besides. */
    private static final List<String> AMOUNT = List.of(PaymentGateway.AMOUNT);

    private static final List<String> CARD =
            List.of(PaymentGateway.AMOUNT, PaymentGateway.NUMBER, PaymentGateway.EXPIRY);

    /** Whom the gate is asked about where no partner is connected: it says no, and by which promise. */
    private static final String NOBODY = "clearing-house";

    /** What sending one payment of one person meets by itself. */
    private static final Set<String> MET = Set.of("attestation", "single-subject");

    private final Gate gate;
    private final PartnerService partners;
    private final Refusals refusals;

    ClearingHouses(Gate gate, PartnerService partners, Refusals refusals) {
        this.gate = gate;
        this.partners = partners;
        this.refusals = refusals;
    }

    /** The first clearing house by name that the gate lets a card go to; refused as the gate refuses the first. */
    Way forCard(Caller caller, SubjectId customer, String purpose) {
        List<String> names = partners.list(caller.tenant()).stream()
                .filter(partner -> partner.connector().equals(PaymentGateway.CONNECTOR))
                .map(Partner::name)
                .sorted(Comparator.naturalOrder())
                .toList();
        for (String name : names) {
            if (decide(caller, customer, purpose, name, CARD) instanceof Decision.Permitted permitted
                    && suffices(permitted, CARD)) {
                return new Way(name, customer, purpose, permitted.promises());
            }
        }
        return asked(caller, customer, purpose, names.isEmpty() ? NOBODY : names.get(0), CARD);
    }

    /** The partner that carried the earlier movement out. */
    Way forAmount(Caller caller, SubjectId customer, String purpose, String partner) {
        return asked(caller, customer, purpose, partner, AMOUNT);
    }

    private Way asked(Caller caller, SubjectId customer, String purpose, String partner, List<String> fields) {
        Decision decision = decide(caller, customer, purpose, partner, fields);
        if (decision instanceof Decision.Permitted permitted && suffices(permitted, fields)) {
            return new Way(partner, customer, purpose, permitted.promises());
        }
        Optional<Reason> reason = decision instanceof Decision.Denied denied
                ? denied.reasons().stream().findFirst()
                : withheld(decision).stream().findFirst();
        throw refusals.denied(
                caller,
                Optional.of(customer),
                decision.promises(),
                reason.map(each -> each.code().name()).orElse("OBLIGATION"),
                Map.of(Trail.PARTNER, partner, "purpose", purpose),
                "nothing may be sent to the clearing house: "
                        + reason.map(Reason::text).orElse("the policy asks for more than a payment can meet"),
                decision instanceof Decision.Denied denied ? denied.remedy() : "Look at the partner's agreement.");
    }

    private Decision decide(Caller caller, SubjectId customer, String purpose, String partner, List<String> fields) {
        return gate.prepare(caller.tenant(), partner, purpose, fields).decide(customer);
    }

    private static boolean suffices(Decision.Permitted permitted, List<String> fields) {
        return permitted.fields().containsAll(fields)
                && permitted.obligations().stream().map(Policy.Obligation::name).allMatch(MET::contains);
    }

    private static List<Reason> withheld(Decision decision) {
        return decision instanceof Decision.Permitted permitted ? permitted.withheld() : List.of();
    }
}
