package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;
import org.pledge.policy.Policy.LegalBasis;
import org.pledge.policy.Policy.Purpose;

class EndingDeliveriesTest {
    private final EndingDeliveries deliveries = new EndingDeliveries();
    private final FakePolicy policy =
            new FakePolicy(new TenantId("korax"), 1, Set.of("email", "message"), Set.of("message"), Set.of(), Set.of());

    private boolean answers(String category, String end) {
        Purpose purpose = new Purpose("account", LegalBasis.CONTRACT, Map.of(category, end), "", "");
        return deliveries.answersFor(policy, purpose, category);
    }

    @Test
    void answersForValuesThatComeWithARequestUntilItIsSent() {
        assertThat(answers("message", "until message-sent")).isTrue();
        assertThat(answers("email", "until message-sent")).isFalse();
        assertThat(answers("message", "until payment-settled")).isFalse();
        assertThat(answers("message", "P1Y")).isFalse();
    }
}
