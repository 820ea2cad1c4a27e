package org.pledge.cookies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.TrackerKind;

class ChoicesTest {
    @Property
    void aChoiceIsReadAsItWasWrittenAndIdentifiesNobody(@ForAll Set<TrackerKind> kinds) {
        Choices choices = Choices.of(kinds);

        assertThat(choices.value()).matches("granted|refused|(preference|statistics|marketing)(\\.[a-z]+)?");
        assertThat(Choices.read(List.of(choices.value()), false)).isEqualTo(choices);
        assertThat(CookieLinter.personal(choices.value()) || CookieLinter.secret(choices.value()))
                .isFalse();
    }

    @Property
    void theBrowsersSignalOutweighsEveryYes(@ForAll Set<TrackerKind> kinds) {
        assertThat(Choices.read(List.of(Choices.of(kinds).value()), true)).isEqualTo(Choices.REFUSED);
    }

    @Property
    void whatCannotBeReadRefuses(@ForAll String text) {
        Choices read = Choices.read(List.of(text), false);

        assertThat(read.equals(Choices.REFUSED) || read.value().equals(text)).isTrue();
        assertThat(read.said()).isTrue();
    }

    @Test
    void whatContradictsItselfRefuses() {
        assertThat(Choices.read(List.of("granted", "refused"), false)).isEqualTo(Choices.REFUSED);
        assertThat(Choices.read(List.of("granted", "granted"), false).agreed()).isEqualTo(Choices.ASKED);
        assertThat(Choices.read(List.of(), false)).isEqualTo(Choices.UNSAID);
        assertThat(Choices.read(List.of("session"), false)).isEqualTo(Choices.REFUSED);
    }

    @Test
    void anOptInIsNeverImplied() {
        for (Choices none : List.of(Choices.UNSAID, Choices.REFUSED)) {
            assertThat(none.fault(TrackerKind.MARKETING, Need.OPT_IN)).isPresent();
            assertThat(none.fault(TrackerKind.MARKETING, Need.NOTHING)).isEmpty();
            assertThat(none.fault(TrackerKind.MARKETING, Need.IMPLIED).isPresent())
                    .isEqualTo(none.said());
        }
    }
}
