package org.pledge.sharing.internal;

import java.util.List;
import java.util.stream.Stream;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.LegalBasis;

/** What a restriction or an objection of a person ends. */
final class PersonRules {
    private PersonRules() {}

    /** Only what a law demands goes on while data is kept without being used. */
    static boolean endsWhileRestricted(Policy policy, String purpose) {
        return policy.purpose(purpose)
                .filter(one -> one.basis() == LegalBasis.LEGAL_OBLIGATION)
                .isEmpty();
    }

    static boolean endsWithObjection(Policy policy, String purpose) {
        return policy.purpose(purpose).filter(Policy.Purpose::endsWithObjection).isPresent();
    }

    static Refusal restricted(Policy policy, String field, List<String> promises) {
        return Refusal.ofField(
                Code.RESTRICTED,
                field,
                named(policy, "erasure", promises),
                "the person's data is kept without being used",
                "It may be used again when the person wants it: rights:lift REQUEST");
    }

    static Refusal objected(Policy policy, String field, List<String> promises, String purpose) {
        return Refusal.ofField(
                Code.OBJECTED,
                field,
                named(policy, "objection", promises),
                "the person objects to \"" + purpose + "\"",
                "When the person takes that back: rights:lift REQUEST");
    }

    private static List<String> named(Policy policy, String control, List<String> promises) {
        return Stream.concat(
                        policy.promises().stream()
                                .filter(promise -> promise.control().equals(control))
                                .map(Policy.Promise::id),
                        promises.stream())
                .distinct()
                .toList();
    }
}
