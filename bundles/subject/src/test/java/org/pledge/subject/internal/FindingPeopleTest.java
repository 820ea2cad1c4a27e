package org.pledge.subject.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer;
import org.pledge.policy.Policy.Holder;
import org.pledge.store.memory.MemoryStore;
import org.pledge.subject.SubjectService.NewAccount;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

class FindingPeopleTest {
    private static final TenantId KX = new TenantId("kx");
    private static final Caller OPERATOR = new Caller(KX, "desk", Set.of(Role.OPERATOR));
    private static final Caller OFFICER = new Caller(KX, "officer", Set.of(Role.OFFICER));

    private final MemoryStore store = new MemoryStore();
    private final FakeSealer sealer = new FakeSealer(store);
    private final DefaultSubjectService service = service(FakePolicy.kx());

    private DefaultSubjectService service(FakePolicy policy) {
        return new DefaultSubjectService(
                store,
                sealer,
                new FakeTokens(),
                new FakePolicies(policy, FakePolicy.ai()),
                new FakeAudit(store),
                store,
                () -> List.of((tenant, person, fields) -> {}),
                () -> List.of((caller, person) -> {}),
                0,
                Clock.systemUTC());
    }

    private SubjectId opened(String name, String email, String... phones) {
        Map<String, List<String>> fields = new HashMap<>(Map.of("name", List.of(name), "email", List.of(email)));
        fields.put("phone", List.of(phones));
        fields.values().removeIf(List::isEmpty);
        return service.open(OPERATOR, new NewAccount("customer", Holder.INDIVIDUAL, "US-CA", Optional.empty(), fields))
                .id();
    }

    @Test
    void findsWhoHoldsAValueHoweverItIsWritten() {
        SubjectId ada = opened("Ada  Lovelace", "Ada@Example.org", "+49 30 123", "0049 40 9");
        SubjectId grace = opened("Grace Hopper", "grace@example.org", "+49 30 123");

        assertThat(service.having(OPERATOR, "email", " ada@example.ORG ")).containsExactly(ada);
        assertThat(service.having(OPERATOR, "name", "ada lovelace")).containsExactly(ada);
        assertThat(service.having(OPERATOR, "phone", "0049-30-123")).containsExactlyInAnyOrder(ada, grace);
        assertThat(service.having(OPERATOR, "phone", "+49409")).containsExactly(ada);
        assertThat(service.having(OPERATOR, "phone", "30 123")).isEmpty();
        assertThat(service.having(OPERATOR, "phone", "unknown")).isEmpty();
    }

    @Test
    void aValueOfOneCategoryIsNotFoundInAnother() {
        opened("ada@example.org", "other@example.org");
        assertThat(service.having(OPERATOR, "email", "ada@example.org")).isEmpty();
    }

    @Test
    void nobodyIsFoundByWhatTheyHeldBefore() {
        SubjectId ada = opened("Ada", "ada@example.org", "+49 1");
        service.update(OPERATOR, ada, Map.of("email", List.of("new@example.org"), "phone", List.of()), 1);

        assertThat(service.having(OPERATOR, "email", "ada@example.org")).isEmpty();
        assertThat(service.having(OPERATOR, "phone", "+49 1")).isEmpty();
        assertThat(service.having(OPERATOR, "email", "new@example.org")).containsExactly(ada);
        service.close(OPERATOR, ada, 2);
        assertThat(service.having(OPERATOR, "email", "new@example.org")).isEmpty();
    }

    @Test
    void aContactPersonIsFoundAsThemselves() {
        SubjectId ada = opened("Ada", "ada@example.org");
        SubjectId billing = service.addContact(
                OPERATOR,
                ada,
                Set.of("billing"),
                Map.of("name", List.of("Bill"), "email", List.of("bill@example.org")),
                1);
        assertThat(service.having(OPERATOR, "email", "bill@example.org")).containsExactly(billing);
        service.removeContact(OPERATOR, billing, 2);
        assertThat(service.having(OPERATOR, "email", "bill@example.org")).isEmpty();
    }

    @Test
    void onlyOperatorsFindPeopleAndOnlyByWhatIdentifies() {
        assertThatThrownBy(() -> service.having(OFFICER, "email", "ada@example.org"))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
        for (String category : List.of("shoe-size", "card", "nothing")) {
            assertThatThrownBy(() -> service.having(OPERATOR, category, "4711"))
                    .isInstanceOfSatisfying(
                            PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                    .hasMessageContaining("email, fax, name, phone")
                    .hasMessageNotContaining("4711");
        }
    }

    @Test
    void anotherTenantsPeopleAreNotFound() {
        opened("Ada", "ada@example.org");
        Caller other = new Caller(new TenantId("ai"), "desk", Set.of(Role.OPERATOR));
        assertThat(service.having(other, "email", "ada@example.org")).isEmpty();
    }

    // people from before

    private SubjectId from(String email) {
        SubjectId id = SubjectId.random();
        store.required(() -> {
            store.addAccount(new StoredAccount(KX, id, "customer", Holder.INDIVIDUAL, "US-CA", 1));
            store.addPerson(new StoredPerson(KX, id, id, Set.of(), 0));
            store.putField(
                    KX,
                    id,
                    "email",
                    sealer.seal(new Sealer.Place(KX, id, "person", "email"), FieldValues.encode(List.of(email))));
        });
        return id;
    }

    @Test
    void peopleFromBeforeAreFoundToo() {
        SubjectId ada = from("Ada@example.org");
        SubjectId erased = from("erased@example.org");
        sealer.destroyed.add(erased);
        assertThat(service.having(OPERATOR, "email", "ada@example.org")).containsExactly(ada);
        assertThat(service.having(OPERATOR, "email", "erased@example.org")).isEmpty();
    }

    @Test
    void refusesWhileSomebodyCannotBeFoundYet() {
        List<SubjectId> all = new ArrayList<>();
        for (int i = 0; i < 430; i++) {
            all.add(from("person" + i + "@example.org"));
        }
        assertThatThrownBy(() -> service.having(OPERATOR, "email", "person0@example.org"))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));

        IdentifierIndex index = new IdentifierIndex(store, new SealedFields(store, sealer), new FakeTokens());
        assertThat(IntStream.range(0, 9)
                        .mapToObj(any -> store.required(() -> index.advance(FakePolicy.kx())))
                        .toList())
                .containsExactly(false, false, false, false, false, false, false, false, true);

        for (int i = 0; i < all.size(); i++) {
            assertThat(service.having(OPERATOR, "email", "person" + i + "@example.org"))
                    .containsExactly(all.get(i));
        }
    }
}
