package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.CredentialService.Credential;
import org.pledge.access.spi.AccessStore;
import org.pledge.access.spi.AccessStore.Done;
import org.pledge.access.spi.AccessStore.StoredCredential;

/** What a store of credentials promises. */
public abstract class AccessStoreContract extends StoreContract {
    private AccessStore access() {
        return stores().access();
    }

    private static Credential credential(TenantId tenant, String name, Optional<Instant> expires, Role... roles) {
        return new Credential(tenant, name, "Staff_7." + name, Set.of(roles), NOW, expires);
    }

    private void put(Credential credential, int hash) {
        run(() -> access().put(new StoredCredential(credential, bytes(32, hash))));
    }

    private List<StoredCredential> kept(TenantId of) {
        return in(() -> access().credentials().stream()
                .filter(stored -> stored.credential().tenant().equals(of))
                .toList());
    }

    @Test
    void keepsEveryPartOfACredential() {
        Credential robot = credential(tenant, "robot", Optional.empty(), Role.OPERATOR, Role.VIEWER);
        Credential desk = credential(tenant, "desk", Optional.of(NOW.plusSeconds(60)));
        Credential other = credential(otherTenant, "robot", Optional.empty(), Role.PARTNER);
        put(robot, 1);
        put(desk, 2);
        put(other, 3);
        assertThat(kept(tenant)).extracting(StoredCredential::credential).containsExactlyInAnyOrder(robot, desk);
        assertThat(kept(otherTenant)).extracting(StoredCredential::credential).containsExactly(other);
        assertThat(kept(otherTenant).get(0).tokenHash()).isEqualTo(bytes(32, 3));
    }

    @Test
    void replacesTheCredentialOfTheSameTenantAndName() {
        put(credential(tenant, "robot", Optional.of(NOW), Role.VIEWER), 1);
        Credential newer = credential(tenant, "robot", Optional.empty(), Role.AUDITOR, Role.OFFICER);
        put(newer, 2);
        assertThat(kept(tenant)).extracting(StoredCredential::credential).containsExactly(newer);
        assertThat(kept(tenant).get(0).tokenHash()).isEqualTo(bytes(32, 2));
    }

    @Test
    void removesACredentialOnce() {
        put(credential(tenant, "robot", Optional.empty(), Role.VIEWER), 1);
        assertThat(in(() -> access().remove(otherTenant, "robot"))).isFalse();
        assertThat(in(() -> access().remove(tenant, "robot"))).isTrue();
        assertThat(in(() -> access().remove(tenant, "robot"))).isFalse();
        assertThat(kept(tenant)).isEmpty();
    }

    @Test
    void rollBackKeepsWhatWasThere() {
        Credential robot = credential(tenant, "robot", Optional.empty(), Role.VIEWER);
        put(robot, 1);
        rollBack(() -> {
            access().put(new StoredCredential(
                    credential(tenant, "robot", Optional.empty(), Role.OFFICER), bytes(32, 2)));
            access().put(new StoredCredential(credential(tenant, "desk", Optional.empty()), bytes(32, 3)));
        });
        rollBack(() -> access().remove(tenant, "robot"));
        assertThat(kept(tenant)).extracting(StoredCredential::credential).containsExactly(robot);
        assertThat(kept(tenant).get(0).tokenHash()).isEqualTo(bytes(32, 1));
    }

    private void putDone(TenantId of, int key, int digest, String resource) {
        run(() -> access().putDone(of, bytes(32, key), new Done(bytes(32, digest), resource), NOW));
    }

    @Test
    void remembersWhatWasDoneUnderAKey() {
        String longest = "r".repeat(64);
        putDone(tenant, 1, 5, longest);
        Done found = in(() -> access().done(tenant, bytes(32, 1))).orElseThrow();
        assertThat(found.requestDigest()).isEqualTo(bytes(32, 5));
        assertThat(found.resource()).isEqualTo(longest);
        assertThat(in(() -> access().done(tenant, bytes(32, 2)))).isEmpty();
        assertThat(in(() -> access().done(otherTenant, bytes(32, 1)))).isEmpty();
        putDone(otherTenant, 1, 6, "other");
        assertThat(in(() -> access().done(tenant, bytes(32, 1))).orElseThrow().resource())
                .isEqualTo(longest);
    }

    @Test
    void aKeyIsUsedOnce() {
        putDone(tenant, 1, 5, "first");
        assertThatThrownBy(() -> putDone(tenant, 1, 5, "second"))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.CONFLICT));
        assertThat(in(() -> access().done(tenant, bytes(32, 1))).orElseThrow().resource())
                .isEqualTo("first");
    }

    @Test
    void ofManyWhoUseAKeyOneWins() {
        List<Boolean> won = atOnce(4, thread -> {
            try {
                putDone(tenant, 1, thread, "by-" + thread);
                return true;
            } catch (PledgeException e) {
                assertThat(e.kind()).isEqualTo(PledgeException.Kind.CONFLICT);
                return false;
            }
        });
        assertThat(won).containsOnlyOnce(true);
        assertThat(in(() -> access().done(tenant, bytes(32, 1))).orElseThrow().resource())
                .isEqualTo("by-" + won.indexOf(true));
    }

    @Test
    void aKeyOfARolledBackTransactionIsFree() {
        rollBack(() -> access().putDone(tenant, bytes(32, 1), new Done(bytes(32, 1), "lost"), NOW));
        putDone(tenant, 1, 1, "kept");
        assertThat(in(() -> access().done(tenant, bytes(32, 1))).orElseThrow().resource())
                .isEqualTo("kept");
    }

    @Test
    void forgetsKeysThatWereUsedLongAgo() {
        Done done = new Done(bytes(32, 1), "made");
        run(() -> {
            access().putDone(tenant, bytes(32, 1), done, NOW);
            access().putDone(tenant, bytes(32, 2), done, NOW.minusSeconds(9));
            access().putDone(tenant, bytes(32, 3), done, NOW.plusNanos(1000));
            access().putDone(otherTenant, bytes(32, 1), done, NOW);
        });
        assertThat(in(() -> access().countDone(tenant, NOW))).isEqualTo(2);
        assertThat(in(() -> access().forgetDone(tenant, NOW, 1))).isOne();
        assertThat(in(() -> access().done(tenant, bytes(32, 2)))).isEmpty();
        assertThat(in(() -> access().forgetDone(tenant, NOW, 10))).isOne();
        assertThat(in(() -> access().forgetDone(tenant, NOW, 10))).isZero();
        assertThat(in(() -> access().done(tenant, bytes(32, 1)))).isEmpty();
        assertThat(in(() -> access().done(tenant, bytes(32, 3)))).isPresent();
        assertThat(in(() -> access().done(otherTenant, bytes(32, 1)))).isPresent();
    }
}
