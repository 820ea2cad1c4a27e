package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;
import org.pledge.audit.spi.AuditStore;
import org.pledge.audit.spi.AuditStore.Link;
import org.pledge.audit.spi.AuditStore.StoredLeaf;

/** What a store of leaves promises. */
public abstract class AuditStoreContract extends StoreContract {
    private static final int EVERYTHING = 100_000;

    private AuditStore audit() {
        return stores().audit();
    }

    private void add(TenantId to, int... contents) {
        run(() -> IntStream.of(contents).forEach(content -> audit().add(to, bytes(10, content))));
    }

    private List<StoredLeaf> waiting(TenantId of) {
        return in(() -> audit().unchained(of, EVERYTHING));
    }

    private void chain(TenantId of, int atMost) {
        run(() -> {
            long next = audit().lockHead(of).map(link -> link.position() + 1).orElse(0L);
            List<Link> links = new ArrayList<>();
            for (StoredLeaf leaf : audit().unchained(of, atMost)) {
                links.add(new Link(next, leaf.id(), leaf.content(), bytes(32, leaf.content()[0])));
                next++;
            }
            audit().link(of, links);
        });
    }

    private void assertLinks(List<Link> links, long first, int step, int... contents) {
        assertThat(links).hasSize(contents.length);
        for (int i = 0; i < contents.length; i++) {
            assertThat(links.get(i).position()).isEqualTo(first + (long) i * step);
            assertThat(links.get(i).content()).isEqualTo(bytes(10, contents[i]));
            assertThat(links.get(i).chain()).isEqualTo(bytes(32, contents[i]));
        }
    }

    @Test
    void leavesWaitInTheOrderOfAdding() {
        add(tenant, 1, 2, 3);
        add(otherTenant, 4);
        add(tenant, 5);
        List<StoredLeaf> waiting = waiting(tenant);
        assertThat(waiting).extracting(leaf -> (int) leaf.content()[0]).containsExactly(1, 2, 3, 5);
        assertThat(waiting).extracting(StoredLeaf::id).isSorted().doesNotHaveDuplicates();
        assertThat(waiting(otherTenant)).hasSize(1);
        assertThat(in(() -> audit().tenants())).contains(tenant, otherTenant);
    }

    @Test
    void leavesThatAreAddedTogetherWaitInTheirOrder() {
        add(tenant, 1);
        run(() -> {
            audit().addAll(
                            tenant,
                            IntStream.range(2, 1002)
                                    .mapToObj(i -> bytes(10 + i % 7, i))
                                    .toList());
            audit().add(tenant, bytes(10, 99));
            audit().addAll(tenant, List.of());
        });
        run(() -> audit().addAll(otherTenant, List.of(bytes(10, 7))));
        List<StoredLeaf> waiting = waiting(tenant);
        assertThat(waiting).hasSize(1002);
        for (int i = 2; i < 1002; i++) {
            assertThat(waiting.get(i - 1).content()).isEqualTo(bytes(10 + i % 7, i));
        }
        assertThat(waiting.get(1001).content()).isEqualTo(bytes(10, 99));
        assertThat(waiting).extracting(StoredLeaf::id).isSorted().doesNotHaveDuplicates();
        assertThat(waiting(otherTenant)).hasSize(1);
        rollBack(() -> audit().addAll(otherTenant, List.of(bytes(10, 8))));
        assertThat(waiting(otherTenant)).hasSize(1);
    }

    @Test
    void leavesThatWereAddedTogetherTakeTheirPlacesInParts() {
        run(() -> audit().addAll(
                        tenant,
                        IntStream.range(0, 10).mapToObj(i -> bytes(10, i)).toList()));
        chain(tenant, 4);
        assertThat(waiting(tenant)).extracting(leaf -> (int) leaf.content()[0]).containsExactly(4, 5, 6, 7, 8, 9);
        rollBack(() -> chain(tenant, 2));
        chain(tenant, 1);
        chain(tenant, 100);
        assertThat(waiting(tenant)).isEmpty();
        assertLinks(in(() -> audit().links(tenant, 0, 100)), 0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(in(() -> audit().links(tenant, 0, 100)))
                .extracting(Link::leafId)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void onlyTheOldestWaitingLeavesOfATenantAreTaken() {
        add(tenant, 1);
        add(otherTenant, 2);
        add(tenant, 3, 4);
        assertThat(in(() -> audit().unchained(tenant, 2)))
                .extracting(leaf -> (int) leaf.content()[0])
                .containsExactly(1, 3);
    }

    @Test
    void keepsEveryByteOfALeaf() {
        byte[] all = new byte[3000];
        IntStream.range(0, all.length).forEach(i -> all[i] = (byte) i);
        run(() -> audit().add(tenant, all));
        assertThat(waiting(tenant).get(0).content()).isEqualTo(all);
    }

    @Test
    void aRolledBackLeafIsNowhere() {
        rollBack(() -> audit().add(tenant, bytes(10, 1)));
        assertThat(waiting(tenant)).isEmpty();
        assertThat(in(() -> audit().tenants())).doesNotContain(tenant);
    }

    @Test
    void linkedLeavesNoLongerWait() {
        add(tenant, 1, 2, 3);
        add(otherTenant, 9);
        assertThat(in(() -> audit().lockHead(tenant))).isEmpty();
        chain(tenant, 2);
        assertThat(waiting(tenant)).extracting(leaf -> (int) leaf.content()[0]).containsExactly(3);
        assertThat(waiting(otherTenant)).hasSize(1);
        assertLinks(List.of(in(() -> audit().lockHead(tenant)).orElseThrow()), 1, 1, 2);
        assertThat(in(() -> audit().lockHead(otherTenant))).isEmpty();
        chain(tenant, 1);
        assertThat(waiting(tenant)).isEmpty();
        assertLinks(List.of(in(() -> audit().lockHead(tenant)).orElseThrow()), 2, 1, 3);
    }

    @Test
    void readsLinksFromAPositionAndFromTheEnd() {
        add(tenant, 1, 2, 3, 4, 5);
        chain(tenant, 5);
        assertLinks(in(() -> audit().links(tenant, 0, 3)), 0, 1, 1, 2, 3);
        assertLinks(in(() -> audit().links(tenant, 3, 10)), 3, 1, 4, 5);
        assertLinks(in(() -> audit().links(tenant, 5, 10)), 5, 1);
        assertLinks(in(() -> audit().newest(tenant, 2)), 4, -1, 5, 4);
        assertLinks(in(() -> audit().newest(tenant, 10)), 4, -1, 5, 4, 3, 2, 1);
        assertThat(in(() -> audit().links(otherTenant, 0, 10))).isEmpty();
        assertThat(in(() -> audit().newest(otherTenant, 10))).isEmpty();
    }

    @Test
    void aLeafTakesOnePlaceOnly() {
        add(tenant, 1);
        StoredLeaf leaf = waiting(tenant).get(0);
        run(() -> audit().link(tenant, List.of(link(0, leaf))));
        assertThatThrownBy(() -> run(() -> audit().link(tenant, List.of(link(1, leaf)))))
                .isInstanceOf(IllegalStateException.class);
        assertLinks(in(() -> audit().links(tenant, 0, 10)), 0, 1, 1);
    }

    private static Link link(long position, StoredLeaf leaf) {
        return new Link(position, leaf.id(), leaf.content(), bytes(32, leaf.content()[0]));
    }

    @Test
    void longLeavesAndManyOfThemKeepEveryByteAndTheirOrder() {
        int count = 100;
        run(() -> IntStream.range(0, count).forEach(i -> audit().add(tenant, bytes(3000 + i, i))));
        chain(tenant, 30);
        chain(tenant, 1);
        chain(tenant, count);
        List<Link> links = in(() -> audit().links(tenant, 10, 80));
        assertThat(links).hasSize(80);
        for (int i = 0; i < links.size(); i++) {
            assertThat(links.get(i).position()).isEqualTo(10 + i);
            assertThat(links.get(i).content()).isEqualTo(bytes(3010 + i, 10 + i));
        }
        assertThat(in(() -> audit().newest(tenant, 75)))
                .extracting(Link::position)
                .containsExactlyElementsOf(IntStream.range(0, 75)
                        .mapToObj(i -> (long) count - 1 - i)
                        .toList());
    }

    @Test
    void aLinkNamesItsLeaf() {
        add(tenant, 1);
        long leaf = waiting(tenant).get(0).id();
        chain(tenant, 1);
        assertThat(in(() -> audit().links(tenant, 0, 1)).get(0).leafId()).isEqualTo(leaf);
    }

    @Test
    void rolledBackLinksWaitAgain() {
        add(tenant, 1, 2);
        rollBack(() -> chain(tenant, 2));
        assertThat(waiting(tenant)).hasSize(2);
        assertThat(in(() -> audit().lockHead(tenant))).isEmpty();
        chain(tenant, 2);
        assertLinks(in(() -> audit().links(tenant, 0, 10)), 0, 1, 1, 2);
    }

    @Test
    void leavesOfManyThreadsAllArrive() {
        atOnce(4, thread -> {
            for (int i = 0; i < 10; i++) {
                add(tenant, thread * 10 + i);
            }
            return thread;
        });
        assertThat(waiting(tenant))
                .extracting(leaf -> (int) leaf.content()[0])
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 40).boxed().toList());
    }

    @Test
    void whoHoldsTheHeadChainsAloneEvenWhereThereIsNoneYet() {
        add(tenant, IntStream.range(1, 31).toArray());
        atOnce(3, thread -> {
            for (int i = 0; i < 10; i++) {
                chain(tenant, 1);
            }
            return thread;
        });
        List<Link> links = in(() -> audit().links(tenant, 0, 100));
        assertThat(links)
                .extracting(Link::position)
                .containsExactlyElementsOf(
                        IntStream.range(0, 30).mapToObj(i -> (long) i).toList());
        assertThat(links).extracting(Link::leafId).doesNotHaveDuplicates();
    }
}
