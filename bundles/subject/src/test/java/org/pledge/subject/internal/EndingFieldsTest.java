package org.pledge.subject.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.crypto.Sealer;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Holder;
import org.pledge.retention.spi.Expiring.Due;
import org.pledge.retention.spi.Unremovable;
import org.pledge.store.memory.MemoryStore;
import org.pledge.subject.CorrectionListener;
import org.pledge.subject.EndingService.Ended;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.subject.SubjectService.Account;
import org.pledge.subject.SubjectService.NewAccount;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** Single fields leave with the end of what they were given for. */
class EndingFieldsTest {
    private static final Caller SHOP = new Caller(FakePolicy.shop().tenant(), "desk", Set.of(Role.OPERATOR));
    private static final Caller APPLICATION = new Caller(FakePolicy.shop().tenant(), "orders", Set.of(Role.INTEGRATOR));
    private static final Duration THIRTY_DAYS = Duration.ofDays(30);

    private final Policy policy = FakePolicy.shop();
    private final MemoryStore store = new MemoryStore();
    private final FakeAudit audit = new FakeAudit(store);
    private final FakePolicies policies = new FakePolicies(policy);
    private final List<Set<String>> told = new ArrayList<>();
    private final List<CorrectionListener> listeners = List.of((tenant, person, fields) -> told.add(fields));
    private Instant now = Instant.parse("2026-11-05T10:00:00Z");

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    private final FakeSealer sealer = new FakeSealer(store);
    private final List<Kept> kept = new ArrayList<>();
    private final Keeping keeping = new Keeping(() -> List.of((tenant, person) -> List.copyOf(kept)), 1);
    private final DefaultSubjectService subjects = new DefaultSubjectService(
            store,
            sealer,
            new FakeTokens(),
            policies,
            audit,
            store,
            () -> listeners,
            List::of,
            0,
            keeping,
            List::of,
            clock);
    private final DefaultEndingService endings =
            new DefaultEndingService(store, store, subjects, policies, audit, clock);
    private final ExpiringFields expiring = new ExpiringFields(store, subjects, keeping, () -> {}, clock);

    private Account customer(String... optional) {
        Map<String, List<String>> fields = new HashMap<>(Map.of("name", List.of("Ada")));
        for (String field : optional) {
            fields.put(field, List.of(field.equals("email") ? "ada@example.org" : "30 1"));
        }
        return subjects.open(SHOP, new NewAccount("customer", Holder.INDIVIDUAL, "US", Optional.empty(), fields));
    }

    private Set<String> held(Account account) {
        return subjects.person(SHOP, account.id()).fields().keySet();
    }

    private Due due(Set<SubjectId> heldPeople) {
        return new Due(SHOP.tenant(), "shoe-size", now.minus(THIRTY_DAYS), heldPeople);
    }

    private int sweep(SubjectId... heldPeople) {
        return store.required(() -> expiring.remove(due(Set.of(heldPeople)), 10));
    }

    @Test
    void whatWasHeldForAnOrderAloneGoesWhenThatIsFulfilled() {
        Account account = customer("phone", "email", "fax");
        Ended ended = endings.report(APPLICATION, account.id(), "order-fulfilled");

        assertThat(ended.removed()).containsExactly("phone");
        assertThat(held(account)).containsExactlyInAnyOrder("name", "email", "fax");
        assertThat(told).containsExactly(Set.of("phone"));
        assertThat(audit.leaves())
                .filteredOn(leaf -> leaf.act() == Act.PURPOSE_ENDED)
                .singleElement()
                .extracting(Leaf::actor, Leaf::subject, Leaf::details)
                .containsExactly(
                        "orders", Optional.of(account.id()), Map.of("event", "order-fulfilled", "removed", "phone"));
    }

    private static final Kept PHONE = new Kept("phone", Instant.parse("2027-01-01T00:00:00Z"), "LAW", List.of());

    private int sweepEnded() {
        return store.required(() -> expiring.remove(new Due(SHOP.tenant(), ExpiringFields.ENDED, now, Set.of()), 10));
    }

    @Test
    void whatIsHeldStaysWithoutUseAndLeavesWithTheHold() {
        Account account = customer("phone", "email");
        kept.add(PHONE);
        assertThat(endings.report(SHOP, account.id(), "order-fulfilled"))
                .isEqualTo(new Ended("order-fulfilled", Set.of(), List.of(PHONE)));
        assertThat(audit.leaves())
                .filteredOn(leaf -> leaf.act() == Act.PURPOSE_ENDED)
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details()).containsEntry("kept", "phone"));
        assertThat(subjects.values(SHOP.tenant(), account.id(), Set.of("phone", "email")))
                .containsOnlyKeys("email");
        assertThat(held(account)).containsExactlyInAnyOrder("name", "email");
        assertThat(subjects.ended(SHOP.tenant(), account.id())).containsOnlyKeys("phone");

        int leaves = audit.leaves().size();
        assertThat(endings.report(SHOP, account.id(), "order-fulfilled").kept()).containsExactly(PHONE);
        assertThat(audit.leaves()).hasSize(leaves);
        assertThat(sweepEnded()).isZero();
        assertThat(expiring.looksAtHolds(ExpiringFields.ENDED)).isTrue();
        assertThat(expiring.looksAtHolds("shoe-size")).isFalse();
        kept.clear();
        assertThat(sweepEnded()).isOne();
        assertThat(subjects.ended(SHOP.tenant(), account.id())).isEmpty();
        assertThat(told).containsExactly(Set.of("phone"));
        assertThat(sweepEnded()).isZero();
    }

    @Test
    void whatIsGivenAnewHasNotEnded() {
        Account account = customer("phone");
        kept.add(PHONE);
        endings.report(SHOP, account.id(), "order-fulfilled");
        kept.clear();
        subjects.update(SHOP, account.id(), Map.of("phone", List.of("30 2")), account.version());
        assertThat(sweepEnded()).isZero();
        assertThat(held(account)).contains("phone");
    }

    @Test
    void whoseTierThePolicyNoLongerHasLosesTheFieldInTime() {
        Account account = customer("shoe-size");
        store.required(() -> {
            store.removePerson(SHOP.tenant(), account.id());
            store.removeAccount(SHOP.tenant(), account.id());
            store.addAccount(new StoredAccount(
                    SHOP.tenant(), account.id(), "abolished", Holder.INDIVIDUAL, "US", account.version()));
            store.addPerson(new StoredPerson(SHOP.tenant(), account.id(), account.id(), Set.of(), 0));
            store.putField(
                    SHOP.tenant(),
                    account.id(),
                    "shoe-size",
                    sealer.seal(
                            new Sealer.Place(SHOP.tenant(), account.id(), "person", "shoe-size"),
                            FieldValues.encode(List.of("43"))));
            store.stampField(SHOP.tenant(), account.id(), "shoe-size", now);
        });
        now = now.plus(THIRTY_DAYS);
        assertThat(sweep()).isOne();
        assertThat(held(account)).isEmpty();
    }

    @Test
    void oneBadRowIsNamedSoThatTheOthersCanGoWithoutIt() {
        Account bad = customer("shoe-size");
        now = now.plusSeconds(1);
        Account good = customer("shoe-size");
        store.required(() -> {
            store.putField(SHOP.tenant(), bad.id(), "shoe-size", new byte[] {9});
            store.stampField(SHOP.tenant(), bad.id(), "shoe-size", now.minusSeconds(1));
        });
        now = now.plus(THIRTY_DAYS);
        assertThatThrownBy(this::sweep).isInstanceOfSatisfying(Unremovable.class, e -> assertThat(e.person())
                .isEqualTo(bad.id()));
        assertThat(sweep(bad.id())).isOne();
        assertThat(held(good)).containsExactly("name");
    }

    @Test
    void aReportThatComesTwiceChangesNothingMore() {
        Account account = customer("phone");
        endings.report(APPLICATION, account.id(), "order-fulfilled");
        int leaves = audit.leaves().size();
        assertThat(endings.report(APPLICATION, account.id(), "order-fulfilled").removed())
                .isEmpty();
        assertThat(audit.leaves()).hasSize(leaves);
    }

    @Test
    void refusesEventsThatEndNothingAndSaysWhichThereAre() {
        Account account = customer("phone");
        for (String event : List.of("opted-out", "account-closed", "case-closed", "inquiry-closed", "nonsense")) {
            assertThatThrownBy(() -> endings.report(SHOP, account.id(), event))
                    .isInstanceOfSatisfying(PledgeException.class, refusal -> {
                        assertThat(refusal.kind()).isEqualTo(PledgeException.Kind.INVALID);
                        assertThat(refusal.remedy()).contains("order-fulfilled");
                    });
        }
        assertThat(held(account)).contains("phone");
    }

    @Test
    void anUnknownPersonOrAnotherRoleIsRefused() {
        assertThatThrownBy(() -> endings.report(SHOP, SubjectId.random(), "order-fulfilled"))
                .isInstanceOfSatisfying(PledgeException.class, refusal -> assertThat(refusal.kind())
                        .isEqualTo(PledgeException.Kind.NOT_FOUND));
        Caller viewer = new Caller(SHOP.tenant(), "guest", Set.of(Role.VIEWER));
        SubjectId anybody = customer("phone").id();
        assertThatThrownBy(() -> endings.report(viewer, anybody, "order-fulfilled"))
                .isInstanceOfSatisfying(PledgeException.class, refusal -> assertThat(refusal.kind())
                        .isEqualTo(PledgeException.Kind.DENIED));
    }

    @Test
    void aFieldWithAPeriodGoesWhenItIsOverAndNotBefore() {
        Account account = customer("shoe-size", "email");
        now = now.plus(THIRTY_DAYS).minusNanos(1000);
        assertThat(sweep()).isZero();
        now = now.plusNanos(1000);
        assertThat(store.required(() -> expiring.count(due(Set.of())))).isOne();
        assertThat(sweep()).isOne();
        assertThat(held(account)).containsExactlyInAnyOrder("name", "email");
        assertThat(told).containsExactly(Set.of("shoe-size"));
        assertThat(sweep()).isZero();
    }

    @Test
    void aNewValueBeginsANewPeriod() {
        Account account = customer("shoe-size");
        now = now.plus(THIRTY_DAYS).minusSeconds(1);
        subjects.update(SHOP, account.id(), Map.of("shoe-size", List.of("43")), account.version());
        now = now.plusSeconds(1);
        assertThat(sweep()).isZero();
        now = now.plus(THIRTY_DAYS);
        assertThat(sweep()).isOne();
    }

    @Test
    void sparesWhoIsHeld() {
        Account held = customer("shoe-size");
        Account other = customer("shoe-size");
        now = now.plus(THIRTY_DAYS);
        assertThat(sweep(held.id())).isOne();
        assertThat(held(held)).contains("shoe-size");
        assertThat(held(other)).doesNotContain("shoe-size");
    }

    @Test
    void answersOnlyWhereItKnowsTheEndOfEveryPurpose() {
        assertThat(policy.purposes().stream().flatMap(purpose -> purpose.retention().keySet().stream()
                        .filter(field -> expiring.answersFor(policy, purpose, field))
                        .map(field -> purpose.name() + " " + field)))
                .containsExactlyInAnyOrder("order phone", "survey shoe-size");
    }
}
