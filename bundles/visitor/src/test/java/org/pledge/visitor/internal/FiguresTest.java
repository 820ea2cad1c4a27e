package org.pledge.visitor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.pledge.visitor.UsageService.Dimension;
import org.pledge.visitor.spi.UsageStore.Count;

/** The laws of what is shown. */
class FiguresTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);

    /** The people behind each page of a day; each makes one to three events. */
    @Provide
    Arbitrary<List<Integer>> pages() {
        return Arbitraries.integers().between(0, 40).list().ofMaxSize(8);
    }

    private static List<Count> day(List<Integer> people, int nameless) {
        List<Count> day = new ArrayList<>();
        long events = nameless;
        long visitors = 0;
        for (int i = 0; i < people.size(); i++) {
            long made = 1 + people.get(i) * (1L + i % 3);
            day.add(new Count("shop", DAY, Dimension.PAGE, "/p" + i, made, people.get(i)));
            events += made;
            visitors += people.get(i);
        }
        if (nameless > 0) {
            day.add(new Count("shop", DAY, Dimension.PAGE, Figures.OTHER, nameless, 0));
        }
        day.add(new Count("shop", DAY, Dimension.DAY, Figures.OTHER, events, visitors));
        return day;
    }

    private static long events(List<Count> counts, Dimension dimension) {
        return counts.stream()
                .filter(count -> count.dimension() == dimension)
                .mapToLong(Count::events)
                .sum();
    }

    @Property
    void nothingIsShownOfFewerPeople(
            @ForAll("pages") List<Integer> people,
            @ForAll @IntRange(max = 20) int nameless,
            @ForAll @IntRange(min = 2, max = 30) int k) {
        assertThat(Figures.safe(k, day(people, nameless)))
                .allMatch(count -> count.visitors() >= k
                        || count.dimension() == Dimension.PAGE && count.cell().equals(Figures.OTHER));
    }

    @Property
    void whatIsShownAndTheRestAreTheWhole(
            @ForAll("pages") List<Integer> people,
            @ForAll @IntRange(max = 20) int nameless,
            @ForAll @IntRange(min = 2, max = 30) int k) {
        List<Count> safe = Figures.safe(k, day(people, nameless));

        assertThat(events(safe, Dimension.PAGE)).isEqualTo(events(safe, Dimension.DAY));
    }

    /** The rest holds a cell that could be shown, or it is the whole day; so it is never one small cell alone. */
    @Property
    void nobodyWorksOutASmallCellFromTheWhole(
            @ForAll("pages") List<Integer> people,
            @ForAll @IntRange(max = 20) int nameless,
            @ForAll @IntRange(min = 2, max = 30) int k) {
        List<Count> day = day(people, nameless);
        List<Count> safe = Figures.safe(k, day);
        Set<String> shown = new HashSet<>();
        safe.forEach(count -> shown.add(count.cell()));
        List<Count> hidden = day.stream()
                .filter(count -> count.dimension() == Dimension.PAGE)
                .filter(count -> count.cell().equals(Figures.OTHER) || !shown.contains(count.cell()))
                .toList();
        boolean anything = !safe.isEmpty();
        boolean onlyTheRest = safe.stream()
                .noneMatch(count ->
                        count.dimension() == Dimension.PAGE && !count.cell().isEmpty());
        if (anything && !hidden.isEmpty()) {
            assertThat(onlyTheRest || hidden.stream().anyMatch(count -> count.visitors() >= k))
                    .isTrue();
        }
    }

    @Property
    void readingAgainWithTheSameNumberChangesNothing(
            @ForAll("pages") List<Integer> people,
            @ForAll @IntRange(max = 20) int nameless,
            @ForAll @IntRange(min = 2, max = 30) int k) {
        List<Count> safe = Figures.safe(k, day(people, nameless));

        assertThat(Figures.stillSafe(k, safe)).isEqualTo(safe);
        assertThat(Figures.stillSafe(k + 7, safe))
                .allMatch(count -> count.visitors() >= k + 7
                        || count.dimension() == Dimension.PAGE && count.cell().equals(Figures.OTHER));
    }
}
