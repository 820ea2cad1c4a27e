package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException.Kind;
import org.pledge.TenantId;

final class SecurityCodesTest {
    private static final TenantId TENANT = World.TENANT;

    private final TestClock clock = new TestClock();
    private final SecurityCodes codes = new SecurityCodes(clock, Duration.ofMinutes(10), 3);

    @AfterEach
    void stop() {
        codes.stop();
    }

    private void put(String token, String code) {
        coming(token, code).arrive();
    }

    private SecurityCodes.Coming coming(String token, String code) {
        return codes.coming(TENANT, token, code.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void givesACodeOnce() {
        put("a", "123");
        assertThat(codes.take(TENANT, "a")).asString(StandardCharsets.US_ASCII).isEqualTo("123");
        assertThat(codes.take(TENANT, "a")).isEmpty();
    }

    @Test
    void keepsTheLastCodeOfACard() {
        put("a", "123");
        put("a", "456");
        assertThat(codes.take(TENANT, "a")).asString(StandardCharsets.US_ASCII).isEqualTo("456");
    }

    @Test
    void keepsCodesOfCardsAndTenantsApart() {
        put("a", "123");
        assertThat(codes.take(TENANT, "b")).isEmpty();
        assertThat(codes.take(new TenantId("korax"), "a")).isEmpty();
    }

    @Test
    void forgetsACodeAfterItsMinutes() {
        put("a", "123");
        clock.advance(Duration.ofMinutes(10).plusSeconds(1));
        assertThat(codes.waiting()).isOne();
        codes.sweep();
        assertThat(codes.waiting()).isZero();
    }

    @Test
    void givesNoCodeThatIsTooOldEvenBeforeItIsSwept() {
        put("a", "123");
        clock.advance(Duration.ofMinutes(11));
        assertThat(codes.take(TENANT, "a")).isEmpty();
    }

    @Test
    void holdsNoCodeInTheClear() {
        put("a", "123");
        SecurityCodes.Coming coming = coming("b", "123");
        Reach reach = new Reach(List.of(), List.of("123"));
        assertThat(reach.from(codes)).isEmpty();
        assertThat(reach.from(coming)).isEmpty();
        assertThat(reach.looked()).isPositive();
    }

    @Test
    void refusesACodeWhereTooManyWait() {
        put("a", "123");
        put("b", "123");
        coming("c", "123");
        assertThat(Refused.with(Kind.UNAVAILABLE, () -> coming("d", "123")))
                .hasMessage("too many security codes wait for their payments; nothing was kept");
        put("a", "456"); // takes no more room than the one before
        assertThat(codes.waiting()).isEqualTo(3);
        clock.advance(Duration.ofMinutes(11));
        put("d", "123");
    }

    @Test
    void destroysACodeThatTurnsBack() {
        SecurityCodes.Coming coming = coming("a", "123");
        assertThat(codes.take(TENANT, "a")).isEmpty();
        coming.turnBack();
        assertThat(codes.waiting()).isZero();
        coming.arrive();
        assertThat(codes.take(TENANT, "a")).isEmpty();
    }

    @Test
    void whatCommitsLaterWinsWhoeverIsToldFirst() {
        SecurityCodes.Coming first = coming("a", "123");
        SecurityCodes.Coming second = coming("a", "456");
        second.arrive();
        first.arrive();
        assertThat(codes.waiting()).isOne();
        assertThat(codes.take(TENANT, "a")).asString(StandardCharsets.US_ASCII).isEqualTo("456");
    }

    @Test
    void aCardThatWasDeletedLaterGetsNoCode() {
        SecurityCodes.Coming coming = coming("a", "123");
        SecurityCodes.Coming elsewhere = coming("b", "789");
        codes.leaving(TENANT, "a").forget();
        coming.arrive();
        elsewhere.arrive();
        assertThat(codes.take(TENANT, "a")).isEmpty();
        assertThat(codes.waiting()).isOne();
    }

    @Test
    void aCodeThatCameAfterTheCardHadNoneStays() {
        SecurityCodes.Leaving none = codes.leaving(TENANT, "a");
        SecurityCodes.Coming pending = coming("a", "123");
        none.forget();
        pending.arrive();
        none.forget();
        assertThat(codes.take(TENANT, "a")).asString(StandardCharsets.US_ASCII).isEqualTo("123");
    }

    @Test
    void letsNoCodeArriveThatWasOnItsWayWhenTheVaultWasSealed() {
        SecurityCodes.Coming coming = coming("a", "123");
        codes.clear();
        coming.arrive();
        assertThat(codes.waiting()).isZero();
        assertThat(codes.take(TENANT, "a")).isEmpty();
    }

    @Test
    void forgetsAllWhenTheVaultIsSealed() {
        put("a", "123");
        put("b", "123");
        codes.clear();
        assertThat(codes.waiting()).isZero();
    }
}
