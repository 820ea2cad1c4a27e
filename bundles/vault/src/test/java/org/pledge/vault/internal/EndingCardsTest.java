package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.LegalBasis;
import org.pledge.policy.Policy.Purpose;

class EndingCardsTest {
    private static boolean answers(String category, String end) {
        Purpose purpose = new Purpose("payment", LegalBasis.CONTRACT, Map.of(category, end), "", "");
        Policy policy = (Policy) Proxy.newProxyInstance(
                Policy.class.getClassLoader(), new Class<?>[] {Policy.class}, (self, method, arguments) -> {
                    throw new AssertionError("unexpected: " + method.getName());
                });
        return new EndingCards().answersFor(policy, purpose, category);
    }

    @Test
    void answersForACardUntilItOrItsOwnersAccountGoes() {
        assertThat(answers("card-number", "until account-closed")).isTrue();
        assertThat(answers("card-holder", "until card-deleted")).isTrue();
        assertThat(answers("card-number", "P18M")).isFalse();
        assertThat(answers("card-number", "until case-closed")).isFalse();
        assertThat(answers("payment-token", "until account-closed")).isFalse();
        assertThat(answers("card-security-code", "until payment-answered")).isFalse();
    }
}
