package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.spi.LoginStore;
import org.pledge.rights.spi.LoginStore.Login;
import org.pledge.rights.spi.LoginStore.Tries;

/** What a store of user names promises. */
public abstract class LoginStoreContract extends StoreContract {
    private final SubjectId person = SubjectId.random();
    private final SubjectId other = SubjectId.random();

    /** The user names of the database under test. */
    protected abstract LoginStore logins();

    private boolean put(TenantId of, SubjectId who, int name) {
        return in(() -> logins().putLogin(new Login(of, who, bytes(32, name), bytes(16, 7), bytes(32, 8))));
    }

    private boolean has(TenantId of, int name) {
        return in(() -> logins().login(of, bytes(32, name))).isPresent();
    }

    private Tries tried(TenantId of, int name, int seconds) {
        return in(() -> logins().addTry(of, bytes(32, name), NOW.plusSeconds(seconds), NOW));
    }

    private int wrong(TenantId of, int name) {
        return in(() -> logins().tries(of, bytes(32, name))).map(Tries::wrong).orElse(0);
    }

    @Test
    void keepsEveryPartOfTheLastOneOfAPerson() {
        assertThat(put(tenant, person, 1)).isTrue();
        assertThat(put(tenant, person, 2)).isTrue();
        Login kept = in(() -> logins().login(tenant, bytes(32, 2))).orElseThrow();
        assertThat(kept.tenant()).isEqualTo(tenant);
        assertThat(kept.person()).isEqualTo(person);
        assertThat(kept.name()).isEqualTo(bytes(32, 2));
        assertThat(kept.salt()).isEqualTo(bytes(16, 7));
        assertThat(kept.password()).isEqualTo(bytes(32, 8));
        assertThat(has(tenant, 1)).isFalse();
        assertThat(has(otherTenant, 2)).isFalse();
    }

    @Test
    void aNameIsOnePersonsOnlyWithinATenant() {
        put(tenant, person, 1);
        assertThat(put(tenant, other, 1)).isFalse();
        assertThat(put(tenant, person, 1)).isTrue();
        assertThat(put(otherTenant, other, 1)).isTrue();
        assertThat(in(() -> logins().login(tenant, bytes(32, 1))).orElseThrow().person())
                .isEqualTo(person);
    }

    @Test
    void ofManyWhoTakeANameOneGetsIt() {
        List<Boolean> taken = atOnce(4, thread -> put(tenant, SubjectId.random(), 1));
        assertThat(taken.stream().filter(Boolean::booleanValue)).hasSize(1);
    }

    @Test
    void removesTheOneOfAPersonAndNothingElse() {
        put(tenant, person, 1);
        put(tenant, other, 2);
        put(otherTenant, person, 1);
        run(() -> logins().removeLogin(tenant, person));
        run(() -> logins().removeLogin(tenant, person));
        assertThat(has(tenant, 1)).isFalse();
        assertThat(has(tenant, 2)).isTrue();
        assertThat(has(otherTenant, 1)).isTrue();
    }

    @Test
    void countsEveryTryAlsoOfANameThatIsNobodys() {
        assertThat(atOnce(4, thread -> tried(tenant, 1, 1)).stream().map(Tries::wrong))
                .containsExactlyInAnyOrder(1, 2, 3, 4);
        assertThat(tried(tenant, 1, 9)).isEqualTo(new Tries(5, NOW.plusSeconds(9)));
        assertThat(in(() -> logins().tries(tenant, bytes(32, 1)))).contains(new Tries(5, NOW.plusSeconds(9)));
        assertThat(wrong(otherTenant, 1)).isZero();
        assertThat(wrong(tenant, 2)).isZero();
    }

    @Test
    void forgetsTriesOfANameAndOldOnesWithTheNext() {
        tried(tenant, 1, 1);
        tried(tenant, 2, 1);
        run(() -> logins().removeTries(tenant, bytes(32, 1)));
        assertThat(wrong(tenant, 1)).isZero();
        assertThat(wrong(tenant, 2)).isEqualTo(1);
        run(() -> logins().addTry(otherTenant, bytes(32, 2), NOW.minusSeconds(1), NOW.minusSeconds(2)));
        run(() -> logins().addTry(tenant, bytes(32, 3), NOW.minusSeconds(1), NOW.minusSeconds(2)));
        tried(tenant, 4, 1);
        assertThat(wrong(tenant, 3)).isZero();
        assertThat(wrong(tenant, 2)).isEqualTo(1);
        assertThat(wrong(otherTenant, 2)).isEqualTo(1);
    }
}
