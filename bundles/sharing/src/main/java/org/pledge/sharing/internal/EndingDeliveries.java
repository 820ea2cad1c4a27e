package org.pledge.sharing.internal;

import org.osgi.service.component.annotations.Component;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Category;
import org.pledge.retention.spi.Expiring;

/** Says what goes when a delivery ends: the values that came with the request, in the ending itself. */
@Component
public final class EndingDeliveries implements Expiring {
    private static final String MESSAGE_SENT = "until message-sent";

    @Override
    public String name() {
        return "outbox";
    }

    @Override
    public boolean answersFor(Policy policy, Policy.Purpose purpose, String category) {
        return MESSAGE_SENT.equals(purpose.retention().get(category))
                && policy.category(category).map(Category::supplied).orElse(false);
    }
}
