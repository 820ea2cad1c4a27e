package org.pledge.consent.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.pledge.consent.internal.Events.WORDING;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Grant;
import org.pledge.consent.ConsentService.InDoubt;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Receipt;
import org.pledge.consent.ConsentService.Told;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.consent.ConsentView;
import org.pledge.consent.WithdrawalListener;
import org.pledge.consent.WithdrawalListener.Effect;
import org.pledge.policy.Policy;
import org.pledge.store.Transactions;
import org.pledge.store.memory.MemoryStore;

class DefaultConsentServiceTest {
    private static final TenantId TENANT = new TenantId("kx");
    private static final Caller DESK = new Caller(TENANT, "desk", Set.of(Role.OPERATOR));
    private static final Instant NOW = Instant.parse("2026-11-05T10:00:00.123456Z");
    private static final SubjectId ADA = SubjectId.random();

    private final MemoryStore store = new MemoryStore();
    private final FakeAudit audit = new FakeAudit(store);
    private final List<WithdrawalListener> listeners = new ArrayList<>();
    private final FakePolicies policies = new FakePolicies(
            List.of(
                    new FakePolicy(TENANT, 1, Set.of("marketing", "surveys"), Set.of("email", "name", "fax")),
                    new FakePolicy(TENANT, 2, Set.of("marketing", "shipping"), Set.of("email", "name")),
                    new FakePolicy(TENANT, 3, Set.of("marketing", "shipping"), Set.of("email", "name")),
                    new FakePolicy(TENANT, 4, Set.of("marketing", "shipping"), Set.of("email", "name"))),
            Set.of(3));
    private final ConsentTable table = new ConsentTable(store, store);
    private final DefaultConsentService service = service(store);

    DefaultConsentServiceTest() {
        Events.register(store, TENANT, ADA);
    }

    private DefaultConsentService service(Transactions transactions) {
        return new DefaultConsentService(
                table, store, store, policies, audit, transactions, () -> listeners, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    // people nobody knows

    @Test
    void recordsNothingOfSomebodyUnknown() {
        SubjectId stranger = SubjectId.random();
        listeners.add((tenant, subject, withdrawal) -> {
            throw new AssertionError("nobody is told");
        });

        assertUnknown(() -> service.grant(DESK, stranger, grant(Level.OPT_IN, "email")));
        assertUnknown(() -> service.withdraw(DESK, stranger, withdrawal(null, null)));
        assertUnknown(() -> service.accept(DESK, stranger, 2, Level.OPT_IN, "US", WORDING));

        assertThat(service.history(DESK, stranger)).isEmpty();
        assertThat(store.required(() -> store.lockEpoch(TENANT, stranger))).isEmpty();
        assertThat(audit.leaves()).isEmpty();
    }

    @Test
    void somebodyOfAnotherTenantIsUnknown() {
        Caller other = new Caller(new TenantId("ai"), "desk", Set.of(Role.OPERATOR));
        FakePolicies theirs = new FakePolicies(
                List.of(new FakePolicy(other.tenant(), 1, Set.of("marketing"), Set.of("email"))), Set.of());
        DefaultConsentService service = new DefaultConsentService(
                table, store, store, theirs, audit, store, () -> listeners, Clock.fixed(NOW, ZoneOffset.UTC));
        assertUnknown(() -> service.withdraw(other, ADA, withdrawal(null, null)));
    }

    @Test
    void whoIsRemovedMayStillWithdrawButAgreesToNothingMore() {
        service.grant(DESK, ADA, grant(Level.OPT_IN, "email"));
        store.required(() -> {
            store.removePerson(TENANT, ADA);
        });
        assertUnknown(() -> service.grant(DESK, ADA, grant(Level.OPT_IN, "name")));
        service.withdraw(DESK, ADA, withdrawal(null, null));
        assertThat(level("marketing", "acme", "email")).isNotEqualTo(ConsentView.OPT_IN);
        assertThat(service.history(DESK, ADA)).hasSize(2);
    }

    private static void assertUnknown(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
            assertThat(e).hasMessage("no such person; nothing was recorded");
            assertThat(e.remedy()).isNotEmpty();
        });
    }

    // granting

    @Test
    void aGrantIsInForceWhenItReturns() {
        Receipt receipt = service.grant(DESK, ADA, grant(Level.OPT_IN, "email"));

        assertThat(level("marketing", "acme", "email")).isEqualTo(ConsentView.OPT_IN);
        assertThat(level("marketing", "acme", "name")).isEqualTo(ConsentView.NONE);
        assertThat(level("shipping", "acme", "email")).isEqualTo(ConsentView.NONE);
        assertThat(level("marketing", "other", "email")).isEqualTo(ConsentView.NONE);
        assertThat(receipt.epoch()).isEqualTo(1);
        assertThat(receipt.at()).isEqualTo(NOW);
    }

    @Test
    void theHistoryTellsWhoWhenHowAndWhatWasShown() {
        Receipt receipt = service.grant(DESK, ADA, grant(Level.IMPLIED, "email", "name"));

        assertThat(service.history(DESK, ADA)).singleElement().satisfies(event -> {
            assertThat(event.id()).isEqualTo(receipt.id());
            assertThat(event.actor()).isEqualTo("desk");
            assertThat(event.at()).isEqualTo(NOW);
            assertThat(event.level()).contains(Level.IMPLIED);
            assertThat(event.categories()).containsExactlyInAnyOrder("email", "name");
            assertThat(event.wording()).isEqualTo(WORDING);
            assertThat(event.policyVersion()).isEqualTo(4);
        });
    }

    @Test
    void aLaterGrantReplacesAnEarlierOne() {
        service.grant(DESK, ADA, grant(Level.OPT_IN, "email"));
        service.grant(DESK, ADA, grant(Level.IMPLIED, "email"));
        assertThat(level("marketing", "acme", "email")).isEqualTo(ConsentView.IMPLIED);
    }

    @Test
    void aGrantEndsWhenItExpires() {
        Instant end = NOW.plusSeconds(10);
        service.grant(
                DESK, ADA, new Grant("marketing", "acme", Set.of("email"), Level.OPT_IN, Optional.of(end), WORDING));

        long scope = table.scope(TENANT, "marketing", "acme", "email");
        assertThat(Events.level(table, ADA, scope, end.getEpochSecond() - 1)).isEqualTo(ConsentView.OPT_IN);
        assertThat(Events.level(table, ADA, scope, end.getEpochSecond())).isEqualTo(ConsentView.NONE);
    }

    @Test
    void refusesAGrantThatIsOverAlready() {
        Optional<Instant> end = Optional.of(NOW);
        assertRefused(
                () -> service.grant(
                        DESK, ADA, new Grant("marketing", "acme", Set.of("email"), Level.OPT_IN, end, WORDING)),
                "expires");
    }

    @Test
    void takesConsentToATransferAbroadWhereThePolicyNamesRegionsAndOnlyWhenItIsExpress() {
        Grant abroad = grant(Policy.TRANSFER_ABROAD, "acme", WORDING, "email");
        assertRefused(() -> service.grant(DESK, ADA, abroad), "purpose");

        FakePolicies naming = new FakePolicies(
                List.of(new FakePolicy(TENANT, 1, Set.of(FakePolicy.ABROAD), Set.of("email"))), Set.of());
        DefaultConsentService service = new DefaultConsentService(
                table, store, store, naming, audit, store, () -> listeners, Clock.fixed(NOW, ZoneOffset.UTC));
        assertRefused(
                () -> service.grant(
                        DESK,
                        ADA,
                        new Grant(
                                Policy.TRANSFER_ABROAD,
                                "acme",
                                Set.of("email"),
                                Level.IMPLIED,
                                Optional.empty(),
                                WORDING)),
                "level");
        long scope = table.scope(TENANT, Policy.TRANSFER_ABROAD, "acme", "email");
        service.grant(DESK, ADA, abroad);
        assertThat(Events.level(table, ADA, scope, NOW.getEpochSecond())).isEqualTo(ConsentView.OPT_IN);
        service.withdraw(DESK, ADA, withdrawal(Policy.TRANSFER_ABROAD, null));
        assertThat(Events.level(table, ADA, scope, NOW.getEpochSecond())).isEqualTo(ConsentView.NONE);
    }

    @Test
    void refusesNamesThatThePolicyInForceDoesNotHave() {
        assertRefused(() -> service.grant(DESK, ADA, grant("surveys", "acme", WORDING, "email")), "purpose");
        assertRefused(() -> service.grant(DESK, ADA, grant("marketing", "acme", WORDING, "fax")), "categories");
        assertRefused(() -> service.grant(DESK, ADA, grant("marketing", "acme", WORDING)), "categories");
        assertThat(service.history(DESK, ADA)).isEmpty();
        assertThat(audit.leaves()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "Acme", "9lives", "a b", "a@b.org"})
    void refusesARecipientThatIsNoPartnersName(String recipient) {
        assertRefused(() -> service.grant(DESK, ADA, grant("marketing", recipient, WORDING, "email")), "recipient");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "ada@example.org", "ü"})
    void refusesWordingThatIsNotNamedShortly(String token) {
        String hash = WORDING.sha256();
        assertRefused(
                () -> service.grant(DESK, ADA, grant("marketing", "acme", new Wording(token, "v1", hash), "email")),
                "channel");
        assertRefused(
                () -> service.grant(DESK, ADA, grant("marketing", "acme", new Wording("web", token, hash), "email")),
                "version");
        assertRefused(
                () -> service.grant(DESK, ADA, grant("marketing", "acme", new Wording("web", "v1", token), "email")),
                "sha256");
    }

    // withdrawing

    @Test
    void aWithdrawalOfEverythingCoversEveryScope() {
        service.grant(DESK, ADA, grant("marketing", "acme", WORDING, "email", "name"));
        service.grant(DESK, ADA, grant("shipping", "post", WORDING, "name"));

        service.withdraw(DESK, ADA, withdrawal(null, null));

        assertThat(level("marketing", "acme", "email")).isEqualTo(ConsentView.NONE);
        assertThat(level("marketing", "acme", "name")).isEqualTo(ConsentView.NONE);
        assertThat(level("shipping", "post", "name")).isEqualTo(ConsentView.NONE);
    }

    @Test
    void aWithdrawalCoversNoMoreThanItSays() {
        service.grant(DESK, ADA, grant("marketing", "acme", WORDING, "email", "name"));
        service.grant(DESK, ADA, grant("shipping", "acme", WORDING, "email"));
        service.grant(DESK, ADA, grant("shipping", "post", WORDING, "email"));

        service.withdraw(DESK, ADA, withdrawal(null, "acme", "email"));

        assertThat(level("marketing", "acme", "email")).isEqualTo(ConsentView.NONE);
        assertThat(level("shipping", "acme", "email")).isEqualTo(ConsentView.NONE);
        assertThat(level("marketing", "acme", "name")).isEqualTo(ConsentView.OPT_IN);
        assertThat(level("shipping", "post", "email")).isEqualTo(ConsentView.OPT_IN);
    }

    @Test
    void whatWasNeverGrantedCanBeWithdrawnAgainAndAgain() {
        assertThat(service.withdraw(DESK, ADA, withdrawal("marketing", "acme", "email"))
                        .epoch())
                .isEqualTo(1);
        assertThat(service.withdraw(DESK, ADA, withdrawal("marketing", "acme", "email"))
                        .epoch())
                .isEqualTo(2);
        assertThat(service.history(DESK, ADA))
                .extracting(Event::kind)
                .containsExactly(ConsentService.Kind.WITHDRAWN, ConsentService.Kind.WITHDRAWN);
    }

    @Test
    void whatAnOlderPolicyHadCanStillBeWithdrawn() {
        service.withdraw(DESK, ADA, withdrawal("surveys", null, "fax"));
        assertRefused(() -> service.withdraw(DESK, ADA, withdrawal("astrology", null)), "purpose");
        assertRefused(() -> service.withdraw(DESK, ADA, withdrawal(null, null, "aura")), "categories");
        assertRefused(() -> service.withdraw(DESK, ADA, withdrawal(null, "A B")), "recipient");
    }

    @Test
    void consentCanBeGivenAgain() {
        service.grant(DESK, ADA, grant(Level.OPT_IN, "email"));
        service.withdraw(DESK, ADA, withdrawal(null, null));
        service.grant(DESK, ADA, grant(Level.OPT_IN, "email"));
        assertThat(level("marketing", "acme", "email")).isEqualTo(ConsentView.OPT_IN);
    }

    @Test
    void theReceiptTellsWhatTheListenersStopped() {
        InDoubt doubt = new InDoubt(UUID.randomUUID(), "acme");
        listeners.add((tenant, subject, withdrawal) -> new Effect(2, List.of(doubt)));
        Told told = new Told(UUID.randomUUID(), "acme");
        listeners.add((tenant, subject, withdrawal) -> new Effect(1, List.of(), List.of(told)));

        Receipt receipt = service.withdraw(DESK, ADA, withdrawal(null, null));

        assertThat(receipt.cancelled()).isEqualTo(3);
        assertThat(receipt.inDoubt()).containsExactly(doubt);
        assertThat(receipt.told()).containsExactly(told);
        assertThat(audit.last().details())
                .containsEntry("cancelled", "3")
                .containsEntry("inDoubt", "1")
                .containsEntry("told", "1");
    }

    @Test
    void withdrawsNothingWhileNobodyIsThereToCarryItOut() {
        DefaultConsentService strict = new DefaultConsentService(
                table, store, store, policies, audit, store, () -> listeners, 1, Clock.fixed(NOW, ZoneOffset.UTC));
        strict.grant(DESK, ADA, grant(Level.OPT_IN, "email"));

        assertThatThrownBy(() -> strict.withdraw(DESK, ADA, withdrawal(null, null)))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.UNAVAILABLE));
        assertThat(strict.history(DESK, ADA)).hasSize(1);

        listeners.add((tenant, subject, withdrawal) -> new Effect(0, List.of()));
        strict.withdraw(DESK, ADA, withdrawal(null, null));
        assertThat(strict.history(DESK, ADA)).hasSize(2);
    }

    @Test
    void aWithdrawalWhoseListenerFailsIsNotRecorded() {
        service.grant(DESK, ADA, grant(Level.OPT_IN, "email"));
        listeners.add((tenant, subject, withdrawal) -> {
            throw new IllegalStateException("broken");
        });

        assertThatThrownBy(() -> service.withdraw(DESK, ADA, withdrawal(null, null)))
                .isInstanceOf(IllegalStateException.class);

        assertThat(service.history(DESK, ADA)).hasSize(1);
        assertThat(table.epoch(TENANT, ADA)).isEqualTo(1);
        assertThat(audit.leaves()).hasSize(1);
    }

    // accepting

    @Test
    void anAcceptanceBindsVersionAndJurisdiction() {
        service.accept(DESK, ADA, 2, Level.OPT_IN, "US-CA", WORDING);

        long standing = table.standing(TENANT, ADA);
        assertThat(ConsentView.version(standing)).isEqualTo(2);
        assertThat(table.jurisdiction(ConsentView.jurisdictionOf(standing))).isEqualTo("US-CA");
    }

    @Test
    void refusesAVersionOrAJurisdictionThatIsNone() {
        assertRefused(() -> service.accept(DESK, ADA, 9, Level.OPT_IN, "US", WORDING), "version");
        assertRefused(() -> service.accept(DESK, ADA, 1, Level.OPT_IN, "Utopia", WORDING), "jurisdiction");
    }

    @Test
    void nobodyIsMovedBackToAnOlderVersion() {
        service.accept(DESK, ADA, 3, Level.OPT_IN, "US", WORDING);
        assertMovedBack(3, 2);
        service.accept(DESK, ADA, 4, Level.IMPLIED, "US", WORDING);
        assertMovedBack(4, 3);
        assertThat(ConsentView.version(table.standing(TENANT, ADA))).isEqualTo(4);
        assertThat(service.history(DESK, ADA)).hasSize(2);
        assertThat(audit.leaves()).hasSize(2);
        SubjectId eve = SubjectId.random();
        Events.register(store, TENANT, eve);
        service.accept(DESK, eve, 2, Level.OPT_IN, "US", WORDING);
    }

    private void assertMovedBack(int accepted, int older) {
        PledgeException refusal = catchThrowableOfType(
                PledgeException.class, () -> service.accept(DESK, ADA, older, Level.OPT_IN, "US", WORDING));
        assertThat(refusal.kind()).isEqualTo(Kind.CONFLICT);
        assertThat(refusal)
                .hasMessage("version: the person accepted version " + accepted + ", and " + older + " is older");
        assertThat(refusal.remedy()).isEqualTo("Record the acceptance of version " + accepted + " or of a later one.");
    }

    @Test
    void anAcceptanceThatTheTableDoesNotHaveYetCounts() {
        assertThatThrownBy(() -> store.required(() -> {
                    service.accept(DESK, ADA, 3, Level.OPT_IN, "US", WORDING);
                    service.accept(DESK, ADA, 2, Level.OPT_IN, "US", WORDING);
                }))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));
        assertThat(service.history(DESK, ADA)).isEmpty();
    }

    @Test
    void acceptingTheSameVersionAgainChangesNothing() {
        Receipt first = service.accept(DESK, ADA, 2, Level.OPT_IN, "US", WORDING);
        service.grant(DESK, ADA, grant(Level.OPT_IN, "email"));

        assertThat(service.accept(DESK, ADA, 2, Level.OPT_IN, "US", WORDING)).isEqualTo(first);
        assertThat(service.accept(DESK, ADA, 2, Level.IMPLIED, "US", WORDING)).isEqualTo(first);
        assertThat(service.history(DESK, ADA)).hasSize(2);
        assertThat(audit.leaves()).hasSize(2);
        assertThat(table.epoch(TENANT, ADA)).isEqualTo(2);
    }

    @Test
    void aMoveOrAMoreExpressAcceptanceOfTheSameVersionIsRecorded() {
        service.accept(DESK, ADA, 2, Level.IMPLIED, "US", WORDING);
        service.accept(DESK, ADA, 2, Level.OPT_IN, "US", WORDING);
        service.accept(DESK, ADA, 2, Level.OPT_IN, "DE", WORDING);

        assertThat(service.history(DESK, ADA)).hasSize(3);
        assertThat(table.jurisdiction(ConsentView.jurisdictionOf(table.standing(TENANT, ADA))))
                .isEqualTo("DE");
    }

    @Test
    void acceptanceIsDueAfterAMaterialChangeOnly() {
        assertThat(service.acceptanceDue(DESK, ADA)).as("nothing accepted").isTrue();
        service.accept(DESK, ADA, 1, Level.OPT_IN, "US", WORDING);
        assertThat(service.acceptanceDue(DESK, ADA)).as("3 changed materially").isTrue();
        service.accept(DESK, ADA, 3, Level.OPT_IN, "US", WORDING);
        assertThat(service.acceptanceDue(DESK, ADA)).as("4 did not").isFalse();
    }

    // one change and the next

    @Test
    void aChangeThatIsAppliedLateIsNotMissedByTheNextAndUndoesNothing() {
        List<Runnable> late = new ArrayList<>();
        service(new Transactions() {
                    @Override
                    public <T> T required(Supplier<T> work) {
                        return store.required(work);
                    }

                    @Override
                    public void afterCommit(Runnable action) {
                        late.add(action);
                    }

                    @Override
                    public void afterRollback(Runnable action) {
                        throw new AssertionError("nothing is refused here");
                    }
                })
                .grant(DESK, ADA, grant(Level.OPT_IN, "email", "name"));
        assertThat(table.epoch(TENANT, ADA)).isZero();

        service.withdraw(DESK, ADA, withdrawal(null, null, "email"));

        assertThat(table.epoch(TENANT, ADA)).isEqualTo(2);
        assertThat(level("marketing", "acme", "name")).isEqualTo(ConsentView.OPT_IN);
        late.forEach(Runnable::run);
        assertThat(level("marketing", "acme", "email")).isEqualTo(ConsentView.NONE);
        assertThat(table.epoch(TENANT, ADA)).isEqualTo(2);
    }

    @Test
    void severalChangesInOneTransactionCountTogetherOrNotAtAll() {
        store.required(() -> {
            service.grant(DESK, ADA, grant(Level.OPT_IN, "email", "name"));
            service.withdraw(DESK, ADA, withdrawal(null, null, "email"));
            assertThat(level("marketing", "acme", "name"))
                    .as("before the commit")
                    .isEqualTo(ConsentView.NONE);
        });
        assertThat(level("marketing", "acme", "name")).isEqualTo(ConsentView.OPT_IN);
        assertThat(level("marketing", "acme", "email")).isEqualTo(ConsentView.NONE);

        assertThatThrownBy(() -> store.required(() -> {
                    service.grant(DESK, ADA, grant(Level.OPT_IN, "email"));
                    throw new IllegalStateException("undone");
                }))
                .hasMessage("undone");
        assertThat(level("marketing", "acme", "email")).isEqualTo(ConsentView.NONE);
        assertThat(table.epoch(TENANT, ADA)).isEqualTo(2);
    }

    @Test
    void refusesChangesOnceItIsStopped() {
        service.stop();
        PledgeException refusal = catchThrowableOfType(
                PledgeException.class, () -> service.grant(DESK, ADA, grant(Level.OPT_IN, "email")));
        assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(service.history(DESK, ADA)).isEmpty();
    }

    // record and roles

    @Test
    void everyChangeWritesALeaf() {
        service.accept(DESK, ADA, 4, Level.OPT_IN, "DE", WORDING);
        service.grant(DESK, ADA, grant(Level.OPT_IN, "name", "email"));
        service.withdraw(DESK, ADA, withdrawal("marketing", null));

        assertThat(audit.leaves())
                .extracting(leaf -> leaf.act())
                .containsExactly(Act.POLICY_ACCEPTED, Act.CONSENT_GRANTED, Act.CONSENT_WITHDRAWN);
        assertThat(audit.leaves().get(1).details())
                .containsEntry("categories", "email,name")
                .containsEntry("level", "OPT_IN")
                .containsEntry("epoch", "2");
        assertThat(audit.leaves()).allSatisfy(leaf -> assertThat(leaf.subject()).contains(ADA));
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, mode = Mode.EXCLUDE, names = "OPERATOR")
    void onlyOperatorsChangeAndReadConsent(Role role) {
        Caller other = new Caller(TENANT, "other", Set.of(role));
        List<ThrowingCallable> acts = List.of(
                () -> service.grant(other, ADA, grant(Level.OPT_IN, "email")),
                () -> service.withdraw(other, ADA, withdrawal(null, null)),
                () -> service.accept(other, ADA, 1, Level.OPT_IN, "US", WORDING),
                () -> service.history(other, ADA),
                () -> service.acceptanceDue(other, ADA));
        assertThat(acts).allSatisfy(act -> assertThat(
                        catchThrowableOfType(PledgeException.class, act).kind())
                .isEqualTo(Kind.DENIED));
        assertThat(service.history(DESK, ADA)).isEmpty();
    }

    private int level(String purpose, String recipient, String category) {
        return Events.level(table, ADA, table.scope(TENANT, purpose, recipient, category), NOW.getEpochSecond());
    }

    private static Grant grant(Level level, String... categories) {
        return new Grant("marketing", "acme", Set.of(categories), level, Optional.empty(), WORDING);
    }

    private static Grant grant(String purpose, String recipient, Wording wording, String... categories) {
        return new Grant(purpose, recipient, Set.of(categories), Level.OPT_IN, Optional.empty(), wording);
    }

    private static Withdrawal withdrawal(String purpose, String recipient, String... categories) {
        return new Withdrawal(
                Optional.ofNullable(purpose), Optional.ofNullable(recipient), Set.of(categories), "phone");
    }

    private static void assertRefused(ThrowingCallable act, String text) {
        PledgeException refusal = catchThrowableOfType(PledgeException.class, act);
        assertThat(refusal).isNotNull().hasMessageContaining(text);
        assertThat(refusal.kind()).isEqualTo(Kind.INVALID);
        assertThat(refusal.remedy()).isNotEmpty();
    }
}
