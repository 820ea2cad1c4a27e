package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.access.spi.SecondFactorStore;
import org.pledge.access.spi.SecondFactorStore.StoredFactor;

/** What a store of second factors promises. */
public abstract class SecondFactorStoreContract extends StoreContract {
    private static final String HOLDER = "staff_7.a-b";
    private static final String LONGEST = "h".repeat(64);

    /** The second factors of the database under test. */
    protected abstract SecondFactorStore factors();

    private static StoredFactor enrolled(TenantId tenant, String holder) {
        return new StoredFactor(
                tenant, holder, SubjectId.random(), bytes(85, 1), NOW, Optional.empty(), 0, 0, Optional.empty());
    }

    private static StoredFactor used(StoredFactor factor, long step, int wrong, Optional<Instant> lockedUntil) {
        return new StoredFactor(
                factor.tenant(),
                factor.holder(),
                factor.key(),
                factor.secret(),
                factor.enrolled(),
                Optional.of(NOW.plusSeconds(60)),
                step,
                wrong,
                lockedUntil);
    }

    private StoredFactor put(StoredFactor factor) {
        run(() -> factors().putFactor(factor));
        return factor;
    }

    private Optional<StoredFactor> kept(TenantId of, String holder) {
        return in(() -> factors().lockFactor(of, holder));
    }

    private static void assertSame(Optional<StoredFactor> kept, StoredFactor expected) {
        assertThat(kept)
                .hasValueSatisfying(
                        factor -> assertThat(factor).usingRecursiveComparison().isEqualTo(expected));
    }

    @Test
    void keepsEveryPartOfAFactor() {
        StoredFactor enrolled = put(enrolled(tenant, HOLDER));
        StoredFactor longest = put(enrolled(tenant, LONGEST));
        assertSame(kept(tenant, HOLDER), enrolled);
        StoredFactor locked = put(used(enrolled, 58_764_480L, 5, Optional.of(NOW.plusSeconds(900))));
        assertSame(kept(tenant, HOLDER), locked);
        StoredFactor open = put(used(locked, Long.MAX_VALUE, 0, Optional.empty()));
        assertSame(kept(tenant, HOLDER), open);
        assertSame(kept(tenant, LONGEST), longest);
    }

    @Test
    void replacesTheFactorOfTheSameHolder() {
        put(used(enrolled(tenant, HOLDER), 7, 3, Optional.of(NOW)));
        StoredFactor newer = put(new StoredFactor(
                tenant,
                HOLDER,
                SubjectId.random(),
                bytes(90, 2),
                NOW.plusSeconds(1),
                Optional.empty(),
                0,
                0,
                Optional.empty()));
        assertSame(kept(tenant, HOLDER), newer);
    }

    @Test
    void anotherTenantsHolderOfTheSameNameIsSomebodyElse() {
        StoredFactor own = put(enrolled(tenant, HOLDER));
        assertThat(kept(otherTenant, HOLDER)).isEmpty();
        StoredFactor other = put(enrolled(otherTenant, HOLDER));
        assertSame(kept(tenant, HOLDER), own);
        assertThat(in(() -> factors().removeFactor(tenant, HOLDER))).isTrue();
        assertSame(kept(otherTenant, HOLDER), other);
    }

    @Test
    void removesAFactorOnce() {
        put(enrolled(tenant, HOLDER));
        assertThat(in(() -> factors().removeFactor(tenant, HOLDER))).isTrue();
        assertThat(in(() -> factors().removeFactor(tenant, HOLDER))).isFalse();
        assertThat(kept(tenant, HOLDER)).isEmpty();
    }

    @Test
    void rollBackKeepsWhatWasThere() {
        StoredFactor enrolled = put(enrolled(tenant, HOLDER));
        rollBack(() -> factors().putFactor(used(enrolled, 9, 1, Optional.of(NOW))));
        rollBack(() -> factors().removeFactor(tenant, HOLDER));
        rollBack(() -> factors().putFactor(enrolled(tenant, LONGEST)));
        assertSame(kept(tenant, HOLDER), enrolled);
        assertThat(kept(tenant, LONGEST)).isEmpty();
    }

    @Test
    void whoReadsAFactorChangesItAlone() {
        StoredFactor enrolled = put(enrolled(tenant, HOLDER));
        int rounds = 10;
        atOnce(4, thread -> {
            for (int i = 0; i < rounds; i++) {
                run(() -> {
                    StoredFactor now = factors().lockFactor(tenant, HOLDER).orElseThrow();
                    factors().putFactor(used(now, now.lastStep() + 1, now.wrong() + 1, Optional.empty()));
                });
            }
            return thread;
        });
        assertSame(kept(tenant, HOLDER), used(enrolled, 4 * rounds, 4 * rounds, Optional.empty()));
    }

    @Test
    void ofManyFirstFactorsAtOnceOneIsKeptAndTheOthersAreToldWhatToDo() {
        for (int round = 0; round < 20; round++) {
            String holder = "holder-" + round;
            List<Optional<StoredFactor>> tried = atOnce(4, thread -> {
                try {
                    return Optional.of(put(enrolled(tenant, holder)));
                } catch (PledgeException e) {
                    assertThat(e.kind()).isEqualTo(PledgeException.Kind.CONFLICT);
                    assertThat(e.remedy()).isNotEmpty();
                    return Optional.empty();
                }
            });
            assertThat(tried.stream().flatMap(Optional::stream).map(StoredFactor::key))
                    .contains(kept(tenant, holder).orElseThrow().key());
        }
    }
}
