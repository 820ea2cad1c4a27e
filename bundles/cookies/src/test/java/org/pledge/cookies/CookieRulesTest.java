package org.pledge.cookies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.pledge.policy.Policy.TrackerKind;
import org.pledge.visitor.CookieService.Fault;

class CookieRulesTest {
    @Test
    void readsARegister() {
        RegisteredCookie cookie = RegisteredCookie.register(
                        " a first-party x PREFERENCE P1Y2M3D ,b third-party y MARKETING PT2H,")
                .get(0);

        assertThat(cookie.kind()).isEqualTo(TrackerKind.PREFERENCE);
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

    @Test
    void aLifeHasDaysAndHours() {
        assertThat(Life.of("P1Y1DT2H")).hasValue(Duration.ofDays(366).plusHours(2));
        assertThat(Life.of("PT30M")).hasValue(Duration.ofMinutes(30));
        assertThat(Life.of("session")).isEmpty();
        for (String wrong : new String[] {"P", "PT", "soon", ""}) {
            assertThatThrownBy(() -> Life.of(wrong)).as(wrong).isInstanceOf(DateTimeException.class);
        }
    }

    @Test
    void theEntryWithTheLongestMatchDecides() {
        CookieRules rules = rules("_a* o p STATISTICS P1D, _ab* o p MARKETING P1D, _abc o p SESSION session");

        assertThat(rules.registered("_abc").orElseThrow().kind()).isEqualTo(TrackerKind.SESSION);
        assertThat(rules.registered("_abd").orElseThrow().kind()).isEqualTo(TrackerKind.MARKETING);
        assertThat(rules.registered("_ac").orElseThrow().kind()).isEqualTo(TrackerKind.STATISTICS);
        assertThat(rules.registered("a")).isEmpty();
    }

    @Test
    void whatWasSetCanAlwaysBeRemoved() {
        CookieRules rules = rules("seen o p STATISTICS P1D");

        for (String removal : new String[] {"seen=; Max-Age=0", "seen=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}) {
            assertThat(rules.fault(removal, Choices.REFUSED)).as(removal).isEmpty();
        }
        for (String other :
                new String[] {"seen=", "seen=1; Max-Age=0", "seen=; Max-Age=0; Max-Age=9", "seen=; Max-Age=x"}) {
            assertThat(rules.fault(other, Choices.REFUSED)).as(other).contains(Fault.REFUSED_BY_VISITOR);
        }
        assertThat(rules.fault("other=; Max-Age=0", Choices.REFUSED)).contains(Fault.UNREGISTERED);
    }

    @Test
    void tellsARefusalFromSilence() {
        CookieRules rules = rules("seen o p STATISTICS P1D, prefs o p PREFERENCE P1D");

        assertThat(rules.fault("seen=1", Choices.UNSAID)).contains(Fault.NO_PRIOR_CONSENT);
        assertThat(rules.fault("seen=1", Choices.of(Set.of(TrackerKind.MARKETING))))
                .contains(Fault.REFUSED_BY_VISITOR);
        assertThat(rules.fault("prefs=1", Choices.UNSAID)).isEmpty();
        assertThat(rules.fault("prefs=1", Choices.REFUSED)).contains(Fault.REFUSED_BY_VISITOR);
    }

    @Test
    void aStoredValueIsHeldToTheSameRules() {
        CookieRules rules = rules("theme o p PREFERENCE P1Y");

        assertThat(rules.fault("theme", "dark;x", Choices.UNSAID)).isEmpty();
        assertThat(rules.fault("theme", "dark;john@example.org", Choices.UNSAID))
                .contains(Fault.PERSONAL_VALUE);
        assertThat(rules.fault("other", "dark", Choices.UNSAID)).contains(Fault.UNREGISTERED);
    }

    private static CookieRules rules(String register) {
        return new CookieRules(
                RegisteredCookie.register(register),
                Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC));
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
}
