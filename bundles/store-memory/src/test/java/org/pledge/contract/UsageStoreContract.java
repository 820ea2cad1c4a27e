package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;
import org.pledge.visitor.UsageService.Dimension;
import org.pledge.visitor.spi.UsageStore;
import org.pledge.visitor.spi.UsageStore.Count;
import org.pledge.visitor.spi.UsageStore.Day;

/** What a store of counters of visits promises. */
public abstract class UsageStoreContract extends StoreContract {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);
    private static final String SITE = "shop";

    /** The store under test; it joins the transactions of {@link #stores}. */
    protected abstract UsageStore usage();

    private static Count count(LocalDate day, Dimension dimension, String cell, long events, long visitors) {
        return new Count(SITE, day, dimension, cell, events, visitors);
    }

    private void add(TenantId to, Count... counts) {
        run(() -> usage().add(to, List.of(counts)));
    }

    private List<Count> of(TenantId whose, LocalDate day) {
        return in(() -> usage().of(new Day(whose, SITE, day)));
    }

    private List<Day> open(LocalDate before) {
        return in(() -> usage().open(before, 1_000_000)).stream()
                .filter(day -> day.tenant().equals(tenant) || day.tenant().equals(otherTenant))
                .toList();
    }

    @Test
    void addsToWhatIsThere() {
        add(tenant, count(DAY, Dimension.PAGE, "/jobs", 3, 2), count(DAY, Dimension.DAY, "", 3, 2));
        add(
                tenant,
                count(DAY, Dimension.PAGE, "/jobs", 4, 1),
                count(DAY, Dimension.PAGE, "", 1, 0),
                count(DAY, Dimension.CATEGORY, "/jobs", 9, 9));
        add(otherTenant, count(DAY, Dimension.PAGE, "/jobs", 100, 100));
        add(tenant, count(DAY.plusDays(1), Dimension.PAGE, "/jobs", 50, 50));

        assertThat(of(tenant, DAY))
                .containsExactlyInAnyOrder(
                        count(DAY, Dimension.PAGE, "/jobs", 7, 3),
                        count(DAY, Dimension.PAGE, "", 1, 0),
                        count(DAY, Dimension.DAY, "", 3, 2),
                        count(DAY, Dimension.CATEGORY, "/jobs", 9, 9));
    }

    @Test
    void nothingIsLostWhenManyCountAtTheSameTime() {
        List<Count> counts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            counts.add(count(DAY, Dimension.PAGE, "/" + "abcdefghijklmnopqrst".charAt(i), 1, 1));
        }
        atOnce(4, thread -> {
            List<Count> mine = new ArrayList<>(counts);
            Collections.rotate(mine, thread);
            for (int i = 0; i < 5; i++) {
                run(() -> usage().add(tenant, mine));
            }
            return true;
        });

        assertThat(of(tenant, DAY)).hasSize(20).allMatch(count -> count.events() == 20 && count.visitors() == 20);
    }

    @Test
    void aRolledBackCountIsNotThere() {
        add(tenant, count(DAY, Dimension.DAY, "", 1, 1));
        rollBack(() -> usage().add(
                        tenant,
                        List.of(count(DAY, Dimension.DAY, "", 5, 5), count(DAY.plusDays(1), Dimension.DAY, "", 5, 5))));

        assertThat(of(tenant, DAY)).containsExactly(count(DAY, Dimension.DAY, "", 1, 1));
        assertThat(open(DAY.plusDays(9))).containsExactly(new Day(tenant, SITE, DAY));
    }

    @Test
    void listsOpenDaysOldestFirst() {
        add(tenant, count(DAY, Dimension.DAY, "", 1, 1));
        add(otherTenant, count(DAY.minusDays(2), Dimension.DAY, "", 1, 1));
        add(tenant, count(DAY.minusDays(1), Dimension.DAY, "", 1, 1));

        assertThat(open(DAY))
                .containsExactly(new Day(otherTenant, SITE, DAY.minusDays(2)), new Day(tenant, SITE, DAY.minusDays(1)));
        assertThat(in(() -> usage().open(DAY.plusDays(1), 1))).hasSize(1);
    }

    @Test
    void sealingReplacesWhatWasCountedForGood() {
        add(tenant, count(DAY, Dimension.DAY, "", 30, 20), count(DAY, Dimension.PAGE, "/rare", 1, 1));
        Day day = new Day(tenant, SITE, DAY);
        assertThat(in(() -> usage().sealed(tenant, SITE, DAY, DAY.plusDays(1)))).isEmpty();
        Count kept = count(DAY, Dimension.DAY, "", 30, 20);
        rollBack(() -> usage().seal(day, List.of()));
        run(() -> {
            assertThat(usage().lockOpen(day)).isTrue();
            usage().seal(day, List.of(kept));
        });

        assertThat(of(tenant, DAY)).containsExactly(kept);
        assertThat(in(() -> usage().sealed(tenant, SITE, DAY, DAY.plusDays(1)))).containsExactly(kept);
        assertThat(in(() -> usage().sealed(tenant, SITE, DAY.plusDays(1), DAY.plusDays(3))))
                .isEmpty();
        assertThat(in(() -> usage().sealed(tenant, "other", DAY, DAY.plusDays(1))))
                .isEmpty();
        assertThat(in(() -> usage().sealed(otherTenant, SITE, DAY, DAY.plusDays(1))))
                .isEmpty();
        assertThat(open(DAY.plusDays(1))).isEmpty();
        assertThat(in(() -> usage().lockOpen(day))).isFalse();
    }

    @Test
    void nobodyLocksADayThatIsUnknown() {
        assertThat(in(() -> usage().lockOpen(new Day(tenant, SITE, DAY)))).isFalse();
    }

    @Test
    void ofManyWhoSealADayOneDoes() {
        add(tenant, count(DAY, Dimension.DAY, "", 30, 20));
        Day day = new Day(tenant, SITE, DAY);
        List<Boolean> sealed = atOnce(
                4,
                thread -> in(() -> {
                    boolean open = usage().lockOpen(day);
                    if (open) {
                        usage().seal(day, List.of(count(DAY, Dimension.DAY, "", thread, 20)));
                    }
                    return open;
                }));

        assertThat(sealed).containsOnlyOnce(true);
        assertThat(of(tenant, DAY)).containsExactly(count(DAY, Dimension.DAY, "", sealed.indexOf(true), 20));
    }

    @Test
    void removesOldDaysOfATenantWithTheirCounters() {
        add(tenant, count(DAY.minusDays(1), Dimension.DAY, "", 1, 1), count(DAY, Dimension.DAY, "", 1, 1));
        add(otherTenant, count(DAY.minusDays(1), Dimension.DAY, "", 1, 1));
        run(() -> usage().seal(new Day(tenant, SITE, DAY.minusDays(1)), List.of()));

        assertThat(in(() -> usage().countBefore(tenant, DAY))).isOne();
        assertThat(in(() -> usage().removeBefore(tenant, DAY, 10))).isOne();
        assertThat(in(() -> usage().removeBefore(tenant, DAY, 10))).isZero();
        assertThat(in(() -> usage().countBefore(tenant, DAY))).isZero();
        assertThat(of(tenant, DAY.minusDays(1))).isEmpty();
        assertThat(of(tenant, DAY)).hasSize(1);
        assertThat(of(otherTenant, DAY.minusDays(1))).hasSize(1);
    }

    @Test
    void removesTheOldestDaysFirstAndNoMoreThanAsked() {
        for (int age = 1; age <= 3; age++) {
            add(tenant, count(DAY.minusDays(age), Dimension.DAY, "", 1, 1));
        }

        assertThat(in(() -> usage().removeBefore(tenant, DAY, 2))).isEqualTo(2);
        assertThat(of(tenant, DAY.minusDays(3))).isEmpty();
        assertThat(of(tenant, DAY.minusDays(2))).isEmpty();
        assertThat(of(tenant, DAY.minusDays(1))).hasSize(1);
    }

    /** Days that are prepared go as a whole once no tenant and no site needs them; the result is the same. */
    @Test
    void preparedDaysAreRemovedAsOthersAre() {
        LocalDate day = LocalDate.of(2031, 1, 1).plusDays(tenant.hashCode() & 0xfff);
        run(() -> usage().prepare(day, day.plusDays(2)));
        run(() -> usage().prepare(day, day.plusDays(2)));
        Count other = new Count("other", day, Dimension.DAY, "", 1, 1);
        add(tenant, count(day, Dimension.DAY, "", 1, 1), other, count(day.plusDays(1), Dimension.DAY, "", 1, 1));
        add(otherTenant, count(day, Dimension.DAY, "", 1, 1));
        rollBack(() -> usage().removeBefore(tenant, day.plusDays(1), 10));
        assertThat(of(tenant, day)).hasSize(1);

        assertThat(in(() -> usage().removeBefore(tenant, day.plusDays(1), 1))).isOne();
        assertThat(in(() -> usage().removeBefore(tenant, day.plusDays(1), 10))).isOne();
        assertThat(of(tenant, day)).isEmpty();
        assertThat(in(() -> usage().of(new Day(tenant, "other", day)))).isEmpty();
        assertThat(of(otherTenant, day)).hasSize(1);
        assertThat(in(() -> usage().removeBefore(otherTenant, day.plusDays(1), 10)))
                .isOne();
        assertThat(of(otherTenant, day)).isEmpty();
        assertThat(of(tenant, day.plusDays(1))).hasSize(1);
        add(tenant, count(day, Dimension.DAY, "", 1, 1));
        assertThat(of(tenant, day)).hasSize(1);
    }
}
