package org.pledge.access.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.SecondFactors.Check;
import org.pledge.access.SecondFactors.Enrolment;
import org.pledge.access.SecondFactors.Outcome;
import org.pledge.access.spi.SecondFactorStore.StoredFactor;
import org.pledge.audit.Leaf;

final class DefaultSecondFactorsTest {
    private static final TenantId KX = new TenantId("kx");
    private static final Caller CARLA = new Caller(KX, "shell:Carla", "Carla", Set.of(Role.CUSTODIAN));
    private static final Caller ADMIN = new Caller(KX, "shell:adam", "adam", Set.of(Role.ADMIN));
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final Duration STEP = Duration.ofSeconds(30);
    private static final char[] NONE = {};

    private final House house = new House();
    private final DefaultSecondFactors factors =
            new DefaultSecondFactors(house.store, house.store, house.audit, house.sealer, house.clock);

    /** What an authenticator does with what it is shown. */
    private static byte[] secret(String base32) {
        byte[] bytes = new byte[base32.length() * 5 / 8];
        int bits = 0;
        int held = 0;
        int next = 0;
        for (char letter : base32.toCharArray()) {
            bits = bits << 5 | BASE32.indexOf(letter);
            held += 5;
            if (held >= 8) {
                held -= 8;
                bytes[next++] = (byte) (bits >> held);
            }
        }
        return bytes;
    }

    private char[] code(Enrolment of, int stepsFromNow) {
        byte[] code = Totp.code(secret(of.secret()), Totp.step(house.now.get()) + stepsFromNow);
        return new String(code, StandardCharsets.US_ASCII).toCharArray();
    }

    /** Six digits that are no code of now or the steps around. */
    private char[] wrong(Enrolment of) {
        Set<String> right = new HashSet<>();
        for (int i = -1; i <= 1; i++) {
            right.add(new String(code(of, i)));
        }
        return Stream.of("000000", "111111", "222222", "333333")
                .filter(code -> !right.contains(code))
                .findFirst()
                .orElseThrow()
                .toCharArray();
    }

    private void pass(Duration time) {
        house.now.updateAndGet(now -> now.plus(time));
    }

    /** A confirmed factor, no code of which was used within the last steps. */
    private Enrolment confirmed(Caller caller) {
        Enrolment enrolment = factors.enrol(caller);
        factors.confirm(caller, code(enrolment, 0));
        pass(STEP.multipliedBy(10));
        house.leaves.clear();
        return enrolment;
    }

    private Outcome outcome(Caller caller, char[] code) {
        return factors.verify(caller, code).outcome();
    }

    private static PledgeException refused(Kind kind, ThrowingCallable call) {
        PledgeException[] refusal = new PledgeException[1];
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(PledgeException.class, e -> refusal[0] = e)
                .extracting(e -> ((PledgeException) e).kind())
                .isEqualTo(kind);
        return refusal[0];
    }

    private Optional<StoredFactor> stored(String holder) {
        return house.store.required(() -> house.store.lockFactor(KX, holder));
    }

    @Test
    void showsTheSecretOnceAndKeepsItSealed() {
        Enrolment enrolment = factors.enrol(CARLA);
        assertThat(enrolment.secret()).matches("[A-Z2-7]{32}");
        assertThat(enrolment.uri())
                .isEqualTo("otpauth://totp/Pledge%20kx:carla?secret=" + enrolment.secret() + "&issuer=Pledge%20kx");
        assertThat(enrolment.toString()).doesNotContain(enrolment.secret());
        StoredFactor stored = stored("carla").orElseThrow();
        assertThat(stored.secret()).isNotEqualTo(secret(enrolment.secret()));
        assertThat(house.sealer.keys).containsExactly(stored.key());
        assertThat(factors.enrol(CARLA).secret()).isNotEqualTo(enrolment.secret());
        assertThat(house.sealer.keys).as("the key of the first is destroyed").hasSize(1);
        assertThat(house.leaves.toString()).doesNotContain(enrolment.secret());
    }

    @Test
    void countsForNothingUntilItIsConfirmed() {
        assertThat(outcome(CARLA, "123456".toCharArray())).isEqualTo(Outcome.NOT_ENROLLED);
        Enrolment enrolment = factors.enrol(CARLA);
        assertThat(outcome(CARLA, code(enrolment, 0))).isEqualTo(Outcome.NOT_ENROLLED);
        factors.confirm(CARLA, code(enrolment, 0));
        assertThat(outcome(CARLA, code(enrolment, 1))).isEqualTo(Outcome.VALID);
    }

    @Test
    void isConfirmedWithAValidCodeAlone() {
        refused(Kind.NOT_FOUND, () -> factors.confirm(CARLA, "123456".toCharArray()));
        Enrolment first = factors.enrol(CARLA);
        Enrolment second = factors.enrol(CARLA);
        refused(Kind.DENIED, () -> factors.confirm(CARLA, wrong(second)));
        if (!Arrays.equals(code(first, 0), code(second, 0))) {
            refused(Kind.DENIED, () -> factors.confirm(CARLA, code(first, 0)));
        }
        factors.confirm(CARLA, code(second, 0));
        refused(Kind.CONFLICT, () -> factors.confirm(CARLA, code(second, 1)));
        refused(Kind.CONFLICT, () -> factors.enrol(CARLA));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void takesACodeOneStepEarlierOrLaterOnce(int steps) {
        Enrolment enrolment = confirmed(CARLA);
        char[] code = code(enrolment, steps);
        assertThat(outcome(CARLA, code)).isEqualTo(Outcome.VALID);
        assertThat(outcome(CARLA, code)).isEqualTo(Outcome.USED);
        for (int earlier = -1; earlier < steps; earlier++) {
            assertThat(outcome(CARLA, code(enrolment, earlier))).isEqualTo(Outcome.USED);
        }
        assertThat(stored("carla").orElseThrow().wrong()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {-3, -2, 2, 3})
    void takesNoCodeOfAnotherTime(int steps) {
        Enrolment enrolment = confirmed(CARLA);
        assertThat(outcome(CARLA, code(enrolment, steps))).isEqualTo(Outcome.WRONG);
    }

    @Test
    void theCodeOfTheConfirmationIsUsedUp() {
        Enrolment enrolment = factors.enrol(CARLA);
        char[] code = code(enrolment, 0);
        factors.confirm(CARLA, code);
        assertThat(outcome(CARLA, code)).isEqualTo(Outcome.USED);
        pass(STEP);
        assertThat(outcome(CARLA, code)).isEqualTo(Outcome.USED);
        assertThat(outcome(CARLA, code(enrolment, 0))).isEqualTo(Outcome.VALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12345", "1234567", " 12345", "abcdef", "１２３４５６", "-12345"})
    void whatIsNoCodeIsWrong(String typed) {
        confirmed(CARLA);
        assertThat(outcome(CARLA, typed.toCharArray())).isEqualTo(Outcome.WRONG);
    }

    @Test
    void looksAtNoneForAQuarterOfAnHourAfterFiveWrongOnes() {
        Enrolment enrolment = confirmed(CARLA);
        for (int i = 1; i < 5; i++) {
            assertThat(outcome(CARLA, wrong(enrolment))).isEqualTo(Outcome.WRONG);
        }
        Instant until = house.now.get().plus(Duration.ofMinutes(15));
        assertThat(factors.verify(CARLA, wrong(enrolment))).isEqualTo(new Check(Outcome.LOCKED, Optional.of(until)));
        Check locked = factors.verify(CARLA, code(enrolment, 0));
        assertThat(locked).isEqualTo(new Check(Outcome.LOCKED, Optional.of(until)));
        assertThat(locked.refusal()).hasMessageContaining("until " + until);
        pass(Duration.ofMinutes(15).minusNanos(1000));
        assertThat(outcome(CARLA, code(enrolment, 0))).isEqualTo(Outcome.LOCKED);
        pass(Duration.ofNanos(1000));
        assertThat(outcome(CARLA, code(enrolment, 0))).isEqualTo(Outcome.VALID);
    }

    @Test
    void aValidCodeForgivesTheWrongOnesBeforeIt() {
        Enrolment enrolment = confirmed(CARLA);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 4; i++) {
                assertThat(outcome(CARLA, wrong(enrolment))).isEqualTo(Outcome.WRONG);
            }
            assertThat(outcome(CARLA, code(enrolment, 0))).isEqualTo(Outcome.VALID);
            pass(STEP.multipliedBy(3));
        }
    }

    @Test
    void eachFurtherFiveWrongOnesLockItForTwiceAsLongUpToADay() {
        Enrolment enrolment = confirmed(CARLA);
        for (long minutes : new long[] {15, 30, 60, 120, 240, 480, 960, 1440, 1440}) {
            for (int i = 1; i < 5; i++) {
                assertThat(outcome(CARLA, wrong(enrolment))).isEqualTo(Outcome.WRONG);
            }
            Instant until = house.now.get().plus(Duration.ofMinutes(minutes));
            assertThat(factors.verify(CARLA, wrong(enrolment)))
                    .isEqualTo(new Check(Outcome.LOCKED, Optional.of(until)));
            pass(Duration.ofMinutes(minutes));
        }
        assertThat(stored("carla").orElseThrow().wrong()).isEqualTo(45);
        assertThat(outcome(CARLA, code(enrolment, 0))).isEqualTo(Outcome.VALID);
        for (int i = 1; i < 5; i++) {
            outcome(CARLA, wrong(enrolment));
        }
        assertThat(factors.verify(CARLA, wrong(enrolment)).retry())
                .contains(house.now.get().plus(Duration.ofMinutes(15)));
    }

    @Test
    void wrongCodesOfAConfirmationLockItToo() {
        Enrolment enrolment = factors.enrol(CARLA);
        for (int i = 0; i < 5; i++) {
            refused(Kind.DENIED, () -> factors.confirm(CARLA, wrong(enrolment)));
        }
        assertThat(refused(Kind.DENIED, () -> factors.confirm(CARLA, code(enrolment, 0))))
                .hasMessageContaining("none is looked at until");
    }

    @Test
    void everyLoginOfAPersonHasTheSameFactorAndNobodyElses() {
        Enrolment enrolment = confirmed(CARLA);
        Caller again = new Caller(KX, "vault-desk", "CARLA", Set.of(Role.OFFICER));
        Caller elsewhere = new Caller(new TenantId("an"), "shell:carla", "carla", Set.of(Role.CUSTODIAN));
        Caller dora = new Caller(KX, "shell:dora", "dora", Set.of(Role.CUSTODIAN));
        confirmed(dora);
        assertThat(outcome(again, code(enrolment, 0))).isEqualTo(Outcome.VALID);
        assertThat(outcome(CARLA, code(enrolment, 0))).isEqualTo(Outcome.USED);
        assertThat(outcome(elsewhere, code(enrolment, 1))).isEqualTo(Outcome.NOT_ENROLLED);
        assertThat(outcome(dora, wrong(enrolment))).isEqualTo(Outcome.WRONG);
        refused(Kind.CONFLICT, () -> factors.enrol(again));
    }

    @Test
    void anAdministratorEndsSomebodyElses() {
        Enrolment enrolment = confirmed(CARLA);
        assertThat(factors.revoke(ADMIN, "Carla", NONE)).isTrue();
        assertThat(factors.revoke(ADMIN, "carla", NONE)).isFalse();
        assertThat(outcome(CARLA, code(enrolment, 0))).isEqualTo(Outcome.NOT_ENROLLED);
        assertThat(stored("carla")).isEmpty();
        assertThat(house.sealer.keys).isEmpty();
        Enrolment next = factors.enrol(CARLA);
        factors.confirm(CARLA, code(next, 0));
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, mode = Mode.EXCLUDE, names = "ADMIN")
    void nobodyElseDoes(Role role) {
        Enrolment enrolment = confirmed(CARLA);
        Caller other = new Caller(KX, "other", Set.of(role));
        assertThat(refused(Kind.DENIED, () -> factors.revoke(other, "carla", code(enrolment, 0)))
                        .roles())
                .containsExactly(Role.ADMIN);
        assertThat(stored("carla")).isPresent();
    }

    @Test
    void onesOwnEndsWithAValidCodeAloneAlsoForAnAdministrator() {
        Caller both = new Caller(KX, "shell:eva", "eva", Set.of(Role.ADMIN, Role.OFFICER));
        assertThat(factors.revoke(both, "eva", NONE)).isFalse();
        Enrolment enrolment = confirmed(both);
        refused(Kind.DENIED, () -> factors.revoke(both, "eva", NONE));
        refused(Kind.DENIED, () -> factors.revoke(both, "EVA", wrong(enrolment)));
        assertThat(stored("eva")).isPresent();
        assertThat(factors.revoke(both, "eva", code(enrolment, 0))).isTrue();
        assertThat(stored("eva")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Role.class,
            mode = Mode.EXCLUDE,
            names = {"CUSTODIAN", "OFFICER"})
    void isForThoseWhoTakePartInShowingACard(Role role) {
        Caller other = new Caller(KX, "other", Set.of(role));
        assertThat(refused(Kind.DENIED, () -> factors.enrol(other)).roles())
                .containsExactly(Role.CUSTODIAN, Role.OFFICER);
        refused(Kind.DENIED, () -> factors.confirm(other, "123456".toCharArray()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a&secret=x", "é"})
    void aHolderThatNoCredentialCouldHaveGetsNone(String holder) {
        refused(Kind.INVALID, () -> factors.enrol(new Caller(KX, "x", holder, Set.of(Role.OFFICER))));
    }

    @Test
    void recordsEveryActAndNoCode() {
        Enrolment enrolment = factors.enrol(CARLA);
        factors.confirm(CARLA, code(enrolment, 0));
        pass(STEP);
        for (int i = 0; i < 6; i++) {
            outcome(CARLA, wrong(enrolment));
        }
        factors.revoke(ADMIN, "carla", NONE);
        assertThat(house.leaves)
                .extracting(Leaf::act)
                .containsExactly(
                        Leaf.Act.SECOND_FACTOR_ENROLLED,
                        Leaf.Act.SECOND_FACTOR_CONFIRMED,
                        Leaf.Act.SECOND_FACTOR_REFUSED,
                        Leaf.Act.SECOND_FACTOR_REFUSED,
                        Leaf.Act.SECOND_FACTOR_REFUSED,
                        Leaf.Act.SECOND_FACTOR_REFUSED,
                        Leaf.Act.SECOND_FACTOR_REFUSED,
                        Leaf.Act.SECOND_FACTOR_REVOKED);
        assertThat(house.leaves.get(0).details()).isEqualTo(Map.of("holder", "carla"));
        assertThat(house.leaves.get(2).details()).isEqualTo(Map.of("holder", "carla", "wrong", "1"));
        assertThat(house.leaves.get(6).details()).containsKeys("holder", "wrong", "locked-until");
        assertThat(house.leaves.get(7).actor()).isEqualTo("shell:adam");
        assertThat(house.leaves.get(1).actor()).isEqualTo("shell:Carla");
    }

    @Test
    void ofManyWhoTypeTheSameCodeOneIsLetIn() {
        Enrolment enrolment = confirmed(CARLA);
        char[] code = code(enrolment, 0);
        CyclicBarrier barrier = new CyclicBarrier(4);
        List<CompletableFuture<Outcome>> tries = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                barrier.await();
                            } catch (InterruptedException | java.util.concurrent.BrokenBarrierException e) {
                                throw new IllegalStateException(e);
                            }
                            return outcome(CARLA, code);
                        },
                        task -> new Thread(task).start()))
                .limit(4)
                .toList();
        assertThat(tries.stream().map(CompletableFuture::join)).containsOnlyOnce(Outcome.VALID);
    }
}
