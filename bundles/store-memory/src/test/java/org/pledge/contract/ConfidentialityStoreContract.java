package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService.Acceptance;
import org.pledge.access.spi.ConfidentialityStore;

/** What a store of accepted duties promises. */
public abstract class ConfidentialityStoreContract extends StoreContract {
    private static final String TEXT = "0a".repeat(32);
    private static final String NEXT = "0b".repeat(32);

    /** The acceptances of the database under test. */
    protected abstract ConfidentialityStore confidentiality();

    private static Acceptance of(TenantId tenant, String holder, String digest, Instant at) {
        return new Acceptance(tenant, holder, digest, "v_1.a-b", at, "shell:" + holder);
    }

    private boolean add(Acceptance acceptance) {
        return in(() -> confidentiality().addAcceptance(acceptance));
    }

    private List<Acceptance> all(TenantId of, int limit) {
        return in(() -> confidentiality().acceptances(of, limit));
    }

    @Test
    void keepsEveryPartOfAnAcceptance() {
        Acceptance shortest = of(tenant, "a", TEXT, NOW);
        Acceptance longest = new Acceptance(tenant, "h".repeat(64), NEXT, "v".repeat(32), NOW, "n".repeat(200));
        assertThat(add(shortest)).isTrue();
        assertThat(add(longest)).isTrue();
        assertThat(in(() -> confidentiality().acceptance(tenant, "a", TEXT))).contains(shortest);
        assertThat(in(() -> confidentiality().acceptance(tenant, "h".repeat(64), NEXT)))
                .contains(longest);
    }

    @Test
    void keepsTheFirstOfTwoAcceptancesOfAText() {
        Acceptance first = of(tenant, "ann", TEXT, NOW);
        assertThat(add(first)).isTrue();
        assertThat(add(of(tenant, "ann", TEXT, NOW.plusSeconds(9)))).isFalse();
        assertThat(all(tenant, 10)).containsExactly(first);
    }

    @Test
    void anotherTextHolderOrTenantIsAnotherAcceptance() {
        add(of(tenant, "ann", TEXT, NOW));
        assertThat(in(() -> confidentiality().acceptance(tenant, "ann", NEXT))).isEmpty();
        assertThat(in(() -> confidentiality().acceptance(tenant, "ben", TEXT))).isEmpty();
        assertThat(in(() -> confidentiality().acceptance(otherTenant, "ann", TEXT)))
                .isEmpty();
        assertThat(all(otherTenant, 10)).isEmpty();
    }

    @Test
    void listsTheLatestFirstUpToTheLimit() {
        add(of(tenant, "ann", TEXT, NOW));
        add(of(tenant, "ben", TEXT, NOW.plusSeconds(2)));
        add(of(tenant, "ann", NEXT, NOW.plusSeconds(1)));
        assertThat(all(tenant, 10)).extracting(Acceptance::holder).containsExactly("ben", "ann", "ann");
        assertThat(all(tenant, 2)).extracting(Acceptance::digest).containsExactly(TEXT, NEXT);
    }

    @Test
    void rollBackKeepsWhatWasThere() {
        rollBack(() -> add(of(tenant, "ann", TEXT, NOW)));
        assertThat(all(tenant, 10)).isEmpty();
    }

    @Test
    void ofManyWhoAcceptAtOnceOneIsKept() {
        List<Boolean> added = atOnce(4, thread -> add(of(tenant, "ann", TEXT, NOW.plusSeconds(thread))));
        assertThat(added).containsOnlyOnce(true);
        assertThat(all(tenant, 10)).hasSize(1);
    }
}
