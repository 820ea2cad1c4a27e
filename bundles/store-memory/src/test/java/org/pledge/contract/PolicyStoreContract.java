package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.policy.spi.PolicyStore.StoredPolicy;

/** What a store of policy versions promises. */
public abstract class PolicyStoreContract extends StoreContract {
    private static StoredPolicy policy(TenantId tenant, int version, String yaml) {
        return new StoredPolicy(tenant, version, tenant + ".policy.yaml", yaml, NOW.plusSeconds(version));
    }

    private List<StoredPolicy> kept() {
        return in(() -> stores().policies().all()).stream()
                .filter(policy ->
                        policy.tenant().equals(tenant) || policy.tenant().equals(otherTenant))
                .toList();
    }

    @Test
    void keepsTheTextByTenantAndVersion() {
        String large = "promises: # ümläut, 日本語, \uD83D\uDD12\r\n".repeat(10_000);
        StoredPolicy first = policy(tenant, 1, large);
        StoredPolicy second = policy(tenant, 2, "controller: ''\n");
        StoredPolicy tenth = policy(tenant, 10, " ");
        StoredPolicy other = policy(otherTenant, 1, "controller: b");
        run(() -> {
            stores().policies().add(tenth);
            stores().policies().add(other);
            stores().policies().add(second);
            stores().policies().add(first);
        });
        List<StoredPolicy> ofTenant = List.of(first, second, tenth);
        List<StoredPolicy> expected = new ArrayList<>(ofTenant);
        expected.add(tenant.compareTo(otherTenant) < 0 ? 3 : 0, other);
        assertThat(kept()).isEqualTo(expected);
    }

    @Test
    void aVersionIsNeverReplaced() {
        StoredPolicy first = policy(tenant, 1, "a: 1");
        run(() -> stores().policies().add(first));
        assertThatThrownBy(() -> run(() -> stores().policies().add(policy(tenant, 1, "a: 2"))))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.CONFLICT));
        assertThat(kept()).containsExactly(first);
    }

    @Test
    void ofManyWhoAddTheSameVersionOneWins() {
        List<Boolean> added = atOnce(4, thread -> {
            try {
                run(() -> stores().policies().add(policy(tenant, 1, "a: " + thread)));
                return true;
            } catch (PledgeException e) {
                assertThat(e.kind()).isEqualTo(PledgeException.Kind.CONFLICT);
                return false;
            }
        });
        assertThat(added).containsOnlyOnce(true);
        assertThat(kept()).hasSize(1);
        assertThat(kept().get(0).yaml()).isEqualTo("a: " + added.indexOf(true));
    }

    @Test
    void aRolledBackVersionIsNotThere() {
        rollBack(() -> stores().policies().add(policy(tenant, 1, "a: 1")));
        assertThat(kept()).isEmpty();
    }
}
