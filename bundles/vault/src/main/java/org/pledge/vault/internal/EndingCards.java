package org.pledge.vault.internal;

import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.pledge.policy.Policy;
import org.pledge.retention.spi.Expiring;

/** Says what goes when a card is deleted or its owner's account is closed: all of the card, in the deletion itself. */
@Component
public final class EndingCards implements Expiring {
    static final Set<String> CARD = Set.of("card-number", "card-expiry", "card-holder", "card-address");
    private static final Set<String> ENDS = Set.of("until account-closed", "until card-deleted");

    @Override
    public String name() {
        return "vault";
    }

    @Override
    public boolean answersFor(Policy policy, Policy.Purpose purpose, String category) {
        return CARD.contains(category) && ENDS.contains(purpose.retention().get(category));
    }
}
