package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.spi.EmailChangeStore;
import org.pledge.rights.spi.EmailChangeStore.EmailChange;

/** What a store of new addresses promises. */
public abstract class EmailChangeStoreContract extends StoreContract {
    private final SubjectId person = SubjectId.random();

    /** The new addresses of the database under test. */
    protected abstract EmailChangeStore changes();

    private void put(TenantId of, SubjectId who, int value, int seconds) {
        run(() -> changes()
                .putEmailChange(
                        new EmailChange(of, who, bytes(40, value), bytes(32, value), 2, NOW.plusSeconds(seconds)),
                        NOW));
    }

    private boolean has(TenantId of, SubjectId who) {
        return in(() -> changes().emailChange(of, who)).isPresent();
    }

    @Test
    void keepsEveryPartOfTheLastOneForItsTenant() {
        put(tenant, person, 1, 30);
        put(tenant, person, 3, 60);
        EmailChange kept = in(() -> changes().emailChange(tenant, person)).orElseThrow();
        assertThat(kept.tenant()).isEqualTo(tenant);
        assertThat(kept.person()).isEqualTo(person);
        assertThat(kept.sealed()).isEqualTo(bytes(40, 3));
        assertThat(kept.code()).isEqualTo(bytes(32, 3));
        assertThat(kept.failures()).isEqualTo(2);
        assertThat(kept.expires()).isEqualTo(NOW.plusSeconds(60));
        assertThat(has(otherTenant, person)).isFalse();
        assertThat(has(tenant, SubjectId.random())).isFalse();
    }

    @Test
    void removesTheOneOfAPerson() {
        SubjectId other = SubjectId.random();
        put(tenant, person, 1, 60);
        put(tenant, other, 2, 60);
        put(otherTenant, person, 3, 60);
        run(() -> changes().removeEmailChange(tenant, person));
        run(() -> changes().removeEmailChange(tenant, person));
        assertThat(has(tenant, person)).isFalse();
        assertThat(has(tenant, other)).isTrue();
        assertThat(has(otherTenant, person)).isTrue();
    }

    @Test
    void removesWhatExpiredWithTheNextOfTheTenant() {
        SubjectId late = SubjectId.random();
        put(tenant, late, 1, -1);
        put(otherTenant, late, 1, -1);
        put(tenant, person, 2, 0);
        put(tenant, SubjectId.random(), 3, 60);
        assertThat(has(tenant, late)).isFalse();
        assertThat(has(tenant, person)).isTrue();
        assertThat(has(otherTenant, late)).isTrue();
    }
}
