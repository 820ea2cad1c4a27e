package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.visitor.spi.LinkStore;
import org.pledge.visitor.spi.LinkStore.StoredLink;
import org.pledge.visitor.spi.LinkStore.StoredRecord;

/** What a store of linked devices promises. */
public abstract class LinkStoreContract extends StoreContract {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);
    private static final String URLS = "url-requests";

    private final SubjectId person = SubjectId.random();
    private final SubjectId other = SubjectId.random();

    /** The store under test; it joins the transactions of {@link #stores}. */
    protected abstract LinkStore links();

    private static byte[] token(int fill) {
        return bytes(32, fill);
    }

    private StoredLink linked(TenantId to, SubjectId subject, int token) {
        StoredLink link = new StoredLink(to, UUID.randomUUID(), subject, token(token), NOW.plusSeconds(token));
        assertThat(in(() -> links().addLink(link))).isTrue();
        return link;
    }

    private void record(StoredLink link, String category, LocalDate... days) {
        run(() -> links().addRecords(List.of(days).stream()
                .map(day -> new StoredRecord(
                        link.tenant(), UUID.randomUUID(), day, link.id(), link.subject(), category, bytes(9, 7)))
                .toList()));
    }

    private List<LocalDate> days(SubjectId of) {
        return in(() -> links().records(tenant, of, 0, 1000)).stream()
                .map(StoredRecord::day)
                .toList();
    }

    @Test
    void aDeviceHasOneLinkAtATime() {
        StoredLink link = linked(tenant, person, 1);
        linked(otherTenant, other, 1);
        assertThat(in(() -> links().addLink(new StoredLink(tenant, UUID.randomUUID(), other, token(1), NOW))))
                .isFalse();
        assertThat(in(() -> links().lockLink(tenant, token(1))))
                .hasValueSatisfying(
                        found -> assertThat(found).usingRecursiveComparison().isEqualTo(link));
        assertThat(in(() -> links().lockLink(tenant, token(2)))).isEmpty();
    }

    @Test
    void listsAPersonsLinksOldestFirst() {
        StoredLink second = linked(tenant, person, 2);
        StoredLink first = linked(tenant, person, 1);
        linked(tenant, other, 3);
        assertThat(in(() -> links().links(tenant, person)))
                .extracting(StoredLink::id)
                .containsExactly(first.id(), second.id());
        assertThat(in(() -> links().links(otherTenant, person))).isEmpty();
    }

    @Test
    void nothingStaysOfALinkThatIsRemoved() {
        StoredLink link = linked(tenant, person, 1);
        StoredLink stays = linked(tenant, person, 2);
        record(link, URLS, DAY, DAY);
        record(stays, URLS, DAY);
        assertThat(in(() -> links().removeLink(tenant, other, link.id()))).isFalse();
        assertThat(in(() -> links().counts(tenant, person, link.id()))).isEqualTo(Map.of(URLS, 2L));
        assertThat(in(() -> links().removeLink(tenant, person, link.id()))).isTrue();
        assertThat(in(() -> links().removeLink(tenant, person, link.id()))).isFalse();
        assertThat(in(() -> links().counts(tenant, person, link.id()))).isEmpty();
        assertThat(in(() -> links().lockLink(tenant, token(1)))).isEmpty();
        assertThat(days(person)).hasSize(1);
    }

    @Test
    void nothingStaysOfAPersonWhoIsRemoved() {
        record(linked(tenant, person, 1), URLS, DAY, DAY.plusDays(1));
        record(linked(tenant, person, 2), "page-log", DAY);
        record(linked(tenant, other, 3), URLS, DAY);
        rollBack(() -> links().erase(tenant, person));
        assertThat(in(() -> links().countErased(tenant))).isZero();
        run(() -> {
            links().erase(tenant, person);
            links().erase(tenant, person);
            links().erase(otherTenant, other);
        });
        assertThat(in(() -> links().links(tenant, person))).isEmpty();
        assertThat(in(() -> links().lockLink(tenant, token(1)))).isEmpty();
        assertThat(in(() -> links().countErased(tenant))).isEqualTo(3);
        assertThat(in(() -> links().removeErased(tenant, 2))).isEqualTo(2);
        assertThat(in(() -> links().removeErased(tenant, 2))).isOne();
        assertThat(in(() -> links().removeErased(tenant, 2))).isZero();
        assertThat(days(person)).isEmpty();
        assertThat(days(other)).hasSize(1);
    }

    @Test
    void readsRecordsPageByPage() {
        StoredLink link = linked(tenant, person, 1);
        record(link, URLS, IntStream.range(0, 7).mapToObj(DAY::minusDays).toArray(LocalDate[]::new));
        List<StoredRecord> first = in(() -> links().records(tenant, person, 0, 5));
        List<StoredRecord> rest = in(() -> links().records(tenant, person, 5, 5));
        assertThat(first).extracting(StoredRecord::day).isSorted().hasSize(5).startsWith(DAY.minusDays(6));
        assertThat(rest).extracting(StoredRecord::day).containsExactly(DAY.minusDays(1), DAY);
        assertThat(first.get(0).sealed()).isEqualTo(bytes(9, 7));
    }

    @Test
    void removesOldDaysOfACategoryAndNothingElse() {
        StoredLink link = linked(tenant, person, 1);
        StoredLink held = linked(tenant, other, 2);
        StoredLink foreign = linked(otherTenant, person, 1);
        record(link, URLS, DAY.minusDays(2), DAY.minusDays(1), DAY);
        record(link, "page-log", DAY.minusDays(2));
        record(held, URLS, DAY.minusDays(2));
        record(foreign, URLS, DAY.minusDays(2));

        assertThat(in(() -> links().countBefore(tenant, URLS, DAY, Set.of(other))))
                .isEqualTo(2);
        assertThat(in(() -> links().removeBefore(tenant, URLS, DAY, Set.of(other), 100)))
                .isEqualTo(2);
        assertThat(in(() -> links().removeBefore(tenant, URLS, DAY, Set.of(other), 100)))
                .isZero();
        assertThat(in(() -> links().counts(tenant, person, link.id()))).isEqualTo(Map.of(URLS, 1L, "page-log", 1L));
        assertThat(days(other)).hasSize(1);
        assertThat(in(() -> links().removeBefore(tenant, URLS, DAY, Set.of(), 100)))
                .isOne();
        assertThat(in(() -> links().records(otherTenant, person, 0, 10))).hasSize(1);
    }

    /** Days that are prepared go as a whole; the result is the same. */
    @Test
    void preparedDaysAreRemovedAsOthersAre() {
        LocalDate day = LocalDate.of(2031, 1, 1).plusDays(tenant.hashCode() & 0xfff);
        run(() -> links().prepare(day, day.plusDays(2)));
        run(() -> links().prepare(day, day.plusDays(2)));
        StoredLink link = linked(tenant, person, 1);
        StoredLink foreign = linked(otherTenant, other, 1);
        record(link, URLS, day, day, day.plusDays(1));
        record(link, "page-log", day);
        record(foreign, URLS, day);
        rollBack(() -> links().removeBefore(tenant, URLS, day.plusDays(2), Set.of(), 100));
        assertThat(days(person)).hasSize(4);

        assertThat(in(() -> links().removeBefore(tenant, URLS, day.plusDays(1), Set.of(), 100)))
                .isEqualTo(2);
        assertThat(days(person)).containsExactly(day, day.plusDays(1));
        assertThat(in(() -> links().removeBefore(tenant, URLS, day.plusDays(2), Set.of(), 100)))
                .isOne();
        assertThat(in(() -> links().removeBefore(tenant, "page-log", day.plusDays(1), Set.of(), 100)))
                .isOne();
        assertThat(in(() -> links().records(otherTenant, other, 0, 10))).hasSize(1);
        assertThat(in(() -> links().removeBefore(otherTenant, URLS, day.plusDays(1), Set.of(), 100)))
                .isOne();
        run(() -> links().prepare(day, day.plusDays(2)));
        record(link, URLS, day);
        assertThat(days(person)).containsExactly(day);
    }
}
