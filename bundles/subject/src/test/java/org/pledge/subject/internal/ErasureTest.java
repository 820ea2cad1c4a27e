package org.pledge.subject.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf.Act;
import org.pledge.policy.Policy.Holder;
import org.pledge.store.memory.MemoryStore;
import org.pledge.subject.CorrectionListener;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.subject.RemovalListener;
import org.pledge.subject.SubjectService.Account;
import org.pledge.subject.SubjectService.Erased;
import org.pledge.subject.SubjectService.Lasting;
import org.pledge.subject.SubjectService.NewAccount;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.Removal;
import org.pledge.subject.spi.SubjectStore.Returned;

class ErasureTest {
    private static final TenantId KX = new TenantId("kx");
    private static final Caller DESK = new Caller(KX, "desk", Set.of(Role.OPERATOR));
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final Kept EMAIL = new Kept("email", END, "LAW", List.of("KX-3"));

    private final MemoryStore store = new MemoryStore();
    private final FakeAudit audit = new FakeAudit(store);
    private final List<Kept> kept = new ArrayList<>();
    private final List<Set<String>> told = new ArrayList<>();
    private final List<Set<String>> removals = new ArrayList<>();
    private final List<String> states = new ArrayList<>();
    private final DefaultSubjectService service = new DefaultSubjectService(
            store,
            new FakeSealer(store),
            new FakeTokens(),
            new FakePolicies(FakePolicy.kx()),
            audit,
            store,
            () -> List.of(new CorrectionListener() {
                @Override
                public void corrected(TenantId tenant, SubjectId person, Set<String> fields) {}

                @Override
                public void removed(TenantId tenant, SubjectId person, Set<String> fields) {
                    told.add(fields);
                }

                @Override
                public void restricted(TenantId tenant, SubjectId person) {
                    states.add("recipients of " + tenant.value() + " told");
                }

                @Override
                public void lifted(TenantId tenant, SubjectId person) {
                    states.add("recipients of " + tenant.value() + " told of the end");
                }
            }),
            () -> List.of(new RemovalListener() {
                @Override
                public void removed(Caller caller, SubjectId person) {
                    throw new AssertionError("the one that says what stays is called");
                }

                @Override
                public void removed(Caller caller, SubjectId person, Set<String> staying) {
                    removals.add(staying);
                }

                @Override
                public void restricted(Caller caller, SubjectId person) {
                    states.add("restricted");
                }

                @Override
                public void lifted(Caller caller, SubjectId person) {
                    states.add("lifted");
                }
            }),
            1,
            new Keeping(() -> List.of((tenant, person) -> List.copyOf(kept)), 1),
            List::of,
            Clock.fixed(Instant.parse("2026-11-05T10:00:00Z"), ZoneOffset.UTC));

    private final Account account = service.open(
            DESK,
            new NewAccount(
                    "customer",
                    Holder.INDIVIDUAL,
                    "US",
                    Optional.empty(),
                    Map.of("name", List.of("Ada"), "email", List.of("ada@example.org"))));
    private final SubjectId ada = account.id();

    private static void refused(Kind kind, String text, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.getMessage()).contains(text);
        });
    }

    private Set<String> held() {
        return store.required(() -> store.fields(KX, ada)).keySet();
    }

    @Test
    void aHoldStopsEveryRemovalBeforeAnythingIsTouched() {
        SubjectId contact = service.addContact(
                DESK, ada, Set.of(), Map.of("name", List.of("Bo"), "email", List.of("bo@example.org")), 1);
        kept.add(EMAIL);
        refused(Kind.CONFLICT, "a legal hold keeps email until " + END, () -> service.close(DESK, ada, 2));
        refused(Kind.CONFLICT, "email", () -> service.removeContact(DESK, contact, 2));
        refused(
                Kind.CONFLICT,
                "email",
                () -> service.update(DESK, ada, Map.of("email", List.of("new@example.org")), 2));
        assertThat(removals).isEmpty();
        assertThat(told).isEmpty();
        assertThat(service.person(DESK, ada).fields()).containsEntry("email", List.of("ada@example.org"));
        service.update(DESK, ada, Map.of("name", List.of("Ada L.")), 2);
        kept.clear();
        service.close(DESK, ada, 3);
        assertThat(removals).hasSize(2);
    }

    @Test
    void anErasureLeavesOnlyWhatIsHeldAndNobodyKnowsThePersonAnyMore() {
        kept.add(EMAIL);
        kept.add(new Kept("phone", END, "LAW", List.of()));
        Erased erased = service.erase(DESK, ada);
        assertThat(erased).isEqualTo(new Erased(Set.of("name"), List.of(EMAIL)));
        assertThat(held()).containsExactly("email");
        assertThat(told).containsExactly(Set.of("name", "email"));
        assertThat(removals).containsExactly(Set.of("email"));
        refused(Kind.NOT_FOUND, "no such person", () -> service.person(DESK, ada));
        refused(Kind.NOT_FOUND, "no such account", () -> service.account(DESK, ada));
        assertThat(service.accounts(DESK, Optional.empty(), 10).items()).isEmpty();
        assertThat(service.values(KX, ada, Set.of("email"))).isEmpty();
        assertThat(store.<Boolean>required(() -> store.knows(KX, ada))).isFalse();
    }

    @Test
    void theRestGoesOnceTheHoldHasEndedAndRecipientsAreNotToldTwice() {
        kept.add(EMAIL);
        service.erase(DESK, ada);
        assertThat(service.erase(DESK, ada).removed()).isEmpty();
        kept.clear();
        assertThat(service.erase(DESK, ada)).isEqualTo(new Erased(Set.of("email"), List.of()));
        assertThat(store.<Boolean>required(() -> store.person(KX, ada).isPresent()
                        || store.account(KX, ada).isPresent()))
                .isFalse();
        assertThat(told).hasSize(1);
        assertThat(removals).containsExactly(Set.of("email"), Set.of());
        assertThat(store.required(() -> store.removals(KX, ada)))
                .extracting(Removal::fields)
                .containsExactly(Set.of("name"), Set.of("email"));
        assertThat(service.erase(DESK, ada)).isEqualTo(new Erased(Set.of(), List.of()));
    }

    @Test
    void anErasureRespectsWhoMustRemain() {
        service.addContact(DESK, ada, Set.of(), Map.of("name", List.of("Bo"), "email", List.of("bo@example.org")), 1);
        refused(Kind.CONFLICT, "at least one contact", () -> service.erase(DESK, ada));
        kept.add(EMAIL);
        refused(Kind.CONFLICT, "at least one contact", () -> service.erase(DESK, ada));
        assertThat(store.required(() -> store.marks(KX, ada))).isEmpty();
    }

    @Test
    void nothingIsRemovedWhileNobodySaysWhetherItIsHeld() {
        DefaultSubjectService unchecked = new DefaultSubjectService(
                store,
                new FakeSealer(store),
                new FakeTokens(),
                new FakePolicies(FakePolicy.kx()),
                audit,
                store,
                List::of,
                List::of,
                0,
                new Keeping(List::of, 1),
                List::of,
                Clock.systemUTC());
        refused(Kind.UNAVAILABLE, "legal hold", () -> unchecked.close(DESK, ada, 1));
        refused(Kind.UNAVAILABLE, "legal hold", () -> unchecked.erase(DESK, ada));
    }

    @Test
    void whoIsRestrictedIsReadByOfficersOnlyUntilThatIsLifted() {
        service.restrict(DESK, ada);
        service.restrict(DESK, ada);
        assertThat(store.required(() -> store.marks(KX, ada))).containsExactly(Mark.RESTRICTED);
        refused(Kind.DENIED, "without being used", () -> service.person(DESK, ada));
        Caller officer = new Caller(KX, "olga", Set.of(Role.OPERATOR, Role.OFFICER));
        assertThat(service.person(officer, ada).fields()).containsKey("email");
        service.lift(DESK, ada);
        service.lift(DESK, ada);
        assertThat(service.person(DESK, ada).fields()).containsKey("email");
        assertThat(states)
                .containsExactly(
                        "recipients of " + KX.value() + " told",
                        "restricted",
                        "recipients of " + KX.value() + " told of the end",
                        "lifted");
        assertThat(audit.leaves())
                .extracting(leaf -> leaf.act())
                .contains(Act.SUBJECT_RESTRICTED, Act.RESTRICTION_LIFTED);
    }

    // removals that stay in effect

    private static final Lasting CALIFORNIA = new Lasting("US-CA", "drop");

    private SubjectId opened(String name, String email, String phone) {
        return service.open(
                        DESK,
                        new NewAccount(
                                "customer",
                                Holder.INDIVIDUAL,
                                "US",
                                Optional.empty(),
                                Map.of("name", List.of(name), "email", List.of(email), "phone", List.of(phone))))
                .id();
    }

    private List<Returned> returned() {
        return store.required(() -> store.returned(KX, Optional.empty(), 10));
    }

    private void everybodyCanBeFound() {
        service.having(DESK, "email", "nobody@example.org");
    }

    private List<Removal> removals(SubjectId person) {
        return store.required(() -> store.removals(KX, person));
    }

    @Test
    void ofALastingRemovalHashesOfAddressesStayButNotOfNames() {
        everybodyCanBeFound();
        SubjectId eva = opened("Eva", "eva@example.org", "+1 2");

        service.erase(DESK, eva, CALIFORNIA);

        assertThat(removals(eva)).extracting(Removal::hashed).containsExactly(Set.of("email", "phone"));
        assertThat(audit.leaves().get(audit.leaves().size() - 1).details()).containsEntry("hashed", "email,phone");
        opened("Eva", "other@example.org", "+1 3");
        assertThat(returned()).isEmpty();
        SubjectId back = opened("Somebody", "EVA@example.org", "+1 4");
        assertThat(returned()).containsExactly(new Returned(back, CALIFORNIA, true));
    }

    @Test
    void ofAnyOtherRemovalNoHashStays() {
        everybodyCanBeFound();

        service.erase(DESK, ada);

        assertThat(removals(ada)).extracting(Removal::hashed).containsExactly(Set.of());
        assertThat(audit.leaves().get(audit.leaves().size() - 1).details()).doesNotContainKey("hashed");
        assertThat(store.required(() -> store.keptTokens(KX)).hashes()).isZero();
    }

    @Test
    void hashesStayAlsoOfWhatALegalHoldKeeps() {
        everybodyCanBeFound();
        kept.add(EMAIL);

        service.erase(DESK, ada, CALIFORNIA);

        assertThat(returned()).isEmpty();
        assertThat(store.required(() -> store.keptTokens(KX)).hashes()).isEqualTo(1);
        SubjectId back = opened("Ada", "ada@example.org", "+1 4");
        assertThat(returned()).extracting(Returned::person).containsExactly(back);
    }

    @Test
    void nobodyIsRemovedLastinglyWhoCannotBeFoundYet() {
        refused(Kind.UNAVAILABLE, "not everybody", () -> service.erase(DESK, ada, CALIFORNIA));
        assertThat(removals(ada)).isEmpty();
    }

    @Test
    void whoIsGoneStaysGone() {
        everybodyCanBeFound();
        service.erase(DESK, ada, CALIFORNIA);

        assertThat(service.erase(DESK, ada, CALIFORNIA)).isEqualTo(new Erased(Set.of(), List.of()));
        assertThat(removals(ada)).hasSize(1);
    }
}
