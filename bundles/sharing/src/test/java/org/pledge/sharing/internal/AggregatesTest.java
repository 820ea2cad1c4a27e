package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.policy.Policy.Obligation;

class AggregatesTest {
    @Test
    void takesRowsAboutTooFewOut() {
        assertThat(Aggregates.atLeast(
                        20, " [ {\"cell\" : \"CA/2026-01\", \"count\" : 20}, {\"cell\":\"US\",\"count\":19} ] "))
                .contains("[{\"cell\":\"CA/2026-01\",\"count\":20}]");
    }

    @Test
    void isEmptyWhereNoRowIsLeft() {
        assertThat(Aggregates.atLeast(20, "[{\"cell\":\"US\",\"count\":19}]")).isEmpty();
        assertThat(Aggregates.atLeast(20, "[]")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain words",
                "{\"cell\":\"US\",\"count\":50}",
                "[{\"cell\":\"US\",\"count\":50}",
                "[{\"cell\":\"US\",\"count\":50},]",
                "[{\"cell\":\"US\",\"count\":50}] and more",
                "[{\"cell\":\"US\",\"count\":50,\"email\":\"x\"}]",
                "[{\"count\":50,\"cell\":\"US\"}]",
                "[{\"cell\":\"US\",\"count\":\"50\"}]",
                "[{\"cell\":\"US\",\"count\":5e1}]",
                "[{\"cell\":\"US\",\"count\":-50}]",
                "[{\"cell\":\"US\",\"count\":99999999999999999999}]",
                "[{\"cell\":[\"US\"],\"count\":50}]",
                "[{\"cell\":\"U\"S\",\"count\":50}]",
                "[{\"cell\":\"US\",\"count\":50}{\"cell\":\"CA\",\"count\":50}]",
                "[{\"cell\":\"US\",\"count\":50},{\"cell\":\"anna@example.org\"}]"
            })
    void whatHasAnotherShapeCountsAsTooFew(String text) {
        assertThat(Aggregates.atLeast(2, text)).isEmpty();
    }

    @Property
    void neverLetsASmallerCountThrough(
            @ForAll List<@IntRange(min = 0, max = 60) Integer> counts, @ForAll @IntRange(min = 2, max = 40) int k) {
        String json = rows(counts);
        List<Integer> left = counts.stream().filter(count -> count >= k).toList();
        assertThat(Aggregates.atLeast(k, json).orElse("[]")).isEqualTo(rows(left));
    }

    private static String rows(List<Integer> counts) {
        return counts.stream()
                .map(count -> "{\"cell\":\"c\\\"" + count + "\",\"count\":" + count + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void readsAKThatMeansSomethingOnly() {
        assertThat(smallest("20")).isEqualTo(20);
        assertThat(smallest("2")).isEqualTo(2);
        assertThat(List.of(smallest("1"), smallest("0"), smallest("-5"), smallest("many"), smallest("")))
                .containsOnly(0);
        assertThat(Aggregates.smallest(new Obligation("k-anonymity", Map.of()))).isEmpty();
    }

    private static int smallest(String k) {
        return Aggregates.smallest(new Obligation("k-anonymity", Map.of("k", k)))
                .orElse(0);
    }
}
