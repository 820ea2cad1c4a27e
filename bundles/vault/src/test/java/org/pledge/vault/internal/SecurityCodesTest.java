package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;

final class SecurityCodesTest {
    private static final TenantId TENANT = World.TENANT;

    private final TestClock clock = new TestClock();
    private final SecurityCodes codes = new SecurityCodes(clock, Duration.ofMinutes(10));

    @AfterEach
    void stop() {
        codes.stop();
    }

    private void put(String token, String code) {
        codes.put(TENANT, token, codes.sealed(TENANT, token, code.getBytes(StandardCharsets.US_ASCII)));
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
        SecurityCodes.Cell cell = codes.sealed(TENANT, "a", "123".getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(cell.sealed(), StandardCharsets.ISO_8859_1)).doesNotContain("123");
        assertThat(cell).hasToString("Cell");
    }

    @Test
    void forgetsAllWhenTheVaultIsSealed() {
        put("a", "123");
        put("b", "123");
        codes.clear();
        assertThat(codes.waiting()).isZero();
    }
}
