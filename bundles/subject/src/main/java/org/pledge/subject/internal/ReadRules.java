package org.pledge.subject.internal;

import static org.pledge.PledgeException.Kind.INVALID;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.pledge.PledgeException;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Purpose;
import org.pledge.subject.SubjectService.Withheld;

/** Which fields a read inside the company shows. */
record ReadRules(Optional<String> purpose, Function<String, Optional<Withheld>> rule) {

    static ReadRules nothingWithheld() {
        return new ReadRules(Optional.empty(), field -> Optional.empty());
    }

    static ReadRules of(Policy policy, Optional<String> purpose) {
        List<String> known =
                policy.purposes().stream().map(Purpose::name).sorted().toList();
        if (purpose.isPresent() && !known.contains(purpose.get())) {
            throw new PledgeException(INVALID, "purpose: the policy has no such purpose")
                    .remedy("Name one of: " + String.join(", ", known) + ".");
        }
        return new ReadRules(purpose, field -> withheld(policy, purpose, field));
    }

    private static Optional<Withheld> withheld(Policy policy, Optional<String> purpose, String field) {
        List<String> serves = policy.serving(field);
        List<String> promises = policy.bindingReads(field);
        boolean shown = purpose.map(serves::contains).orElse(promises.isEmpty());
        if (shown) {
            return Optional.empty();
        }
        String other = purpose.map(named -> ", not " + named).orElse(", and no purpose is named");
        return Optional.of(new Withheld(
                field,
                promises,
                "\"" + field + "\" serves " + (serves.isEmpty() ? "no purpose" : String.join(", ", serves)) + other));
    }

    Optional<Withheld> withheld(String field) {
        return rule.apply(field);
    }
}
