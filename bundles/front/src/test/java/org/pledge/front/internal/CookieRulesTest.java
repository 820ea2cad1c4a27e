package org.pledge.front.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class CookieRulesTest {
    @Test
    void readsARegister() {
        RegisteredCookie cookie = RegisteredCookie.register(
                        " a first-party x PREFERENCE P1Y2M3D ,b third-party y MARKETING PT2H,")
                .get("a");

        assertThat(cookie.owner()).isEqualTo("first-party");
        assertThat(cookie.life()).hasValue(Duration.ofDays(365 + 60 + 3));
        assertThat(RegisteredCookie.register("")).isEmpty();
    }

    @Test
    void refusesARegisterThatSaysTooLittleOrContradictsItself() {
        for (String register : new String[] {
            "a first-party x PREFERENCE",
            "a first-party x OTHER P1Y",
            "a first-party x SESSION P1Y",
            "a first-party x PREFERENCE soon",
            "a b c PREFERENCE P1D, a b c PREFERENCE P1D"
        }) {
            assertThatThrownBy(() -> RegisteredCookie.register(register))
                    .as(register)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the cookie");
        }
    }

    @Property
    void everyEmailAddressIsSeen(
            @ForAll @AlphaChars @StringLength(min = 1, max = 20) String name,
            @ForAll @AlphaChars @StringLength(min = 1, max = 20) String host) {
        assertThat(CookieLinter.personal("v=" + name + "@" + host + ".org|x")).isTrue();
        assertThat(CookieLinter.personal(name + "%40" + host + ".org")).isTrue();
    }

    @Property
    void everyAddressOfVersionFourIsSeen(
            @ForAll @IntRange(max = 255) int a,
            @ForAll @IntRange(max = 255) int b,
            @ForAll @IntRange(max = 255) int c) {
        assertThat(CookieLinter.personal("x_" + a + "." + b + "." + c + ".1_y")).isTrue();
    }

    @Test
    void aNumberWithoutACheckDigitAndAVersionAreNothingPersonal() {
        assertThat(CookieLinter.personal("4111111111111112")).isFalse();
        assertThat(CookieLinter.personal("1.2.3")).isFalse();
        assertThat(CookieLinter.personal("12:30")).isFalse();
    }

    @Test
    void thePathIsReadAsTheServerReadsIt() {
        assertThat(RequestPath.of("/api/v1/x")).isEqualTo("/api/v1/x");
        assertThat(RequestPath.of("/%61pi;p=1//v1/./y/../x%zz")).isEqualTo("/api/v1/x%zz");
        assertThat(RequestPath.of("/../..")).isEqualTo("/");
        assertThat(RequestPath.of("")).isEqualTo("/");
    }
}
