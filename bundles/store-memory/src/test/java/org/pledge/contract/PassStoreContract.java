package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.spi.PassStore;
import org.pledge.rights.spi.PassStore.Pass;

/** What a store of links and passes promises. */
public abstract class PassStoreContract extends StoreContract {
    private final SubjectId person = SubjectId.random();

    /** The passes of the database under test. */
    protected abstract PassStore passes();

    private void add(TenantId of, int token, boolean link, int seconds) {
        run(() -> passes().addPass(new Pass(of, bytes(32, token), person, link, NOW.plusSeconds(seconds)), NOW));
    }

    @Test
    void keepsEveryPartForItsTenant() {
        add(tenant, 1, true, 60);
        Pass kept = in(() -> passes().pass(tenant, bytes(32, 1))).orElseThrow();
        assertThat(kept.token()).isEqualTo(bytes(32, 1));
        assertThat(kept.person()).isEqualTo(person);
        assertThat(kept.link()).isTrue();
        assertThat(kept.handed()).isFalse();
        assertThat(kept.expires()).isEqualTo(NOW.plusSeconds(60));
        assertThat(in(() -> passes().pass(otherTenant, bytes(32, 1)))).isEmpty();
        assertThat(in(() -> passes().pass(tenant, bytes(32, 2)))).isEmpty();
    }

    @Test
    void keepsWhetherItWasHandedOverAndWhetherThePersonSignedIn() {
        Pass handed = new Pass(tenant, bytes(32, 1), person, false, true, false, NOW.plusSeconds(60));
        run(() -> passes().addPass(handed, NOW));
        Pass signedIn = new Pass(tenant, bytes(32, 2), person, false, false, true, NOW.plusSeconds(60));
        run(() -> passes().addPass(signedIn, NOW));
        assertThat(in(() -> passes().pass(tenant, bytes(32, 2))).orElseThrow().signedIn())
                .isTrue();
        Pass kept = in(() -> passes().pass(tenant, bytes(32, 1))).orElseThrow();
        assertThat(kept.handed()).isTrue();
        assertThat(kept.signedIn()).isFalse();
        assertThat(kept.link()).isFalse();
    }

    @Test
    void ofManyWhoUseItOneDoes() {
        add(tenant, 1, true, 60);
        assertThat(in(() -> passes().removePass(otherTenant, bytes(32, 1)))).isFalse();
        List<Boolean> removed = atOnce(4, thread -> in(() -> passes().removePass(tenant, bytes(32, 1))));
        assertThat(removed.stream().filter(Boolean::booleanValue)).hasSize(1);
        assertThat(in(() -> passes().pass(tenant, bytes(32, 1)))).isEmpty();
    }

    @Test
    void removesAllOfAPersonAndNothingElse() {
        SubjectId other = SubjectId.random();
        add(tenant, 1, true, 60);
        add(tenant, 2, false, 60);
        add(otherTenant, 3, false, 60);
        run(() -> passes().addPass(new Pass(tenant, bytes(32, 4), other, false, NOW.plusSeconds(60)), NOW));
        run(() -> passes().removePasses(tenant, person));
        assertThat(in(() -> passes().pass(tenant, bytes(32, 1)))).isEmpty();
        assertThat(in(() -> passes().pass(tenant, bytes(32, 2)))).isEmpty();
        assertThat(in(() -> passes().pass(otherTenant, bytes(32, 3)))).isPresent();
        assertThat(in(() -> passes().pass(tenant, bytes(32, 4)))).isPresent();
    }

    @Test
    void removesWhatExpiredWithTheNextOfTheTenant() {
        add(tenant, 1, true, -1);
        add(otherTenant, 1, true, -1);
        add(tenant, 2, true, 0);
        add(tenant, 3, false, 60);
        assertThat(in(() -> passes().pass(tenant, bytes(32, 1)))).isEmpty();
        assertThat(in(() -> passes().pass(tenant, bytes(32, 2)))).isPresent();
        assertThat(in(() -> passes().pass(otherTenant, bytes(32, 1)))).isPresent();
    }

    @Test
    void countsTheLinksThatAreGood() {
        add(tenant, 1, true, 60);
        add(tenant, 2, true, 0);
        add(tenant, 3, false, 60);
        assertThat(in(() -> passes().links(tenant, person, NOW))).isEqualTo(1);
        assertThat(in(() -> passes().links(tenant, person, NOW.plusSeconds(60))))
                .isZero();
        assertThat(in(() -> passes().links(otherTenant, person, NOW))).isZero();
        assertThat(in(() -> passes().links(tenant, SubjectId.random(), NOW))).isZero();
    }
}
