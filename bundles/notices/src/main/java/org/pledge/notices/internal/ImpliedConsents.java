package org.pledge.notices.internal;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Grant;
import org.pledge.consent.ConsentService.Kind;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentView;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Partner;
import org.pledge.store.Transactions;

/** Opting out: consent that accepting the policy implies is recorded once, and never after the person declined. */
record ImpliedConsents(PolicyService policies, ConsentService consents, ConsentView view, Transactions transactions) {

    /** Records implied consent where the accepted policy takes it for given and the person never declined. */
    void recordUnlessDeclined(Caller caller, SubjectId subject, Partner partner, String purpose, List<String> fields) {
        due(caller, subject, partner, purpose, fields).ifPresent(due -> record(caller, subject, due.grant()));
    }

    /**
     * Consent that may be recorded.
     *
     * @param accepted the policy that takes it for given
     */
    record Due(Grant grant, Policy accepted) {}

    /** The consent that is taken for given and not recorded yet. */
    Optional<Due> due(Caller caller, SubjectId subject, Partner partner, String purpose, List<String> fields) {
        long standing = view.standing(caller.tenant(), subject);
        Optional<Policy> accepted = standing == ConsentView.UNKNOWN
                ? Optional.empty()
                : policies.version(caller.tenant(), ConsentView.version(standing));
        if (accepted.isEmpty()) {
            return Optional.empty();
        }
        String jurisdiction = view.jurisdiction(ConsentView.jurisdictionOf(standing));
        boolean takenForGiven = fields.stream()
                .allMatch(field -> accepted.get()
                                .ruling(partner.recipient(), purpose, field)
                                .needFor(jurisdiction)
                        == Need.IMPLIED);
        List<Event> history = consents.history(caller, subject);
        boolean given = history.stream()
                .anyMatch(event -> event.kind() == Kind.GRANTED
                        && event.purpose().equals(purpose)
                        && event.recipient().equals(partner.name()));
        Optional<Event> acceptance =
                history.stream().filter(event -> event.kind() == Kind.ACCEPTED).reduce((earlier, later) -> later);
        if (!takenForGiven || given || acceptance.isEmpty() || withdrew(history, purpose)) {
            return Optional.empty();
        }
        Grant grant = new Grant(
                purpose,
                partner.name(),
                Set.copyOf(fields),
                Level.IMPLIED,
                Optional.empty(),
                acceptance.get().wording());
        return Optional.of(new Due(grant, accepted.get()));
    }

    private void record(Caller caller, SubjectId subject, Grant grant) {
        try {
            transactions.required(() -> {
                // Takes the person's lock first: a withdrawal is then in the history, or comes after this.
                consents.grant(caller, subject, grant);
                if (withdrew(consents.history(caller, subject), grant.purpose())) {
                    throw new Declined();
                }
            });
        } catch (Declined e) {
            // They declined a moment ago; the gate will say so.
        }
    }

    /** Whether nothing that a link could withdraw is left for this purpose. */
    boolean isDeclined(Caller caller, SubjectId subject, String purpose) {
        List<Event> history = consents.history(caller, subject);
        return history.isEmpty()
                || history.stream()
                        .filter(event ->
                                event.kind() == Kind.GRANTED && event.purpose().equals(purpose)
                                        || isWholeWithdrawal(event, purpose))
                        .reduce((earlier, later) -> later)
                        .filter(last -> last.kind() == Kind.WITHDRAWN)
                        .isPresent();
    }

    /** Whether the person once withdrew consent for this purpose, in whole or in part. */
    boolean withdrew(Caller caller, SubjectId subject, String purpose) {
        return withdrew(consents.history(caller, subject), purpose);
    }

    private static boolean withdrew(List<Event> history, String purpose) {
        return history.stream()
                .anyMatch(event -> event.kind() == Kind.WITHDRAWN
                        && (event.purpose().isEmpty() || event.purpose().equals(purpose)));
    }

    private static boolean isWholeWithdrawal(Event event, String purpose) {
        return event.kind() == Kind.WITHDRAWN
                && (event.purpose().isEmpty() || event.purpose().equals(purpose))
                && event.recipient().isEmpty()
                && event.categories().isEmpty();
    }

    /** Undoes a consent that came too late. */
    private static final class Declined extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Declined() {
            super("the person declined");
        }
    }
}
