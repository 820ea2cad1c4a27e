package org.pledge.sharing.internal;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Policy;
import org.pledge.sharing.Partner;
import org.pledge.sharing.Partner.Safeguard;

/** What lets data of people from one region go to a partner in another: a safeguard first, express consent last. */
final class TransferRules {
    private static final String CONTROL = "transfer-register";
    private static final String CONSENT = "consent";
    /** Between these there is no transfer abroad (GDPR Chapter V). */
    private static final Set<String> EUROPEAN_ECONOMIC_AREA = Set.of(
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI",
            "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK");

    /** What a transfer rests on. */
    enum Basis {
        /** Person and partner are in the same region, or the policy says nothing about transfers. */
        NOT_ABROAD,
        /** A valid safeguard is part of the agreement. */
        SAFEGUARD,
        /** Nothing but the person's express consent can let the data go. */
        CONSENT,
        /** Nothing. */
        NONE
    }

    private TransferRules() {}

    static Basis basis(Policy policy, Partner partner, String jurisdiction, LocalDate today) {
        String region = partner.agreement().region();
        if (policy.transfers().isEmpty() || isSameRegion(country(jurisdiction), region)) {
            return Basis.NOT_ABROAD;
        }
        if (valid(partner, today)) {
            return Basis.SAFEGUARD;
        }
        return CONSENT.equals(policy.transfers().get(region)) ? Basis.CONSENT : Basis.NONE;
    }

    /** Whether the agreement has a safeguard that is valid on this day. */
    static boolean valid(Partner partner, LocalDate today) {
        return partner.agreement()
                .safeguard()
                .filter(safeguard -> !today.isAfter(safeguard.until()))
                .isPresent();
    }

    private static String country(String jurisdiction) {
        return jurisdiction.length() > 2 ? jurisdiction.substring(0, 2) : jurisdiction;
    }

    private static boolean isSameRegion(String from, String to) {
        return from.equals(to) || EUROPEAN_ECONOMIC_AREA.contains(from) && EUROPEAN_ECONOMIC_AREA.contains(to);
    }

    /** The promises that a transfer abroad rests on. */
    static List<String> promises(Policy policy, List<String> otherwise) {
        List<String> promises = policy.promisesOf(CONTROL);
        return promises.isEmpty() ? otherwise : promises;
    }

    /**
     * Why the data may not go there.
     *
     * @param missing the fields whose transfer the person did not agree to
     */
    static Refusal refusal(
            Policy policy, Partner partner, String field, List<String> promises, Basis basis, List<String> missing) {
        Optional<Safeguard> safeguard = partner.agreement().safeguard();
        String name = partner.name();
        String region = partner.agreement().region();
        String text = safeguard
                .map(over -> "the safeguard for " + name + " in " + region + " ended on " + over.until())
                .orElse("nothing lets data of this person go to " + name + " in " + region);
        String agree = "Agree on a safeguard (" + mechanisms() + ") and put the partner again with it";
        String remedy = basis == Basis.CONSENT
                ? agree + "; as the last resort, ask the person: consent:grant --tenant " + policy.tenant()
                        + " SUBJECT " + Policy.TRANSFER_ABROAD + " " + name + " " + String.join(" ", missing)
                : agree + ".";
        return Refusal.ofField(Code.NO_TRANSFER_BASIS, field, promises(policy, promises), text, remedy);
    }

    private static String mechanisms() {
        return String.join(
                ", ",
                List.of(Partner.Mechanism.values()).stream()
                        .map(one -> one.name().toLowerCase(Locale.ROOT))
                        .toList());
    }
}
