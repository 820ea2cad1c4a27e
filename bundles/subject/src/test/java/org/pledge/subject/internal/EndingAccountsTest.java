package org.pledge.subject.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.LegalBasis;
import org.pledge.policy.Policy.Purpose;

class EndingAccountsTest {
    private final EndingAccounts accounts = new EndingAccounts();
    private final Policy policy = FakePolicy.kx();

    private boolean answers(String category, String end) {
        Purpose purpose = new Purpose("billing", LegalBasis.CONTRACT, Map.of(category, end), "", "");
        return accounts.answersFor(policy, purpose, category);
    }

    @Test
    void answersForWhatIsCollectedUntilTheAccountIsClosed() {
        assertThat(answers("email", "until account-closed")).isTrue();
        assertThat(answers("phone", "until account-closed")).isTrue();
        assertThat(answers("card-number", "until account-closed")).isFalse();
        assertThat(answers("email", "P1Y")).isFalse();
        assertThat(answers("email", "until consent-withdrawn")).isFalse();
    }

    @Test
    void saysWhatItHoldsAndWhenACopyForSeveralPurposesGoes() {
        Policy shop = FakePolicy.shop();
        assertThat(later(shop, "offers", "email")).contains("until account-closed");
        assertThat(later(shop, "account", "email")).isEmpty();
        assertThat(later(shop, "order", "name")).contains("until account-closed");
        assertThat(later(shop, "legal-order", "phone")).contains("until order-fulfilled");
        assertThat(later(shop, "order", "phone")).isEmpty();
        assertThat(later(shop, "reply", "fax")).as("nobody knows").isEmpty();
        assertThat(accounts.holds(shop, "email")).isTrue();
        assertThat(accounts.holds(shop, "card")).isFalse();
    }

    private Optional<String> later(Policy shop, String purpose, String category) {
        Purpose found = shop.purposes().stream()
                .filter(each -> each.name().equals(purpose))
                .findFirst()
                .orElseThrow();
        return accounts.laterEnd(shop, found, category);
    }
}
