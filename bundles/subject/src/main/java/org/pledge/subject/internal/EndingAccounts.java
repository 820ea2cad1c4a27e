package org.pledge.subject.internal;

import java.util.Arrays;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Collection;
import org.pledge.policy.Policy.ContactRules;
import org.pledge.policy.Policy.Holder;
import org.pledge.retention.spi.Expiring;

/** Says what goes when an account is closed: every field that may be collected, in the closing itself. */
@Component
public final class EndingAccounts implements Expiring {
    private static final String ACCOUNT_CLOSED = "until account-closed";

    @Override
    public String name() {
        return "accounts";
    }

    @Override
    public boolean answersFor(Policy policy, Policy.Purpose purpose, String category) {
        return ACCOUNT_CLOSED.equals(purpose.retention().get(category))
                && collections(policy)
                        .anyMatch(collection -> collection.required().contains(category)
                                || collection.optional().containsKey(category));
    }

    private static Stream<Collection> collections(Policy policy) {
        Stream<Collection> accounts = policy.tiers().stream().flatMap(tier -> Arrays.stream(Holder.values())
                .flatMap(holder -> policy.collection(tier, holder).stream()));
        return Stream.concat(accounts, policy.contactRules().map(ContactRules::collection).stream());
    }
}
