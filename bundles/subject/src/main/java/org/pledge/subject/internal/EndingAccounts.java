package org.pledge.subject.internal;

import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.pledge.policy.Policy;
import org.pledge.retention.spi.Expiring;

/** Says what goes when an account is closed: every field that may be collected, in the closing itself. */
@Component
public final class EndingAccounts implements Expiring {
    @Override
    public String name() {
        return "accounts";
    }

    @Override
    public boolean answersFor(Policy policy, Policy.Purpose purpose, String category) {
        return FieldEnds.ACCOUNT_CLOSED.equals(purpose.retention().get(category))
                && FieldEnds.of(policy, category).collected();
    }

    @Override
    public boolean holds(Policy policy, String category) {
        return FieldEnds.of(policy, category).collected();
    }

    @Override
    public Optional<String> laterEnd(Policy policy, Policy.Purpose purpose, String category) {
        return Optional.ofNullable(purpose.retention().get(category))
                .flatMap(FieldEnds.of(policy, category)::laterThan);
    }
}
