package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.crypto.spi.WrappedKeyStore;
import org.pledge.crypto.spi.WrappedKeyStore.Rewrapped;
import org.pledge.crypto.spi.WrappedKeyStore.SubjectKey;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;

/** What a store of wrapped keys promises. */
public abstract class WrappedKeyStoreContract extends StoreContract {
    private final SubjectId subject = SubjectId.random();

    private WrappedKeyStore keys() {
        return stores().keys();
    }

    private static String newEpoch() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return String.format(Locale.ROOT, "%04d-%02d", random.nextInt(3000, 10_000), random.nextInt(1, 13));
    }

    private static WrappedKey key(int fill) {
        return new WrappedKey("2026-11", bytes(40, fill));
    }

    private void assertKey(int fill) {
        WrappedKey found = in(() -> keys().subjectKey(tenant, subject)).orElseThrow();
        assertThat(found.epoch()).isEqualTo("2026-11");
        assertThat(found.wrapped()).isEqualTo(bytes(40, fill));
    }

    @Test
    void keepsTheFirstKeyOnly() {
        assertThat(in(() -> keys().subjectKey(tenant, subject))).isEmpty();
        assertThat(in(() -> keys().putSubjectKey(tenant, subject, key(1)))).isTrue();
        assertThat(in(() -> keys().putSubjectKey(tenant, subject, key(2)))).isFalse();
        assertKey(1);
        assertThat(in(() -> keys().subjectKey(otherTenant, subject))).isEmpty();
        assertThat(in(() -> keys().putSubjectKey(otherTenant, subject, key(3)))).isTrue();
        assertKey(1);
    }

    @Test
    void whoComesSecondReadsTheFirstKeyInTheSameTransactionAndGoesOn() {
        run(() -> keys().putSubjectKey(tenant, subject, key(1)));
        SubjectId another = SubjectId.random();
        run(() -> {
            assertThat(keys().putSubjectKey(tenant, subject, key(2))).isFalse();
            assertThat(keys().subjectKey(tenant, subject).orElseThrow().wrapped())
                    .isEqualTo(bytes(40, 1));
            assertThat(keys().putSubjectKey(tenant, another, key(3))).isTrue();
        });
        assertThat(in(() -> keys().subjectKey(tenant, another))).isPresent();
    }

    @Test
    void ofManyWhoMakeAKeyOneWinsAndAllReadTheSame() {
        List<byte[]> read = atOnce(
                4,
                thread -> in(() -> {
                    if (keys().subjectKey(tenant, subject).isEmpty()) {
                        keys().putSubjectKey(tenant, subject, key(thread + 1));
                    }
                    return keys().subjectKey(tenant, subject).orElseThrow().wrapped();
                }));
        byte[] kept = in(() -> keys().subjectKey(tenant, subject)).orElseThrow().wrapped();
        assertThat(read).hasSize(4).allSatisfy(each -> assertThat(each).isEqualTo(kept));
    }

    @Test
    void removesAKeyAndTakesANewOne() {
        run(() -> keys().putSubjectKey(tenant, subject, key(1)));
        run(() -> keys().removeSubjectKey(otherTenant, subject));
        assertKey(1);
        run(() -> keys().removeSubjectKey(tenant, subject));
        assertThat(in(() -> keys().subjectKey(tenant, subject))).isEmpty();
        run(() -> keys().removeSubjectKey(tenant, subject));
        assertThat(in(() -> keys().putSubjectKey(tenant, subject, key(2)))).isTrue();
        assertKey(2);
    }

    @Test
    void rollBackKeepsTheKeyThatWasRemoved() {
        run(() -> keys().putSubjectKey(tenant, subject, key(1)));
        rollBack(() -> keys().removeSubjectKey(tenant, subject));
        assertKey(1);
    }

    @Test
    void rollBackKeepsNoNewKey() {
        String epoch = newEpoch();
        rollBack(() -> {
            keys().putSubjectKey(tenant, subject, key(1));
            keys().putEpochKey(epoch, bytes(40, 1));
        });
        assertThat(in(() -> keys().subjectKey(tenant, subject))).isEmpty();
        assertThat(in(() -> keys().epochKey(epoch))).isEmpty();
    }

    @Test
    void keepsTheFirstEpochKeyOnly() {
        String epoch = newEpoch();
        assertThat(in(() -> keys().epochKey(epoch))).isEmpty();
        assertThat(in(() -> keys().putEpochKey(epoch, bytes(40, 1)))).isTrue();
        assertThat(in(() -> keys().putEpochKey(epoch, bytes(40, 2)))).isFalse();
        assertThat(in(() -> keys().epochKey(epoch)).orElseThrow()).isEqualTo(bytes(40, 1));
    }

    @Test
    void ofManyWhoMakeAnEpochKeyAllReadTheSame() {
        String epoch = newEpoch();
        List<byte[]> read = atOnce(
                4,
                thread -> in(() -> {
                    keys().putEpochKey(epoch, bytes(40, thread + 1));
                    return keys().epochKey(epoch).orElseThrow();
                }));
        byte[] kept = in(() -> keys().epochKey(epoch)).orElseThrow();
        assertThat(read).hasSize(4).allSatisfy(each -> assertThat(each).isEqualTo(kept));
    }

    /** In pages of two; other tests' tenants may have keys in the same store. */
    private List<SubjectKey> outside(String epoch) {
        List<SubjectKey> found = new ArrayList<>();
        Optional<SubjectKey> last = Optional.empty();
        do {
            Optional<SubjectKey> after = last;
            List<SubjectKey> page = in(() -> keys().subjectKeysOutside(epoch, after, 2));
            assertThat(page).hasSizeLessThanOrEqualTo(2);
            found.addAll(page);
            last = page.stream().reduce((first, second) -> second);
        } while (last.isPresent());
        return found.stream()
                .filter(each -> each.tenant().equals(tenant) || each.tenant().equals(otherTenant))
                .toList();
    }

    @Test
    void listsEachKeyOutsideAnEpochOnce() {
        String epoch = newEpoch();
        List<SubjectId> outside = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            SubjectId each = SubjectId.random();
            outside.add(each);
            run(() -> keys().putSubjectKey(tenant, each, key(1)));
        }
        run(() -> keys().putSubjectKey(otherTenant, outside.get(0), key(2)));
        run(() -> keys().putSubjectKey(tenant, subject, new WrappedKey(epoch, bytes(40, 3))));
        List<SubjectKey> found = outside(epoch);
        assertThat(found).hasSize(6).allSatisfy(each -> assertThat(each.key().epoch())
                .isEqualTo("2026-11"));
        assertThat(found.stream().filter(each -> each.tenant().equals(tenant)).map(SubjectKey::subject))
                .containsExactlyInAnyOrderElementsOf(outside);
        assertThat(in(() -> keys().subjectKeysByEpoch()))
                .containsEntry(epoch, 1L)
                .containsKey("2026-11");
    }

    @Test
    void putsAKeyInThePlaceOfWhatItWasOnly() {
        String epoch = newEpoch();
        SubjectId gone = SubjectId.random();
        run(() -> keys().putSubjectKey(tenant, subject, key(1)));
        WrappedKey after = new WrappedKey(epoch, bytes(40, 9));
        SubjectKey before = new SubjectKey(tenant, subject, key(1));
        assertThat(in(() -> keys().rewrap(List.of(
                        new Rewrapped(new SubjectKey(tenant, subject, key(2)), after),
                        new Rewrapped(new SubjectKey(otherTenant, subject, key(1)), after),
                        new Rewrapped(new SubjectKey(tenant, subject, new WrappedKey(epoch, bytes(40, 1))), after),
                        new Rewrapped(new SubjectKey(tenant, gone, key(1)), after)))))
                .isZero();
        assertKey(1);
        assertThat(in(() -> keys().subjectKey(tenant, gone))).isEmpty();
        rollBack(() -> keys().rewrap(List.of(new Rewrapped(before, after))));
        assertKey(1);
        assertThat(in(() -> keys().rewrap(List.of(new Rewrapped(before, after)))))
                .isEqualTo(1);
        WrappedKey found = in(() -> keys().subjectKey(tenant, subject)).orElseThrow();
        assertThat(found.epoch()).isEqualTo(epoch);
        assertThat(found.wrapped()).isEqualTo(bytes(40, 9));
        assertThat(in(() -> keys().rewrap(List.of()))).isZero();
    }

    @Test
    void removesAnEpochKey() {
        String epoch = newEpoch();
        run(() -> keys().putEpochKey(epoch, bytes(40, 1)));
        assertThat(in(() -> keys().epochsWithKeys())).contains(epoch);
        rollBack(() -> keys().removeEpochKey(epoch));
        assertThat(in(() -> keys().epochKey(epoch))).isPresent();
        run(() -> keys().removeEpochKey(epoch));
        run(() -> keys().removeEpochKey(epoch));
        assertThat(in(() -> keys().epochKey(epoch))).isEmpty();
        assertThat(in(() -> keys().epochsWithKeys())).doesNotContain(epoch);
    }
}
