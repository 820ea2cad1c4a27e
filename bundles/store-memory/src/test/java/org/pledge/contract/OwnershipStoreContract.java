package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipNotices.Notice;
import org.pledge.ownership.OwnershipNotices.Reach;
import org.pledge.ownership.OwnershipNotices.Telling;
import org.pledge.ownership.OwnershipService.Counts;
import org.pledge.ownership.OwnershipService.Objection;
import org.pledge.ownership.OwnershipService.Result;
import org.pledge.ownership.OwnershipService.Scope;
import org.pledge.ownership.OwnershipService.State;
import org.pledge.ownership.OwnershipService.Transfer;
import org.pledge.ownership.spi.OwnershipStore;
import org.pledge.policy.Policy.Holder;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** What a store of transfers with a change of ownership promises. */
public abstract class OwnershipStoreContract extends StoreContract {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);

    private final UUID id = UUID.randomUUID();
    private final SubjectId subject = SubjectId.random();

    /** The transfers of the database under test. */
    protected abstract OwnershipStore ownership();

    private static Transfer transfer(TenantId tenant, UUID id, long second) {
        return new Transfer(
                id,
                tenant,
                new Scope("new-owner", Set.of("name", "email"), Optional.of("premium"), DAY, DAY.plusDays(30)),
                3,
                NOW.plusSeconds(second),
                State.OPEN,
                Set.of(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void keepsEveryPartOfATransfer() {
        Transfer opened = transfer(tenant, id, 0);
        run(() -> ownership().putTransfer(opened));
        assertThat(in(() -> ownership().lockTransfer(tenant, id))).contains(opened);
        Transfer done = new Transfer(
                id,
                tenant,
                new Scope("new-owner", Set.of("name"), Optional.empty(), DAY, DAY.plusDays(1)),
                4,
                NOW,
                State.DONE,
                Set.of("olga", "pjotr"),
                Optional.of(subject),
                Optional.of(NOW.plusSeconds(9)));
        run(() -> ownership().putTransfer(done));
        assertThat(in(() -> ownership().transfers(tenant))).containsExactly(done);
    }

    @Test
    void listsATenantsTransfersNewestFirst() {
        Transfer first = transfer(tenant, id, 0);
        Transfer second = transfer(tenant, UUID.randomUUID(), 1);
        run(() -> {
            ownership().putTransfer(first);
            ownership().putTransfer(second);
            ownership().putTransfer(transfer(otherTenant, id, 2));
        });
        assertThat(in(() -> ownership().transfers(tenant))).containsExactly(second, first);
        assertThat(in(() -> ownership().lockTransfer(otherTenant, second.id()))).isEmpty();
    }

    @Test
    void somebodyObjectsOnce() {
        Objection objection = new Objection(subject, NOW);
        assertThat(in(() -> ownership().object(tenant, id, objection))).isTrue();
        assertThat(in(() -> ownership().object(tenant, id, new Objection(subject, NOW.plusSeconds(1)))))
                .isFalse();
        assertThat(in(() -> ownership().objection(tenant, id, subject))).contains(objection);
        assertThat(in(() -> ownership().objection(otherTenant, id, subject))).isEmpty();
        assertThat(in(() -> ownership().objection(tenant, UUID.randomUUID(), subject)))
                .isEmpty();
    }

    @Test
    void pagesThroughObjections() {
        List<Objection> all = Stream.generate(SubjectId::random)
                .limit(5)
                .map(one -> new Objection(one, NOW))
                .toList();
        all.forEach(one -> run(() -> ownership().object(tenant, id, one)));
        List<Objection> first = in(() -> ownership().objections(tenant, id, Optional.empty(), 3));
        List<Objection> rest = in(() ->
                ownership().objections(tenant, id, Optional.of(first.get(2).subject()), 3));
        assertThat(Stream.concat(first.stream(), rest.stream())).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void countsObjectionsAndResults() {
        run(() -> {
            ownership().object(tenant, id, new Objection(subject, NOW));
            ownership().putResult(tenant, id, subject, Result.EXCLUDED, Optional.empty(), NOW);
            ownership()
                    .putResult(tenant, id, SubjectId.random(), Result.DISCLOSED, Optional.of(UUID.randomUUID()), NOW);
            ownership()
                    .putResult(tenant, id, SubjectId.random(), Result.DISCLOSED, Optional.of(UUID.randomUUID()), NOW);
            ownership().putResult(tenant, id, SubjectId.random(), Result.REFUSED, Optional.empty(), NOW);
            ownership().putResult(tenant, id, SubjectId.random(), Result.UNTOLD, Optional.empty(), NOW);
        });
        assertThat(in(() -> ownership().counts(tenant, id))).isEqualTo(new Counts(1, 2, 1, 1, 1));
        assertThat(in(() -> ownership().counts(tenant, UUID.randomUUID()))).isEqualTo(new Counts(0, 0, 0, 0, 0));
        assertThat(in(() -> ownership().result(tenant, id, subject))).contains(Result.EXCLUDED);
        assertThat(in(() -> ownership().result(otherTenant, id, subject))).isEmpty();
    }

    private SubjectId person(String tier) {
        SubjectId account = SubjectId.random();
        SubjectId person = SubjectId.random();
        run(() -> {
            stores().subjects().addAccount(new StoredAccount(tenant, account, tier, Holder.INDIVIDUAL, "US", 1));
            stores().subjects().addPerson(new StoredPerson(tenant, person, account, Set.of(), 0));
        });
        return person;
    }

    @Test
    void knowsWhomNobodyTold() {
        SubjectId told = person("free");
        SubjectId unreached = person("free");
        SubjectId left = person("free");
        SubjectId paying = person("premium");
        SubjectId erased = person("free");
        run(() -> stores().subjects().mark(tenant, erased, Mark.ERASED));
        assertThat(in(() -> ownership().tell(tenant, id, new Notice(told, Telling.QUEUED, NOW))))
                .isTrue();
        assertThat(in(() -> ownership().tell(tenant, id, new Notice(unreached, Telling.UNREACHED, NOW))))
                .isTrue();

        assertThat(in(() -> ownership().untold(tenant, id, Optional.empty(), 10)))
                .containsExactlyInAnyOrder(left, paying);
        assertThat(in(() -> ownership().untold(tenant, id, Optional.of("free"), 10)))
                .containsExactly(left);
        assertThat(in(() -> ownership().untold(tenant, id, Optional.empty(), 1)))
                .hasSize(1);
        assertThat(in(() -> ownership().untold(tenant, UUID.randomUUID(), Optional.of("premium"), 10)))
                .containsExactly(paying);
        assertThat(in(() -> ownership().untold(otherTenant, id, Optional.empty(), 10)))
                .isEmpty();
    }

    @Test
    void tellsOnceAndReachesWhoWasNotReachedLater() {
        SubjectId person = person("free");
        Notice unreached = new Notice(person, Telling.UNREACHED, NOW);
        Notice byHand = new Notice(person, Telling.BY_HAND, NOW.plusSeconds(1));
        assertThat(in(() -> ownership().tell(tenant, id, unreached))).isTrue();
        Notice unreachedAgain = new Notice(person, Telling.UNREACHED, NOW.plusSeconds(9));
        assertThat(in(() -> ownership().tell(tenant, id, unreachedAgain))).isTrue();
        assertThat(in(() -> ownership().notice(tenant, id, person))).contains(unreachedAgain);
        assertThat(in(() -> ownership().tell(tenant, id, byHand))).isTrue();
        assertThat(in(() -> ownership().tell(tenant, id, new Notice(person, Telling.QUEUED, NOW.plusSeconds(2)))))
                .isFalse();
        assertThat(in(() -> ownership().tell(tenant, id, unreached))).isFalse();
        assertThat(in(() -> ownership().notice(tenant, id, person))).contains(byHand);
        assertThat(in(() -> ownership().notice(otherTenant, id, person))).isEmpty();
    }

    private UUID message(SharingService.State state) {
        Disclosure disclosure = new Disclosure(
                UUID.randomUUID(),
                tenant,
                subject,
                "postbox",
                "account",
                Set.of("email"),
                "duty",
                List.of(),
                1,
                Optional.empty(),
                state,
                1,
                OptionalInt.empty(),
                NOW,
                NOW.plusSeconds(60),
                Optional.empty());
        run(() ->
                stores().sharing().addDisclosure(new StoredDisclosure(disclosure, new byte[0], NOW, Optional.empty())));
        return disclosure.id();
    }

    @ParameterizedTest
    @EnumSource(SharingService.State.class)
    void whomAMessageDidNotReachIsNotTold(SharingService.State state) {
        boolean lost = Set.of(SharingService.State.PARKED, SharingService.State.CANCELLED, SharingService.State.DROPPED)
                .contains(state);
        SubjectId person = person("free");
        SubjectId other = person("free");
        Notice queued = new Notice(person, Telling.QUEUED, NOW, Optional.of(message(state)));
        run(() -> {
            ownership().tell(tenant, id, new Notice(person, Telling.UNREACHED, NOW.minusSeconds(1)));
            ownership().tell(tenant, id, queued);
            ownership().tell(tenant, id, new Notice(other, Telling.QUEUED, NOW, Optional.of(UUID.randomUUID())));
            ownership().tell(tenant, id, new Notice(person("free"), Telling.BY_HAND, NOW));
        });
        assertThat(in(() -> ownership().notice(tenant, id, person))).contains(queued);
        assertThat(in(() -> ownership().loseUndelivered(otherTenant, id))).isZero();
        assertThat(in(() -> ownership().loseUndelivered(tenant, UUID.randomUUID())))
                .isZero();
        assertThat(in(() -> ownership().loseUndelivered(tenant, id))).isEqualTo(lost ? 1 : 0);
        assertThat(in(() -> ownership().loseUndelivered(tenant, id))).isZero();
        assertThat(in(() -> ownership().reach(tenant, id, Optional.empty())).told())
                .isEqualTo(lost ? 2 : 3);
        assertThat(in(() -> ownership().unreachedSince(tenant, id, Optional.empty(), NOW, 10)))
                .isEqualTo(lost ? List.of(person) : List.of());
    }

    @Test
    void countsWhomANoticeReached() {
        SubjectId first = person("free");
        SubjectId second = person("free");
        SubjectId third = person("premium");
        person("free");
        run(() -> {
            ownership().tell(tenant, id, new Notice(first, Telling.QUEUED, NOW));
            ownership().tell(tenant, id, new Notice(second, Telling.UNREACHED, NOW.plusSeconds(5)));
            ownership().tell(tenant, id, new Notice(third, Telling.BY_HAND, NOW.plusSeconds(2)));
            ownership().tell(tenant, id, new Notice(SubjectId.random(), Telling.QUEUED, NOW.plusSeconds(7)));
            ownership().tell(tenant, id, new Notice(SubjectId.random(), Telling.UNREACHED, NOW));
        });
        Instant nextTry = NOW.plusSeconds(5).plus(OwnershipNotices.PAUSE);
        assertThat(in(() -> ownership().reach(tenant, id, Optional.empty())))
                .isEqualTo(new Reach(4, 2, 1, Optional.of(NOW.plusSeconds(2)), Optional.of(nextTry)));
        assertThat(in(() -> ownership().reach(tenant, id, Optional.of("free"))))
                .isEqualTo(new Reach(3, 1, 1, Optional.of(NOW), Optional.of(nextTry)));
        assertThat(in(() -> ownership().reach(tenant, UUID.randomUUID(), Optional.empty())))
                .isEqualTo(new Reach(4, 0, 0, Optional.empty(), Optional.empty()));
    }

    @Test
    void knowsWhoWasNotReachedForLong() {
        SubjectId early = person("free");
        SubjectId paying = person("premium");
        run(() -> {
            ownership().tell(tenant, id, new Notice(early, Telling.UNREACHED, NOW));
            ownership().tell(tenant, id, new Notice(paying, Telling.UNREACHED, NOW));
            ownership().tell(tenant, id, new Notice(person("free"), Telling.UNREACHED, NOW.plusSeconds(1)));
            ownership().tell(tenant, id, new Notice(person("free"), Telling.QUEUED, NOW));
        });
        assertThat(in(() -> ownership().unreachedSince(tenant, id, Optional.empty(), NOW, 10)))
                .containsExactlyInAnyOrder(early, paying);
        assertThat(in(() -> ownership().unreachedSince(tenant, id, Optional.of("free"), NOW, 10)))
                .containsExactly(early);
        assertThat(in(() -> ownership().unreachedSince(tenant, id, Optional.empty(), NOW, 1)))
                .hasSize(1);
        assertThat(in(() -> ownership().unreachedSince(tenant, id, Optional.empty(), NOW.minusMillis(1), 10)))
                .isEmpty();
        assertThat(in(() -> ownership().unreachedSince(otherTenant, id, Optional.empty(), NOW, 10)))
                .isEmpty();
    }

    @Test
    void pagesThroughThoseWhoWereNotReached() {
        List<SubjectId> all =
                Stream.generate(() -> person("free")).limit(4).sorted().toList();
        all.forEach(one -> run(() -> ownership().tell(tenant, id, new Notice(one, Telling.UNREACHED, NOW))));
        run(() -> ownership().tell(tenant, id, new Notice(person("free"), Telling.QUEUED, NOW)));
        List<Notice> first = in(() -> ownership().unreached(tenant, id, Optional.empty(), 3));
        List<Notice> rest = in(
                () -> ownership().unreached(tenant, id, Optional.of(first.get(2).subject()), 3));
        assertThat(Stream.concat(first.stream(), rest.stream()).map(Notice::subject))
                .containsExactlyInAnyOrderElementsOf(all);
    }
}
