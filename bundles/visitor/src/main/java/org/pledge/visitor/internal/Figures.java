package org.pledge.visitor.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.pledge.visitor.UsageService.Dimension;
import org.pledge.visitor.spi.UsageStore.Count;

/**
 * Makes the figures of one day safe: a cell with too few people goes into the cell without a name, and so does the
 * smallest of the others, so that no total minus what is shown gives it away. A day with too few people has no figures.
 * Whatever is told later is a sum of safe cells, and differences of such sums tell nothing more.
 */
final class Figures {
    /** The name of the cell for all that has none of its own. */
    static final String OTHER = "";

    private static final Comparator<Count> SMALLEST =
            Comparator.comparingLong(Count::events).thenComparing(Count::cell);

    private Figures() {}

    static List<Count> safe(int leastPeople, List<Count> day) {
        List<Count> safe = new ArrayList<>();
        Map<Dimension, List<Count>> byDimension = new EnumMap<>(Dimension.class);
        day.forEach(count -> byDimension
                .computeIfAbsent(count.dimension(), dimension -> new ArrayList<>())
                .add(count));
        List<Count> whole = byDimension.getOrDefault(Dimension.DAY, List.of());
        if (whole.stream().mapToLong(Count::visitors).sum() < leastPeople) {
            return List.of();
        }
        byDimension.forEach(
                (dimension, cells) -> safe.addAll(dimension == Dimension.DAY ? cells : safeCells(leastPeople, cells)));
        return List.copyOf(safe);
    }

    private static List<Count> safeCells(int leastPeople, List<Count> cells) {
        List<Count> shown = new ArrayList<>();
        List<Count> hidden = new ArrayList<>();
        cells.forEach(cell -> (small(leastPeople, cell) ? hidden : shown).add(cell));
        if (hidden.isEmpty()) {
            return shown;
        }
        shown.sort(SMALLEST);
        if (!shown.isEmpty()) {
            hidden.add(shown.remove(0));
        }
        Count any = hidden.get(0);
        long events = hidden.stream().mapToLong(Count::events).sum();
        shown.add(new Count(any.site(), any.day(), any.dimension(), OTHER, events, 0));
        return shown;
    }

    private static boolean small(int leastPeople, Count cell) {
        return cell.cell().equals(OTHER) || cell.visitors() < leastPeople;
    }

    /** Figures that were safe for fewer people, made safe for more. */
    static List<Count> stillSafe(int leastPeople, List<Count> day) {
        boolean safe = day.stream()
                .noneMatch(count -> count.visitors() < leastPeople
                        && (count.dimension() == Dimension.DAY || !count.cell().equals(OTHER)));
        return safe ? day : safe(leastPeople, day);
    }
}
