package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy.Holder;
import org.pledge.subject.SubjectService.Lasting;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.EndedField;
import org.pledge.subject.spi.SubjectStore.Indexed;
import org.pledge.subject.spi.SubjectStore.KeptTokens;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.Removal;
import org.pledge.subject.spi.SubjectStore.Returned;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** What a store of accounts promises. */
public abstract class SubjectStoreContract extends StoreContract {
    private SubjectStore subjects() {
        return stores().subjects();
    }

    private static StoredAccount account(TenantId tenant, SubjectId id) {
        return new StoredAccount(tenant, id, "premium", Holder.COMPANY, "US-NV", 1);
    }

    private SubjectId added(TenantId tenant) {
        SubjectId id = SubjectId.random();
        run(() -> subjects().addAccount(account(tenant, id)));
        return id;
    }

    private SubjectId addedPerson(SubjectId account, int ordinal, String... roles) {
        SubjectId id = SubjectId.random();
        run(() -> subjects().addPerson(new StoredPerson(tenant, id, account, Set.of(roles), ordinal)));
        return id;
    }

    @Test
    void keepsAnAccountAtVersionOne() {
        SubjectId id = SubjectId.random();
        run(() -> subjects().addAccount(new StoredAccount(tenant, id, "premium", Holder.COMPANY, "US-NV", 7)));
        assertThat(in(() -> subjects().account(tenant, id))).contains(account(tenant, id));
    }

    @Test
    void aTenantNeverSeesAnothersAccountsOrPeople() {
        SubjectId account = added(tenant);
        SubjectId person = addedPerson(account, 0);
        run(() -> subjects().putField(tenant, person, "email", bytes(3, 1)));
        run(() -> {
            assertThat(subjects().account(otherTenant, account)).isEmpty();
            assertThat(subjects().accounts(otherTenant, Optional.empty(), 10)).isEmpty();
            assertThat(subjects().person(otherTenant, person)).isEmpty();
            assertThat(subjects().people(otherTenant, account)).isEmpty();
            assertThat(subjects().fields(otherTenant, person)).isEmpty();
            assertThat(subjects().touchAccount(otherTenant, account, 1)).isFalse();
            assertThat(subjects().knows(otherTenant, person)).isFalse();
            assertThat(subjects().removePerson(otherTenant, person)).isFalse();
            assertThat(subjects().removeAccount(otherTenant, account)).isFalse();
            subjects().removeField(otherTenant, person, "email");
        });
        assertThat(in(() -> subjects().fields(tenant, person))).containsOnlyKeys("email");
    }

    @Test
    void theSameIdentifierMayBelongToTwoTenants() {
        SubjectId id = added(tenant);
        run(() -> subjects().addAccount(account(otherTenant, id)));
        run(() -> assertThat(subjects().removeAccount(tenant, id)).isTrue());
        assertThat(in(() -> subjects().account(otherTenant, id))).isPresent();
    }

    @Test
    void listsAccountsInUnsignedOrderPageByPage() {
        List<SubjectId> ids = List.of(
                new SubjectId(1, -1),
                new SubjectId(1, 1),
                new SubjectId(-1, 0),
                new SubjectId(Long.MIN_VALUE, 5),
                new SubjectId(Long.MAX_VALUE, 5),
                new SubjectId(0x00FF000000004000L, 2));
        run(() -> ids.forEach(id -> subjects().addAccount(account(tenant, id))));
        added(otherTenant);
        List<SubjectId> sorted = ids.stream().sorted().toList();
        assertThat(page(Optional.empty(), 10)).isEqualTo(sorted);
        assertThat(page(Optional.empty(), 4)).isEqualTo(sorted.subList(0, 4));
        assertThat(page(Optional.of(sorted.get(3)), 4)).isEqualTo(sorted.subList(4, 6));
        assertThat(page(Optional.of(sorted.get(5)), 4)).isEmpty();
        assertThat(page(Optional.of(new SubjectId(1, 2)), 1)).containsExactly(new SubjectId(1, -1));
    }

    private List<SubjectId> page(Optional<SubjectId> after, int limit) {
        return in(() -> subjects().accounts(tenant, after, limit).stream()
                .map(StoredAccount::id)
                .toList());
    }

    @Test
    void raisesTheVersionOnlyFromTheExpectedOne() {
        SubjectId id = added(tenant);
        run(() -> {
            assertThat(subjects().touchAccount(tenant, id, 2)).isFalse();
            assertThat(subjects().touchAccount(tenant, id, 1)).isTrue();
            assertThat(subjects().touchAccount(tenant, id, 1)).isFalse();
            assertThat(subjects().touchAccount(tenant, SubjectId.random(), 1)).isFalse();
        });
        assertThat(in(() -> subjects().account(tenant, id)).orElseThrow().version())
                .isEqualTo(2);
    }

    @Test
    void ofManyWhoSawTheSameVersionOneWins() {
        SubjectId id = added(tenant);
        List<Boolean> won = atOnce(6, thread -> in(() -> subjects().touchAccount(tenant, id, 1)));
        assertThat(won.stream().filter(Boolean::booleanValue)).hasSize(1);
        assertThat(in(() -> subjects().account(tenant, id)).orElseThrow().version())
                .isEqualTo(2);
    }

    @Test
    void listsPeopleOfAnAccountByOrdinal() {
        SubjectId account = added(tenant);
        SubjectId other = added(tenant);
        SubjectId third = addedPerson(account, 2, "technical");
        SubjectId first = addedPerson(account, 0);
        SubjectId second = addedPerson(account, 1, "billing", "owner");
        addedPerson(other, 0);
        List<StoredPerson> people = in(() -> subjects().people(tenant, account));
        assertThat(people).extracting(StoredPerson::id).containsExactly(first, second, third);
        assertThat(people).extracting(StoredPerson::ordinal).containsExactly(0, 1, 2);
        assertThat(people.get(0).roles()).isEmpty();
        assertThat(people.get(1).roles()).containsExactlyInAnyOrder("billing", "owner");
        assertThat(in(() -> subjects().person(tenant, second))).contains(people.get(1));
    }

    @Test
    void replacesRoles() {
        SubjectId person = addedPerson(added(tenant), 0, "billing");
        run(() -> subjects().setRoles(tenant, person, Set.of("owner", "technical")));
        assertThat(in(() -> subjects().person(tenant, person)).orElseThrow().roles())
                .containsExactlyInAnyOrder("owner", "technical");
        run(() -> subjects().setRoles(tenant, person, Set.of()));
        assertThat(in(() -> subjects().person(tenant, person)).orElseThrow().roles())
                .isEmpty();
    }

    @Test
    void keepsReplacesAndRemovesFields() {
        SubjectId person = addedPerson(added(tenant), 0);
        byte[] all = new byte[256];
        IntStream.range(0, 256).forEach(i -> all[i] = (byte) i);
        byte[] large = bytes(20_000, 7);
        run(() -> {
            subjects().putField(tenant, person, "email", bytes(3, 1));
            subjects().putField(tenant, person, "name", all);
            subjects().putField(tenant, person, "address", large);
        });
        run(() -> {
            subjects().putField(tenant, person, "email", bytes(5, 2));
            subjects().removeField(tenant, person, "address");
            subjects().removeField(tenant, person, "never-there");
        });
        run(() -> {
            assertThat(subjects().fields(tenant, person)).containsOnlyKeys("email", "name");
            assertThat(subjects().fields(tenant, person).get("email")).isEqualTo(bytes(5, 2));
            assertThat(subjects().fields(tenant, person).get("name")).isEqualTo(all);
        });
        run(() -> subjects().putField(tenant, person, "address", large));
        assertThat(in(() -> subjects().fields(tenant, person)).get("address")).isEqualTo(large);
    }

    @Test
    void keepsACopyOfWhatItIsGiven() {
        SubjectId person = addedPerson(added(tenant), 0);
        byte[] sealed = bytes(3, 1);
        run(() -> {
            subjects().putField(tenant, person, "email", sealed);
            sealed[0] = 9;
        });
        in(() -> subjects().fields(tenant, person)).get("email")[1] = 9;
        assertThat(in(() -> subjects().fields(tenant, person)).get("email")).isEqualTo(bytes(3, 1));
    }

    @Test
    void removesAPersonWithTheirFields() {
        SubjectId account = added(tenant);
        SubjectId person = addedPerson(account, 0);
        SubjectId stays = addedPerson(account, 1);
        run(() -> {
            subjects().putField(tenant, person, "email", bytes(3, 1));
            subjects().putField(tenant, stays, "email", bytes(3, 2));
        });
        assertThat(in(() -> subjects().knows(tenant, person))).isTrue();
        assertThat(in(() -> subjects().removePerson(tenant, person))).isTrue();
        assertThat(in(() -> subjects().knows(tenant, person))).isFalse();
        assertThat(in(() -> subjects().removePerson(tenant, person))).isFalse();
        run(() -> {
            assertThat(subjects().person(tenant, person)).isEmpty();
            assertThat(subjects().fields(tenant, person)).isEmpty();
            assertThat(subjects().fields(tenant, stays)).containsOnlyKeys("email");
        });
    }

    @Test
    void removesAnAccountOnce() {
        SubjectId account = added(tenant);
        SubjectId person = addedPerson(account, 0);
        run(() -> {
            subjects().removePerson(tenant, person);
            assertThat(subjects().removeAccount(tenant, account)).isTrue();
        });
        assertThat(in(() -> subjects().removeAccount(tenant, account))).isFalse();
        assertThat(in(() -> subjects().account(tenant, account))).isEmpty();
    }

    @Test
    void whatWasRemovedOutlivesThePerson() {
        SubjectId person = addedPerson(added(tenant), 0);
        Instant at = Instant.parse("2026-11-22T10:00:00.123456Z");
        Removal first = new Removal(tenant, person, at, 3, Set.of("email"), Set.of("name", "phone"));
        Removal second = new Removal(tenant, person, at.plusSeconds(1), 3, Set.of("name", "phone"), Set.of());
        run(() -> subjects().addRemoval(first));
        run(() -> subjects().addRemoval(second));
        run(() -> subjects().removePerson(tenant, person));
        Removal lasting =
                new Removal(tenant, person, at.plusSeconds(2), 3, Set.of("email", "name"), Set.of(), Set.of("email"));
        run(() -> subjects().addRemoval(lasting));

        assertThat(in(() -> subjects().removals(tenant, person))).containsExactly(first, second, lasting);
        assertThat(in(() -> subjects().removals(otherTenant, person))).isEmpty();
    }

    @Test
    void keepsMarksUntilTheyAreTakenAwayOrThePersonGoes() {
        SubjectId account = added(tenant);
        SubjectId person = addedPerson(account, 0);
        run(() -> subjects().mark(tenant, person, Mark.RESTRICTED));
        run(() -> subjects().mark(tenant, person, Mark.RESTRICTED));
        run(() -> {
            assertThat(subjects().marks(tenant, person)).containsExactly(Mark.RESTRICTED);
            assertThat(subjects().marks(otherTenant, person)).isEmpty();
            assertThat(subjects().knows(tenant, person)).isTrue();
            assertThat(subjects().marked(tenant, account, Mark.RESTRICTED)).containsExactly(person);
            assertThat(subjects().marked(tenant, account, Mark.ERASED)).isEmpty();
            assertThat(subjects().known(tenant, Set.of(person, account, SubjectId.random())))
                    .containsExactly(person);
            assertThat(subjects().known(otherTenant, Set.of(person, account))).isEmpty();
            subjects().mark(tenant, person, Mark.ERASED);
            assertThat(subjects().knows(tenant, person)).isFalse();
            assertThat(subjects().known(tenant, Set.of(person, account))).isEmpty();
            assertThat(subjects().person(tenant, person)).isPresent();
        });
        run(() -> subjects().unmark(tenant, person, Mark.RESTRICTED));
        run(() -> subjects().unmark(tenant, person, Mark.RESTRICTED));
        assertThat(in(() -> subjects().marks(tenant, person))).containsExactly(Mark.ERASED);
        run(() -> subjects().removePerson(tenant, person));
        assertThat(in(() -> subjects().marks(tenant, person))).isEmpty();
    }

    @Test
    void findsPeopleByTheKeyedHashesOfTheirFields() {
        SubjectId account = added(tenant);
        SubjectId one = addedPerson(account, 0);
        SubjectId other = addedPerson(account, 1);
        run(() -> {
            subjects().putTokens(tenant, one, "email", List.of(bytes(32, 1), bytes(32, 2)));
            subjects().putTokens(tenant, other, "email", List.of(bytes(32, 2)));
            subjects().putTokens(otherTenant, SubjectId.random(), "email", List.of(bytes(32, 1)));
        });
        run(() -> {
            assertThat(subjects().having(tenant, bytes(32, 1))).containsExactly(one);
            assertThat(subjects().having(tenant, bytes(32, 2))).containsExactlyInAnyOrder(one, other);
            assertThat(subjects().having(tenant, bytes(32, 3))).isEmpty();
        });
        run(() -> subjects().putTokens(tenant, one, "email", List.of(bytes(32, 3))));
        run(() -> {
            assertThat(subjects().having(tenant, bytes(32, 1))).isEmpty();
            assertThat(subjects().having(tenant, bytes(32, 2))).containsExactly(other);
            assertThat(subjects().having(tenant, bytes(32, 3))).containsExactly(one);
        });
    }

    private static final Lasting CALIFORNIA = new Lasting("US-CA", "drop");
    private static final Instant KEPT = Instant.parse("2026-08-01T10:00:00.000001Z");

    private Set<String> keep(SubjectId person, Lasting lasting, Instant at) {
        return in(() -> subjects().keepTokens(tenant, person, Set.of("email", "phone"), lasting, at));
    }

    private List<Returned> returned() {
        return in(() -> subjects().returned(tenant, Optional.empty(), 10));
    }

    @Test
    void whoComesBackIsFoundByTheHashesThatWereKept() {
        SubjectId account = added(tenant);
        SubjectId gone = addedPerson(account, 0);
        SubjectId namesake = addedPerson(account, 1);
        run(() -> {
            subjects().putTokens(tenant, gone, "email", List.of(bytes(32, 1), bytes(32, 2)));
            subjects().putTokens(tenant, gone, "name", List.of(bytes(32, 4)));
            subjects().putTokens(tenant, namesake, "name", List.of(bytes(32, 4)));
        });
        assertThat(keep(gone, CALIFORNIA, KEPT)).containsExactly("email");
        run(() -> subjects().removePerson(tenant, gone));

        assertThat(returned()).isEmpty();

        SubjectId back = addedPerson(account, 2);
        run(() -> {
            subjects().putTokens(tenant, back, "email", List.of(bytes(32, 2), bytes(32, 5)));
            subjects().putTokens(otherTenant, SubjectId.random(), "email", List.of(bytes(32, 2)));
        });

        assertThat(returned()).containsExactly(new Returned(back, CALIFORNIA, true));
        assertThat(in(() -> subjects().returned(otherTenant, Optional.empty(), 10)))
                .isEmpty();
    }

    @Test
    void whatSomebodyElseIsFoundByTooIsNotKept() {
        SubjectId account = added(tenant);
        SubjectId one = addedPerson(account, 0);
        SubjectId other = addedPerson(account, 1);
        run(() -> {
            subjects().putTokens(tenant, one, "email", List.of(bytes(32, 1)));
            subjects().putTokens(tenant, one, "phone", List.of(bytes(32, 2)));
            subjects().putTokens(tenant, other, "phone", List.of(bytes(32, 2)));
        });

        assertThat(keep(one, CALIFORNIA, KEPT)).containsExactly("email");

        run(() -> subjects().removePerson(tenant, one));
        assertThat(returned()).isEmpty();
    }

    @Test
    void saysWhoIsNotAloneWithAKeptHash() {
        SubjectId account = added(tenant);
        SubjectId gone = addedPerson(account, 0);
        run(() -> {
            subjects().putTokens(tenant, gone, "email", List.of(bytes(32, 1)));
            subjects().putTokens(tenant, gone, "phone", List.of(bytes(32, 2)));
        });
        keep(gone, CALIFORNIA, KEPT);
        SubjectId one = addedPerson(account, 1);
        SubjectId other = addedPerson(account, 2);
        run(() -> {
            subjects().removePerson(tenant, gone);
            subjects().putTokens(tenant, one, "email", List.of(bytes(32, 1)));
            subjects().putTokens(tenant, other, "email", List.of(bytes(32, 1)));
        });
        assertThat(returned())
                .containsExactlyInAnyOrder(
                        new Returned(one, CALIFORNIA, false), new Returned(other, CALIFORNIA, false));

        run(() -> subjects().putTokens(tenant, one, "phone", List.of(bytes(32, 2))));
        assertThat(returned())
                .containsExactlyInAnyOrder(new Returned(one, CALIFORNIA, true), new Returned(other, CALIFORNIA, false));
    }

    @Test
    void aKeptHashStaysAsItWasFirstKept() {
        SubjectId account = added(tenant);
        SubjectId one = addedPerson(account, 0);
        run(() -> subjects().putTokens(tenant, one, "email", List.of(bytes(32, 1))));

        keep(one, CALIFORNIA, KEPT);
        keep(one, new Lasting("US-TX", "letter"), KEPT.plusSeconds(1));

        assertThat(returned()).containsExactly(new Returned(one, CALIFORNIA, true));
        assertThat(in(() -> subjects().keptTokens(tenant)))
                .isEqualTo(new KeptTokens(1, Optional.of(KEPT), Optional.empty()));
    }

    @Test
    void listsWhoCameBackInOrderEachOnceAndGoesOnAfterTheLast() {
        SubjectId account = added(tenant);
        List<SubjectId> people = IntStream.range(0, 3)
                .mapToObj(ordinal -> addedPerson(account, ordinal))
                .sorted()
                .toList();
        people.forEach(person -> {
            run(() -> {
                byte[] mail = bytes(32, people.indexOf(person));
                subjects().putTokens(tenant, person, "email", List.of(mail));
                subjects().putTokens(tenant, person, "phone", List.of(bytes(32, 10 + people.indexOf(person))));
            });
            keep(person, CALIFORNIA, KEPT);
        });

        assertThat(in(() -> subjects().returned(tenant, Optional.empty(), 2)))
                .extracting(Returned::person)
                .isEqualTo(people.subList(0, 2));
        assertThat(in(() -> subjects().returned(tenant, Optional.of(people.get(1)), 2)))
                .extracting(Returned::person)
                .containsExactly(people.get(2));
    }

    @Test
    void keptHashesCanBeForgotten() {
        SubjectId account = added(tenant);
        SubjectId one = addedPerson(account, 0);
        SubjectId other = addedPerson(account, 1);
        run(() -> {
            subjects().putTokens(tenant, one, "email", List.of(bytes(32, 1), bytes(32, 2)));
            subjects().putTokens(tenant, other, "email", List.of(bytes(32, 3)));
        });
        keep(one, CALIFORNIA, KEPT);
        keep(other, CALIFORNIA, KEPT);

        assertThat(in(() -> subjects().forgetTokens(tenant, one))).isEqualTo(2);

        assertThat(returned()).containsExactly(new Returned(other, CALIFORNIA, true));
        assertThat(in(() -> subjects().forgetTokens(tenant, one))).isZero();
    }

    @Test
    void keepsWhenItWasLastLookedForWhoCameBack() {
        run(() -> subjects().putLooked(tenant, KEPT));
        run(() -> subjects().putLooked(tenant, KEPT.plusSeconds(1)));

        assertThat(in(() -> subjects().keptTokens(tenant)))
                .isEqualTo(new KeptTokens(0, Optional.empty(), Optional.of(KEPT.plusSeconds(1))));
        assertThat(in(() -> subjects().keptTokens(otherTenant)))
                .isEqualTo(new KeptTokens(0, Optional.empty(), Optional.empty()));
    }

    @Test
    void nobodyIsFoundByWhatWasRemoved() {
        SubjectId account = added(tenant);
        SubjectId one = addedPerson(account, 0);
        SubjectId other = addedPerson(account, 1);
        run(() -> {
            subjects().putTokens(tenant, one, "email", List.of(bytes(32, 1)));
            subjects().putTokens(tenant, one, "name", List.of(bytes(32, 2)));
            subjects().putTokens(tenant, other, "email", List.of(bytes(32, 3)));
            subjects().removeField(tenant, one, "email");
            subjects().removePerson(tenant, other);
        });
        run(() -> {
            assertThat(subjects().having(tenant, bytes(32, 1))).isEmpty();
            assertThat(subjects().having(tenant, bytes(32, 2))).containsExactly(one);
            assertThat(subjects().having(tenant, bytes(32, 3))).isEmpty();
        });
    }

    @Test
    void keepsHowFarTheIndexIs() {
        Indexed begun = new Indexed(tenant, Set.of("email", "name"), Optional.empty(), false);
        Indexed done = new Indexed(tenant, Set.of("email"), Optional.of(SubjectId.random()), true);
        run(() -> assertThat(subjects().indexed(tenant)).isEmpty());
        run(() -> subjects().putIndexed(begun));
        assertThat(in(() -> subjects().indexed(tenant))).contains(begun);
        run(() -> subjects().putIndexed(done));
        assertThat(in(() -> subjects().indexed(tenant))).contains(done);
        assertThat(in(() -> subjects().indexed(otherTenant))).isEmpty();
    }

    @Test
    void locksOnlyAnAccountThatIsThere() {
        SubjectId account = added(tenant);
        run(() -> {
            assertThat(subjects().lockAccount(tenant, account)).isTrue();
            assertThat(subjects().lockAccount(otherTenant, account)).isFalse();
        });
    }

    private List<SubjectId> heldSince(Instant before, Instant now, Set<SubjectId> except, int limit) {
        return in(() -> subjects().heldSince(tenant, "answers", before, now, except, limit));
    }

    private SubjectId answering(Instant since) {
        SubjectId person = addedPerson(added(tenant), 0);
        run(() -> {
            subjects().putField(tenant, person, "answers", bytes(3, 1));
            subjects().putField(tenant, person, "email", bytes(3, 1));
            subjects().stampField(tenant, person, "answers", since);
            subjects().stampField(tenant, person, "email", since);
        });
        return person;
    }

    @Test
    void tellsWhoHoldsAFieldForTooLong() {
        SubjectId second = answering(NOW);
        SubjectId first = answering(NOW.minusSeconds(5));
        SubjectId young = answering(NOW.plusNanos(1000));
        SubjectId unknown = addedPerson(added(tenant), 0);
        Instant later = NOW.plusSeconds(60);
        run(() -> {
            subjects().putField(tenant, unknown, "answers", bytes(3, 1));
            subjects().stampField(otherTenant, first, "answers", later);
            subjects().stampField(tenant, young, "missing", NOW);
        });

        assertThat(heldSince(NOW, later, Set.of(), 10)).containsExactly(first, second);
        assertThat(heldSince(NOW, later, Set.of(), 1)).containsExactly(first);
        assertThat(heldSince(NOW, later, Set.of(first), 1)).containsExactly(second);
        run(() -> subjects().stampField(tenant, first, "answers", later));
        assertThat(heldSince(NOW, later, Set.of(), 10)).containsExactly(second);
        run(() -> subjects().removeField(tenant, second, "answers"));
        assertThat(heldSince(NOW, later, Set.of(), 10)).isEmpty();
    }

    /** Or what a clock that ran ahead wrote would stay for as much longer. */
    @Test
    void aFieldOfTheFutureIsHeldSinceNow() {
        SubjectId ahead = answering(NOW.plusSeconds(3600));
        assertThat(heldSince(NOW.minusSeconds(60), NOW, Set.of(), 10)).isEmpty();
        assertThat(heldSince(NOW, NOW.plusSeconds(60), Set.of(), 10)).containsExactly(ahead);
    }

    private List<EndedField> ended(Optional<EndedField> after, int limit) {
        return in(() -> subjects().endedFields(tenant, after, limit));
    }

    @Test
    void rememberWhichFieldsEndedUntilTheyAreGivenAnewOrGone() {
        SubjectId one = answering(NOW);
        SubjectId other = answering(NOW);
        SubjectId first = one.compareTo(other) < 0 ? one : other;
        SubjectId second = first.equals(one) ? other : one;
        run(() -> {
            subjects().endField(tenant, second, "answers");
            subjects().endField(tenant, first, "email");
            subjects().endField(tenant, first, "answers");
            subjects().endField(tenant, first, "missing");
            subjects().endField(otherTenant, first, "email");
        });
        EndedField answers = new EndedField(first, "answers");
        EndedField email = new EndedField(first, "email");
        EndedField last = new EndedField(second, "answers");
        assertThat(ended(Optional.empty(), 9)).containsExactly(answers, email, last);
        assertThat(ended(Optional.empty(), 2)).containsExactly(answers, email);
        assertThat(in(() -> subjects().fields(tenant, second))).containsOnlyKeys("answers", "email");
        assertThat(in(() -> subjects().fieldsInUse(tenant, second))).containsOnlyKeys("email");
        assertThat(ended(Optional.of(answers), 1)).containsExactly(email);
        assertThat(ended(Optional.of(email), 9)).containsExactly(last);
        run(() -> subjects().stampField(tenant, first, "answers", NOW));
        run(() -> subjects().removeField(tenant, first, "email"));
        run(() -> subjects().removePerson(tenant, second));
        assertThat(ended(Optional.empty(), 9)).isEmpty();
    }
}
