package org.pledge.subject.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentService.Guardian;
import org.pledge.policy.Policy.Holder;
import org.pledge.rights.RightsService.Evidence;
import org.pledge.store.memory.MemoryStore;
import org.pledge.subject.CorrectionListener;
import org.pledge.subject.RemovalListener;
import org.pledge.subject.SubjectService.Account;
import org.pledge.subject.SubjectService.NewAccount;
import org.pledge.subject.SubjectService.Person;
import org.pledge.subject.SubjectService.Withheld;

class DefaultSubjectServiceTest {
    private record Correction(SubjectId person, Set<String> fields) {}

    private static final Caller KX = operator("kx");
    private static final Caller AN = operator("an");
    private static final Caller AI = operator("ai");
    private static final Caller SHOP = operator("shop");
    private static final Map<String, List<String>> ADA =
            Map.of("name", List.of("Ada"), "email", List.of("ada@example.org"));

    private final MemoryStore store = new MemoryStore();
    private final FakeAudit audit = new FakeAudit(store);
    private final List<Correction> corrections = new ArrayList<>();
    private final List<CorrectionListener> listeners =
            new ArrayList<>(List.of((tenant, person, fields) -> corrections.add(new Correction(person, fields))));
    private final FakeSealer sealer = new FakeSealer(store);
    private final FakeTokens tokens = new FakeTokens();
    private final List<SubjectId> removed = new ArrayList<>();
    private final List<RemovalListener> removalListeners =
            new ArrayList<>(List.of((caller, person) -> removed.add(person)));
    private final List<Object> authorised = new ArrayList<>();
    private final List<ConsentService> keepers = new ArrayList<>(List.of(keeper()));
    private final DefaultSubjectService service = new DefaultSubjectService(
            store,
            sealer,
            tokens,
            new FakePolicies(
                    FakePolicy.kx(),
                    FakePolicy.an(),
                    FakePolicy.ai(),
                    FakePolicy.shop().binding("SHOP-9", "survey")),
            audit,
            store,
            () -> listeners,
            () -> removalListeners,
            1,
            new Keeping(List::of, 0),
            () -> keepers,
            Clock.fixed(Instant.parse("2026-11-05T10:00:00Z"), ZoneOffset.UTC));

    // opening

    @Test
    void opensAnAccountWhoseFirstPersonHasAllRoles() {
        Account account = service.open(KX, customer(ADA));

        assertThat(account.contacts()).containsExactly(account.id());
        assertThat(account.version()).isEqualTo(1);
        assertThat(service.account(KX, account.id())).isEqualTo(account);
        Person person = service.person(KX, account.id());
        assertThat(person.roles()).containsExactlyInAnyOrder("billing", "technical");
        assertThat(person.fields()).isEqualTo(ADA);
    }

    @Test
    void keepsSeveralValuesOfAFieldInTheirOrder() {
        List<String> phones = List.of("+49 30 1", "+49 30 2", "+49 30 3");
        Account account = service.open(KX, customer(with(ADA, "phone", phones)));

        assertThat(service.person(KX, account.id()).fields()).containsEntry("phone", phones);
    }

    @Test
    void givesTheStoreNoValueInTheClear() {
        Account account = service.open(KX, customer(ADA));

        store.required(() -> assertThat(store.fields(KX.tenant(), account.id()))
                .hasSize(2)
                .allSatisfy((field, box) -> assertThat(new String(box, StandardCharsets.ISO_8859_1))
                        .doesNotContain("Ada", "ada@example.org")));
    }

    // looking

    @Test
    void recordsWhoLookedAtWhichFieldsAndNoValue() {
        Account account = service.open(KX, customer(ADA));
        int before = audit.leaves().size();

        service.person(KX, account.id());

        assertThat(audit.leaves()).hasSize(before + 1);
        Leaf leaf = audit.last();
        assertThat(leaf.act()).isEqualTo(Act.SUBJECT_VIEWED);
        assertThat(leaf.actor()).isEqualTo(KX.name());
        assertThat(leaf.subject()).contains(account.id());
        assertThat(leaf.details()).isEqualTo(Map.of("viewer", "OPERATOR", "fields", "email,name"));
    }

    @Test
    void looksThatShowNothingOrAreThePlatformsOwnAreNotRecorded() {
        Account account = service.open(KX, customer(ADA));
        int before = audit.leaves().size();

        assertThat(service.accountOf(KX, account.id())).isEqualTo(account);
        service.person(Caller.system(KX.tenant()), account.id());
        service.values(KX.tenant(), account.id(), Set.of("email"));

        assertThat(audit.leaves()).hasSize(before);
    }

    private SubjectId asked() {
        return service.open(
                        SHOP,
                        new NewAccount(
                                "customer",
                                Holder.INDIVIDUAL,
                                "US",
                                Optional.empty(),
                                with(with(ADA, "fax", List.of("3")), "shoe-size", List.of("38"))))
                .id();
    }

    @Test
    void showsWhatServesThePurposeAndNamesWhatIsWithheld() {
        Person person = service.person(SHOP, asked(), Optional.of("offers"));

        assertThat(person.fields()).containsOnlyKeys("email");
        assertThat(person.withheld())
                .containsExactly(
                        new Withheld("fax", List.of("SHOP-9"), "\"fax\" serves reply, survey, not offers"),
                        new Withheld("name", List.of(), "\"name\" serves account, order, not offers"),
                        new Withheld("shoe-size", List.of("SHOP-9"), "\"shoe-size\" serves survey, not offers"));
        assertThat(audit.last().details())
                .isEqualTo(Map.of("viewer", "OPERATOR", "fields", "email", "purpose", "offers"));
    }

    @Test
    void showsWhatIsBoundToAPurposeOnlyForIt() {
        SubjectId person = asked();

        assertThat(service.person(SHOP, person).fields()).isEqualTo(ADA);
        assertThat(service.person(SHOP, person).withheld())
                .extracting(Withheld::because)
                .contains("\"shoe-size\" serves survey, and no purpose is named");
        assertThat(service.person(SHOP, person, Optional.of("survey")).fields()).containsOnlyKeys("fax", "shoe-size");
        assertThat(service.person(Caller.system(SHOP.tenant()), person).withheld())
                .isEmpty();
        assertThat(service.themself(SHOP, person).fields()).hasSize(4);
        assertThat(audit.last().details()).doesNotContainKey("purpose");
    }

    @Test
    void refusesAPurposeThatThePolicyHasNot() {
        SubjectId person = asked();
        int before = audit.leaves().size();

        assertRefused(() -> service.person(SHOP, person, Optional.of("curiosity")), Kind.INVALID, "purpose");
        assertThat(audit.leaves()).hasSize(before);
    }

    @Test
    void manyFieldsAreRecordedInSeveralLines() {
        Set<String> fields = new java.util.TreeSet<>();
        for (int i = 0; i < 30; i++) {
            fields.add("a-rather-long-name-of-a-field-" + i);
        }
        Map<String, String> details = Viewing.leaf(
                        KX, org.pledge.SubjectId.random(), fields, Optional.empty(), Instant.EPOCH)
                .details();

        assertThat(details.values()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(200));
        assertThat(details.entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith("fields"))
                        .flatMap(entry ->
                                java.util.Arrays.stream(entry.getValue().split(","))))
                .containsExactlyInAnyOrderElementsOf(fields);
    }

    // corrections

    @Test
    void tellsOfFieldsThatHeldAnotherValueBefore() {
        Account account = service.open(KX, customer(ADA));
        service.update(
                KX,
                account.id(),
                Map.of(
                        "name", List.of("Ada"),
                        "email", List.of("ada@example.net"),
                        "phone", List.of("+49 30 1")),
                1);
        assertThat(corrections).containsExactly(new Correction(account.id(), Set.of("email")));

        service.update(KX, account.id(), Map.of("phone", List.of()), 2);
        assertThat(corrections).last().isEqualTo(new Correction(account.id(), Set.of("phone")));

        service.update(KX, account.id(), Map.of("phone", List.of(), "name", List.of("Ada")), 3);
        assertThat(corrections).hasSize(2);
    }

    @Test
    void tellsOfEveryFieldOfAPersonThatIsRemoved() {
        Account account = service.open(KX, customer(ADA));
        service.close(KX, account.id(), 1);
        assertThat(corrections).containsExactly(new Correction(account.id(), Set.of("name", "email")));
    }

    @Test
    void correctsNothingWhileNobodyIsThereToTellRecipients() {
        Account account = service.open(KX, customer(ADA));
        listeners.clear();
        Map<String, List<String>> change = Map.of("email", List.of("ada@example.net"));

        assertRefused(() -> service.update(KX, account.id(), change, 1), Kind.UNAVAILABLE, "recipients");
        assertRefused(() -> service.close(KX, account.id(), 1), Kind.UNAVAILABLE, "recipients");
        assertThat(service.person(KX, account.id()).fields()).isEqualTo(ADA);
        service.update(KX, account.id(), Map.of("phone", List.of("+49 30 1")), 1);
    }

    @Test
    void tellsOfEveryPersonThatIsRemoved() {
        Account account = service.open(KX, customer(ADA));
        SubjectId bob = service.addContact(KX, account.id(), Set.of("billing"), bob(), 1);
        service.removeContact(KX, bob, 2);
        assertThat(removed).containsExactly(bob);
        service.close(KX, account.id(), 3);
        assertThat(removed).containsExactly(bob, account.id());
    }

    @Test
    void removesNobodyWhileNobodyIsThereToCloseTheirInquiries() {
        Account account = service.open(KX, customer(ADA));
        removalListeners.clear();

        assertRefused(() -> service.close(KX, account.id(), 1), Kind.UNAVAILABLE, "inquiries");
        assertThat(service.person(KX, account.id()).fields()).isEqualTo(ADA);
    }

    @Test
    void tellsOfNothingWhenAChangeIsRefused() {
        Account account = service.open(KX, customer(ADA));
        assertRefused(
                () -> service.update(KX, account.id(), Map.of("email", List.of("not an email")), 1),
                Kind.INVALID,
                "email");
        assertThat(corrections).isEmpty();
    }

    @Test
    void listsTheTiersWhereOneIsUnknown() {
        assertRefused(() -> service.open(AN, account("gold", Map.of())), Kind.INVALID, "free, premium");
    }

    @Test
    void refusesATierThatIsNotForTheHolder() {
        NewAccount company = new NewAccount("free", Holder.COMPANY, "US", Optional.empty(), Map.of());
        assertRefused(() -> service.open(AN, company), Kind.INVALID, "not for the holder company");
    }

    @Test
    void refusesPersonalDataInAFreeTierAndRecordsIt() {
        NewAccount account = account("free", Map.of("email", List.of("ada@example.org")));

        PledgeException refusal = assertRefused(() -> service.open(AN, account), Kind.INVALID, "email");
        assertThat(refusal.promises()).containsExactly("AN-13");
        assertThat(audit.leaves()).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Act.REFUSED);
            assertThat(leaf.promises()).containsExactly("AN-13");
            assertThat(leaf.details()).containsEntry("fields", "email").containsEntry("rule", "FORBIDDEN_FIELD");
        });
        assertThat(service.accounts(AN, Optional.empty(), 10).items()).isEmpty();
    }

    @Test
    void opensAFreeAccountWithoutAnyData() {
        Account account = service.open(AN, account("free", Map.of()));
        assertThat(service.person(AN, account.id()).fields()).isEmpty();
    }

    @Test
    void neitherEchoesNorRecordsTheNameOfAnUnknownField() {
        NewAccount account = customer(with(ADA, "ada@example.org", List.of("x")));

        PledgeException refusal = assertRefused(() -> service.open(KX, account), Kind.INVALID, "an unknown field");
        assertThat(refusal.getMessage() + refusal.remedy()).doesNotContain("ada@");
        assertThat(audit.last().act()).isEqualTo(Act.REFUSED);
        assertThat(audit.last().toString()).doesNotContain("ada@");
    }

    @Test
    void refusesAFieldThatTheTierDoesNotHold() {
        assertRefused(
                () -> service.open(KX, customer(with(ADA, "shoe-size", List.of("42")))), Kind.INVALID, "shoe-size");
    }

    @Test
    void neverHoldsWhatComesWithADisclosure() {
        assertRefused(() -> service.open(KX, customer(with(ADA, "card", List.of("1")))), Kind.INVALID, "card");
    }

    @Test
    void asksForEveryRequiredFieldAtOnce() {
        PledgeException refusal = assertRefused(
                () -> service.open(KX, customer(Map.of("name", List.of(), "phone", List.of("1")))),
                Kind.INVALID,
                "email, name: asked for (KX-10)");
        assertThat(refusal.promises()).containsExactly("KX-10");
    }

    @Test
    void refusesAFourthPhone() {
        NewAccount account = customer(with(ADA, "phone", List.of("1", "2", "3", "4")));
        assertRefused(() -> service.open(KX, account), Kind.INVALID, "phone: at most 3 (KX-10)");
    }

    @Test
    void refusesASecondFax() {
        assertRefused(
                () -> service.open(KX, customer(with(ADA, "fax", List.of("1", "2")))),
                Kind.INVALID,
                "fax: at most 1 (KX-10)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada",
                "ada@",
                "@example.org",
                "ada@localhost",
                "a@b@example.org",
                "a b@example.org",
                "a@.org",
                "a@b..org"
            })
    void refusesWhatIsNoEmailAddress(String email) {
        assertRefused(() -> service.open(KX, customer(with(ADA, "email", List.of(email)))), Kind.INVALID, "email:");
    }

    @Test
    void refusesAnEmailAddressThatIsTooLong() {
        String email = "a".repeat(250) + "@b.org";
        assertRefused(() -> service.open(KX, customer(with(ADA, "email", List.of(email)))), Kind.INVALID, "email:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"030-1", "++ ", "abc", "123456789012345678901234567890123"})
    void refusesWhatIsNoPhoneNumber(String phone) {
        assertRefused(() -> service.open(KX, customer(with(ADA, "phone", List.of(phone)))), Kind.INVALID, "phone:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "a\u0000b", "a\u0085b", "a\u2028b", "a\ud800b"})
    void refusesValuesThatAreEmptyOrHoldControlCharacters(String name) {
        assertRefused(() -> service.open(KX, customer(with(ADA, "name", List.of(name)))), Kind.INVALID, "name:");
    }

    @Test
    void refusesAValueThatIsTooLong() {
        service.open(KX, customer(with(ADA, "name", List.of("x".repeat(4096)))));
        assertRefused(
                () -> service.open(KX, customer(with(ADA, "name", List.of("x".repeat(4097))))), Kind.INVALID, "name:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "us", "XX", "USA", "US-", "US-CALI", "Ada"})
    void refusesAJurisdictionThatIsNone(String jurisdiction) {
        NewAccount account = new NewAccount("customer", Holder.INDIVIDUAL, jurisdiction, Optional.empty(), ADA);
        assertRefused(() -> service.open(KX, account), Kind.INVALID, "jurisdiction");
    }

    // age

    @Test
    void keepsNothingOfAChildAndRecordsTheRefusal() {
        PledgeException refusal =
                assertRefused(() -> service.open(AI, born("2013-11-06")), Kind.DENIED, "nobody under 13 may register");
        assertThat(refusal.promises()).containsExactly("AI-28");
        assertThat(service.accounts(AI, Optional.empty(), 10).items()).isEmpty();
        assertThat(audit.leaves()).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Act.REFUSED);
            assertThat(leaf.details()).containsExactly(Map.entry("rule", "UNDER_AGE"));
        });
    }

    @Test
    void registersSomebodyOnTheBirthdayThatMakesThemOldEnough() {
        assertThat(service.open(AI, born("2013-11-05")).version()).isEqualTo(1);
    }

    @Test
    void keepsThatSomebodyIsOldEnoughAndNotTheirBirthDate() {
        Account account = service.open(AI, born("1999-03-07"));

        assertThat(audit.last().details()).containsEntry("ageAtLeast", "13");
        assertThat(audit.last().toString()).doesNotContain("1999");
        assertThat(service.person(AI, account.id()).fields()).containsOnlyKeys("email");
    }

    @Test
    void asksForTheBirthDateWhereThePolicyHasAnAgeLimitAndRecordsTheRefusal() {
        NewAccount account = account("user", Map.of("email", List.of("kid@example.org")));

        PledgeException refusal = assertRefused(() -> service.open(AI, account), Kind.INVALID, "birthDate: asked for");
        assertThat(refusal.promises()).containsExactly("AI-28");
        assertThat(service.accounts(AI, Optional.empty(), 10).items()).isEmpty();
        assertThat(audit.leaves()).singleElement().satisfies(leaf -> assertThat(leaf.details())
                .containsExactly(Map.entry("rule", "AGE_UNKNOWN")));
    }

    @Test
    void takesTheAgeLimitOfTheJurisdiction() {
        assertRefused(() -> service.open(AI, born("2012-01-01", "DE")), Kind.DENIED, "nobody under 16 may register");
        assertThat(service.open(AI, born("2012-01-01", "US")).version()).isEqualTo(1);
    }

    @Test
    void registersSomebodyBelowTheAgeOfConsentForWhomAGuardianAgreesWithoutTheirBirthDay() {
        Guardian guardian = new Guardian(SubjectId.random(), Evidence.OFFICIAL_DECISION, Set.of("marketing"));

        Account account = service.open(AI, child("2012-01-15", "DE", guardian));

        assertThat(authorised).containsExactly(account.id(), Instant.parse("2028-02-01T00:00:00Z"), guardian);
        assertThat(audit.last().details()).containsEntry("ageAtLeast", "13");
    }

    @Test
    void aChildhoodThatEndsOnTheFirstOfAMonthIsNoLonger() {
        service.open(AI, child("2012-12-01", "DE", guardian()));
        assertThat(authorised).contains(Instant.parse("2028-12-01T00:00:00Z"));
    }

    @Test
    void asksForAGuardianOnlyWhereOneMayAgree() {
        PledgeException refusal = assertRefused(
                () -> service.open(AI, born("2012-01-01", "DE")),
                Kind.DENIED,
                "nobody under 16 may register without a guardian who agrees");
        assertThat(refusal.remedy()).contains("name them");
        assertRefused(
                () -> service.open(AI, child("2013-11-06", "DE", guardian())), Kind.DENIED, "nobody under 16 may");
        assertRefused(
                () -> service.open(AI, child("2013-11-06", "US", guardian())), Kind.DENIED, "nobody under 13 may");
        assertRefused(() -> service.open(AI, child("2012-01-01", "US", guardian())), Kind.INVALID, "guardian: nobody");
        assertRefused(
                () -> service.open(
                        KX,
                        new NewAccount(
                                "customer", Holder.INDIVIDUAL, "US", Optional.empty(), Optional.of(guardian()), ADA)),
                Kind.INVALID,
                "guardian: nobody");
        assertThat(authorised).isEmpty();
    }

    @Test
    void registersNoChildWhileNobodyKeepsWhatTheGuardianAuthorised() {
        keepers.clear();
        assertRefused(
                () -> service.open(AI, child("2012-01-15", "DE", guardian())), Kind.UNAVAILABLE, "nobody is there");
        assertThat(service.accounts(AI, Optional.empty(), 10).items()).isEmpty();
    }

    private static Guardian guardian() {
        return new Guardian(SubjectId.random(), Evidence.CALL, Set.of("marketing"));
    }

    private static NewAccount child(String date, String jurisdiction, Guardian guardian) {
        NewAccount child = born(date, jurisdiction);
        return new NewAccount(
                child.tier(),
                child.holder(),
                child.jurisdiction(),
                child.birthDate(),
                Optional.of(guardian),
                child.fields());
    }

    /** Somebody who keeps what guardians authorise, and does nothing else. */
    private ConsentService keeper() {
        return (ConsentService) Proxy.newProxyInstance(
                ConsentService.class.getClassLoader(),
                new Class<?>[] {ConsentService.class},
                (proxy, method, given) -> {
                    assertThat(method.getName()).isEqualTo("register");
                    authorised.addAll(Arrays.asList(given).subList(1, given.length));
                    return List.of();
                });
    }

    @Test
    void asksAContactPersonToo() {
        Account account = service.open(AI, born("1999-03-07"));
        Map<String, List<String>> fields = Map.of("email", List.of("kid@example.org"));

        assertRefused(
                () -> service.addContact(AI, account.id(), Set.of("owner"), fields, 1),
                Kind.INVALID,
                "birthDate: asked for");
        assertRefused(
                () -> service.addContact(
                        AI, account.id(), Set.of("owner"), Optional.of(LocalDate.parse("2014-01-01")), fields, 1),
                Kind.DENIED,
                "nobody under 13");
        service.addContact(AI, account.id(), Set.of("owner"), Optional.of(LocalDate.parse("1990-01-01")), fields, 1);
        assertThat(service.account(AI, account.id()).contacts()).hasSize(2);
    }

    @Test
    void refusesABirthDateOfLongAgo() {
        assertRefused(() -> service.open(AI, born("1890-01-01")), Kind.INVALID, "birthDate");
    }

    @Test
    void asksNobodyWhereThePolicyHasNoAgeLimit() {
        assertThat(service.open(KX, customer(ADA)).version()).isEqualTo(1);
        assertThat(audit.last().details()).doesNotContainKey("ageAtLeast");
    }

    @Test
    void refusesABirthDateInTheFuture() {
        assertRefused(() -> service.open(AI, born("2026-11-06")), Kind.INVALID, "birthDate");
    }

    // changing

    @Test
    void replacesNamedFieldsAndLeavesTheOthers() {
        Account account = service.open(KX, customer(with(ADA, "phone", List.of("1", "2"))));

        Account changed =
                service.update(KX, account.id(), Map.of("phone", List.of(), "fax", List.of("3")), account.version());

        assertThat(changed.version()).isEqualTo(2);
        assertThat(audit.last().details()).containsEntry("fields", "fax").containsEntry("removed", "phone");
        assertThat(service.person(KX, account.id()).fields()).isEqualTo(with(ADA, "fax", List.of("3")));
    }

    @Test
    void refusesAChangeOfAVersionThatIsNoLongerCurrent() {
        Account account = service.open(KX, customer(ADA));
        service.update(KX, account.id(), Map.of("phone", List.of("1")), 1);

        assertRefused(
                () -> service.update(KX, account.id(), Map.of("phone", List.of("2")), 1), Kind.STALE, "has changed");
        assertThat(service.person(KX, account.id()).fields()).containsEntry("phone", List.of("1"));
    }

    @Test
    void anUpdateCannotRemoveARequiredField() {
        Account account = service.open(KX, customer(ADA));
        assertRefused(
                () -> service.update(KX, account.id(), Map.of("name", List.of()), 1),
                Kind.INVALID,
                "name: asked for (KX-10)");
        assertThat(service.account(KX, account.id()).version()).isEqualTo(1);
    }

    @Test
    void anUpdateCannotBringAForbiddenField() {
        Account account = service.open(AN, account("free", Map.of()));
        PledgeException refusal = assertRefused(
                () -> service.update(AN, account.id(), Map.of("email", List.of("ada@example.org")), 1),
                Kind.INVALID,
                "email");
        assertThat(refusal.promises()).containsExactly("AN-13");
        assertThat(audit.last().subject()).contains(account.id());
    }

    @Test
    void recordsARefusalThoughTheRequestAroundItIsUndone() {
        NewAccount account = account("free", Map.of("email", List.of("ada@example.org")));

        assertThatThrownBy(() -> store.required(() -> service.open(AN, account)))
                .isInstanceOf(PledgeException.class);

        assertThat(audit.leaves()).extracting(Leaf::act).containsExactly(Act.REFUSED);
    }

    // contact persons

    @Test
    void addsAContactWithNameAndEmailOnly() {
        Account account = service.open(KX, customer(ADA));
        SubjectId bob = service.addContact(KX, account.id(), Set.of("billing"), bob(), 1);

        assertThat(service.account(KX, account.id()).contacts()).containsExactly(account.id(), bob);
        assertThat(service.person(KX, bob).account()).isEqualTo(account.id());
        assertThat(service.person(KX, bob).roles()).containsExactly("billing");
    }

    @Test
    void aContactIsBoundByTheContactRules() {
        Account account = service.open(KX, customer(ADA));
        assertRefused(
                () -> service.addContact(
                        KX, account.id(), Set.of(), with(bob(), "phone", List.of("1", "2", "3", "4")), 1),
                Kind.INVALID,
                "phone: at most 3 (KX-10)");
        assertThat(service.account(KX, account.id()).version()).isEqualTo(1);
    }

    @Test
    void refusesRolesThePolicyDoesNotKnow() {
        Account account = service.open(KX, customer(ADA));
        assertRefused(
                () -> service.addContact(KX, account.id(), Set.of("king"), bob(), 1),
                Kind.INVALID,
                "billing, technical");
        assertRefused(() -> service.setRoles(KX, account.id(), Set.of("king"), 1), Kind.INVALID, "billing, technical");
    }

    @Test
    void refusesContactsWhereThePolicyHasNone() {
        Account account = service.open(AN, account("free", Map.of()));
        assertRefused(
                () -> service.addContact(AN, account.id(), Set.of(), Map.of(), 1), Kind.INVALID, "no contact persons");
    }

    @Test
    void removesAContactAndTheirKeyWhileTheAccountStays() {
        Account account = service.open(KX, customer(ADA));
        SubjectId bob = service.addContact(KX, account.id(), Set.of("billing"), bob(), 1);

        service.removeContact(KX, bob, 2);

        assertThat(sealer.destroyed).containsExactly(bob);
        assertThat(service.account(KX, account.id()).contacts()).containsExactly(account.id());
        assertRefused(() -> service.person(KX, bob), Kind.NOT_FOUND, "no such person");
    }

    @Test
    void keepsTheLastCompleteContact() {
        Account account = service.open(KX, customer(ADA));
        service.addContact(KX, account.id(), Set.of("billing"), bob(), 1);

        assertKeepsCompleteContact(() -> service.removeContact(KX, account.id(), 2));
        assertKeepsCompleteContact(() -> service.setRoles(KX, account.id(), Set.of("billing"), 2));
        assertKeepsCompleteContact(() -> service.update(KX, account.id(), Map.of("email", List.of()), 2));

        assertThat(service.account(KX, account.id()).version()).isEqualTo(2);
        assertThat(service.person(KX, account.id()).fields()).isEqualTo(ADA);
        assertThat(removed).isEmpty();
    }

    @Test
    void theWayOutOfTheInvariantWorks() {
        Account account = service.open(KX, customer(ADA));
        SubjectId bob = service.addContact(KX, account.id(), Set.of("billing"), bob(), 1);
        service.setRoles(KX, bob, Set.of("billing", "technical"), 2);

        service.removeContact(KX, account.id(), 3);

        assertThat(service.account(KX, account.id()).contacts()).containsExactly(bob);
    }

    @Test
    void theOnlyPersonOfAnAccountCannotBeRemoved() {
        Account account = service.open(AN, account("free", Map.of()));
        PledgeException refusal =
                assertRefused(() -> service.removeContact(AN, account.id(), 1), Kind.CONFLICT, "last person");
        assertThat(refusal.remedy()).contains("Close the account");
        assertThat(service.person(AN, account.id()).id()).isEqualTo(account.id());
        assertThat(removed).isEmpty();
    }

    @Test
    void closingRemovesEverybodyAndTheirKeys() {
        Account account = service.open(KX, customer(ADA));
        SubjectId bob = service.addContact(KX, account.id(), Set.of("billing"), bob(), 1);

        service.close(KX, account.id(), 2);

        assertThat(sealer.destroyed).containsExactlyInAnyOrder(account.id(), bob);
        assertRefused(() -> service.account(KX, account.id()), Kind.NOT_FOUND, "no such account");
        assertRefused(() -> service.person(KX, account.id()), Kind.NOT_FOUND, "no such person");
        assertThat(audit.leaves())
                .filteredOn(leaf -> leaf.act() == Act.SUBJECT_REMOVED)
                .hasSize(2);
        store.required(() -> assertThat(store.fields(KX.tenant(), bob)).isEmpty());
    }

    // reading

    @Test
    void pagesThroughAccounts() {
        Set<SubjectId> opened = new java.util.HashSet<>();
        for (int i = 0; i < 5; i++) {
            opened.add(service.open(AN, account("free", Map.of())).id());
        }
        List<SubjectId> read = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Page<Account> page = service.accounts(AN, cursor, 2);
            assertThat(page.items()).hasSizeBetween(1, 2);
            page.items().forEach(account -> read.add(account.id()));
            cursor = page.next();
        } while (cursor.isPresent());

        assertThat(read).hasSize(5).containsExactlyInAnyOrderElementsOf(opened);
        assertRefused(() -> service.accounts(AN, Optional.of("x"), 2), Kind.INVALID, "cursor");
        assertRefused(() -> service.accounts(AN, Optional.empty(), 0), Kind.INVALID, "limit");
    }

    @Test
    void aPersonOfAnotherTenantDoesNotExist() {
        Account account = service.open(KX, customer(ADA));

        assertRefused(() -> service.person(AN, account.id()), Kind.NOT_FOUND, "no such person");
        assertRefused(() -> service.account(AN, account.id()), Kind.NOT_FOUND, "no such account");
        assertRefused(
                () -> service.update(AN, account.id(), Map.of("name", List.of("x")), 1), Kind.NOT_FOUND, "no such");
        assertRefused(() -> service.close(AN, account.id(), 1), Kind.NOT_FOUND, "no such account");
        assertThat(service.values(AN.tenant(), account.id(), Set.of("email"))).isEmpty();
    }

    @Test
    void givesADisclosureOnlyTheValuesItNames() {
        Account account = service.open(KX, customer(with(ADA, "phone", List.of("1"))));
        assertThat(service.values(KX.tenant(), account.id(), Set.of("email", "fax")))
                .isEqualTo(Map.of("email", List.of("ada@example.org")));
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, mode = Mode.EXCLUDE, names = "OPERATOR")
    void onlyOperatorsReadAndWritePeople(Role role) {
        Account account = service.open(KX, customer(ADA));
        int recorded = audit.leaves().size();
        Caller other = new Caller(KX.tenant(), "other", Set.of(role));

        assertRefused(() -> service.person(other, account.id()), Kind.DENIED, "OPERATOR");
        assertRefused(() -> service.open(other, customer(ADA)), Kind.DENIED, "OPERATOR");
        assertRefused(() -> service.update(other, account.id(), ADA, 1), Kind.DENIED, "OPERATOR");
        assertRefused(() -> service.addContact(other, account.id(), Set.of(), ADA, 1), Kind.DENIED, "OPERATOR");
        assertRefused(() -> service.setRoles(other, account.id(), Set.of(), 1), Kind.DENIED, "OPERATOR");
        assertRefused(() -> service.removeContact(other, account.id(), 1), Kind.DENIED, "OPERATOR");
        assertRefused(() -> service.close(other, account.id(), 1), Kind.DENIED, "OPERATOR");
        assertThat(audit.leaves()).hasSize(recorded);
    }

    @Test
    void leavesHoldNoValues() {
        Account account = service.open(KX, customer(ADA));
        service.update(KX, account.id(), Map.of("email", List.of("ada@example.net"), "phone", List.of("777")), 1);
        service.addContact(KX, account.id(), Set.of("billing"), bob(), 2);
        service.close(KX, account.id(), 3);

        assertThat(audit.leaves()).hasSize(5);
        assertThat(audit.leaves().toString()).doesNotContain("ada@", "Ada", "bob@", "Bob", "777");
    }

    private void assertKeepsCompleteContact(ThrowingCallable act) {
        PledgeException refusal = assertRefused(
                act, Kind.CONFLICT, "at least one contact with all roles and a working email must remain (KX-12)");
        assertThat(refusal.promises()).containsExactly("KX-12");
        assertThat(refusal.remedy())
                .isEqualTo("Give another contact all roles and a working email first, or close the account.");
        assertThat(audit.last().act()).isEqualTo(Act.REFUSED);
        assertThat(audit.last().details()).containsEntry("rule", "COMPLETE_CONTACT");
    }

    private static PledgeException assertRefused(ThrowingCallable act, Kind kind, String text) {
        PledgeException refusal = catchThrowableOfType(PledgeException.class, act);
        assertThat(refusal).isNotNull().hasMessageContaining(text);
        assertThat(refusal.kind()).isEqualTo(kind);
        return refusal;
    }

    private static Caller operator(String tenant) {
        return new Caller(new TenantId(tenant), "desk", Set.of(Role.OPERATOR));
    }

    private static NewAccount customer(Map<String, List<String>> fields) {
        return account("customer", fields);
    }

    private static NewAccount account(String tier, Map<String, List<String>> fields) {
        return new NewAccount(tier, Holder.INDIVIDUAL, "US", Optional.empty(), fields);
    }

    private static NewAccount born(String date) {
        return born(date, "US-CA");
    }

    private static NewAccount born(String date, String jurisdiction) {
        return new NewAccount(
                "user",
                Holder.INDIVIDUAL,
                jurisdiction,
                Optional.of(LocalDate.parse(date)),
                Map.of("email", List.of("kid@example.org")));
    }

    private static Map<String, List<String>> bob() {
        return Map.of("name", List.of("Bob"), "email", List.of("bob@example.org"));
    }

    private static Map<String, List<String>> with(Map<String, List<String>> fields, String field, List<String> values) {
        Map<String, List<String>> all = new HashMap<>(fields);
        all.put(field, values);
        return all;
    }
}
