package org.pledge.audit.internal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DetailRulesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111111111111111",
                "number 4111111111111111.",
                "x4111111111111111y",
                "378282246310005",
                "4222222222222",
                "6304000000000000000",
                "4111111111111112 4111111111111111",
                "somebody@example.org",
                "@"
            })
    void refusesWhatLooksPersonalWithoutRepeatingIt(String value) {
        assertThatThrownBy(() -> DetailRules.check(Map.of("field", value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("an audit detail looks like")
                .hasMessageNotContaining(value);
        assertThatThrownBy(() -> DetailRules.check(Map.of(value, "field")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesAsManyNamesAsThereAre() {
        String names = "date-of-birth,".repeat(1000);
        assertThatCode(() -> DetailRules.check(Map.of("kept", names + "email"))).doesNotThrowAnyException();
        for (String last : List.of("", "Anna Berg", "4111111111111111", "a4111111111111111", "x".repeat(64))) {
            assertThatThrownBy(() -> DetailRules.check(Map.of("kept", names + last)))
                    .as(last)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesMoreThanTwoHundredCharacters() {
        assertThatCode(() -> DetailRules.check(Map.of("field", "x".repeat(200))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> DetailRules.check(Map.of("field", "x".repeat(201))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4111111111111112",
                "411111111118",
                "41111111111111111111",
                "123e4567-e89b-42d3-a456-426614174000",
                "a4111111111111111bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "DELIVERED",
                "email,name",
                "2026-11-22T10:11:12.123456Z"
            })
    void takesIdentifiersCountsAndNames(String value) {
        assertThatCode(() -> DetailRules.check(Map.of("field", value))).doesNotThrowAnyException();
    }
}
