package org.pledge.consent.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.consent.internal.Events.TENANT;
import static org.pledge.consent.internal.Events.WORDING;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.consent.ConsentService.Grant;
import org.pledge.consent.ConsentService.Guardian;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.consent.ConsentView;
import org.pledge.consent.WithdrawalListener.Effect;
import org.pledge.retention.spi.Expiring.Due;
import org.pledge.rights.RightsService.Evidence;
import org.pledge.store.memory.MemoryStore;

class GuardiansTest {
    private static final Caller DESK = new Caller(TENANT, "desk", Set.of(Role.OPERATOR));
    private static final Instant NOW = Instant.parse("2026-11-05T10:00:00.123456Z");
    private static final Instant OF_AGE = Instant.parse("2028-02-01T00:00:00Z");

    private final SubjectId child = SubjectId.random();
    private final SubjectId mother = SubjectId.random();
    private final MemoryStore store = new MemoryStore();
    private final FakeAudit audit = new FakeAudit(store);
    private final FakePolicies policies = new FakePolicies(
            List.of(new FakePolicy(
                    TENANT, 1, Set.of("marketing", "surveys", FakePolicy.GUARDED), Set.of("email", "name"))),
            Set.of());
    private final ConsentTable table = new ConsentTable(store, store);
    private final List<Withdrawal> withdrawals = new ArrayList<>();
    private final DefaultConsentService consents = at(NOW);

    GuardiansTest() {
        Events.register(store, TENANT, child);
        Events.register(store, TENANT, mother);
        consents.register(DESK, child, OF_AGE, guardian("marketing"));
        consents.accept(DESK, child, 1, Level.IMPLIED, "DE", WORDING);
    }

    private DefaultConsentService at(Instant now) {
        return new DefaultConsentService(
                table,
                store,
                store,
                policies,
                audit,
                store,
                () -> List.of((tenant, subject, withdrawal) -> {
                    withdrawals.add(withdrawal);
                    return new Effect(1, List.of());
                }),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private Guardian guardian(String... purposes) {
        return new Guardian(mother, Evidence.OFFICIAL_DECISION, Set.of(purposes));
    }

    private static Grant grant(String purpose, Optional<Instant> expires) {
        return new Grant(purpose, "acme", Set.of("email"), Level.OPT_IN, expires, WORDING);
    }

    private int level(String purpose, Instant at) {
        return Events.level(table, child, table.scope(TENANT, purpose, "acme", "email"), at.getEpochSecond());
    }

    private static void refused(Kind kind, String text, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.getMessage()).contains(text);
            assertThat(e.remedy()).isNotEmpty();
        });
    }

    @Test
    void aChildsConsentCountsForWhatAGuardianAuthorisedUntilTheChildIsOfAge() {
        consents.grant(DESK, child, grant("marketing", Optional.empty()));
        assertThat(level("marketing", NOW)).isEqualTo(ConsentView.OPT_IN);
        assertThat(level("marketing", OF_AGE.minusSeconds(1))).isEqualTo(ConsentView.OPT_IN);
        assertThat(level("marketing", OF_AGE)).isEqualTo(ConsentView.NONE);

        at(OF_AGE).grant(DESK, child, grant("surveys", Optional.empty()));
        assertThat(level("surveys", OF_AGE.plusSeconds(1_000_000))).isEqualTo(ConsentView.OPT_IN);
    }

    @Test
    void consentThatEndsEarlierStillDoes() {
        Instant soon = NOW.plusSeconds(60);
        consents.grant(DESK, child, grant("marketing", Optional.of(soon)));
        assertThat(level("marketing", soon)).isEqualTo(ConsentView.NONE);
    }

    @Test
    void withoutAGuardianForThePurposeAChildsConsentIsRefusedAndTheRefusalRecorded() {
        assertThatThrownBy(() -> consents.grant(DESK, child, grant("surveys", Optional.empty())))
                .isInstanceOfSatisfying(PledgeException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.DENIED);
                    assertThat(e.promises()).containsExactly("AI-28");
                    assertThat(e.remedy()).contains("consent:authorise --tenant kx", "surveys");
                });
        assertThat(level("surveys", NOW)).isEqualTo(ConsentView.NONE);
        assertThat(audit.last().act()).isEqualTo(Act.REFUSED);
        assertThat(audit.last().details()).containsEntry("rule", "NO_GUARDIAN").containsEntry("purpose", "surveys");
        assertThat(consents.history(DESK, child)).hasSize(1);

        assertThat(consents.authorise(DESK, child, guardian("surveys")))
                .extracting(Authorisation::until)
                .containsExactly(OF_AGE);
        assertThat(audit.last().act()).isEqualTo(Act.GUARDIAN_AUTHORISED);
        assertThat(audit.last().promises()).containsExactly("AI-28");
        consents.grant(DESK, child, grant("surveys", Optional.empty()));
        assertThat(level("surveys", NOW)).isEqualTo(ConsentView.OPT_IN);
    }

    @Test
    void takingAnAuthorisationBackWithdrawsTheConsentAndTellsWhoStopsDisclosures() {
        consents.authorise(DESK, child, guardian("surveys"));
        consents.grant(DESK, child, grant("marketing", Optional.empty()));
        consents.grant(DESK, child, grant("surveys", Optional.empty()));

        assertThat(consents.withdrawAuthorisation(DESK, child, Optional.of("marketing"), "phone")
                        .cancelled())
                .isOne();

        assertThat(level("marketing", NOW)).isEqualTo(ConsentView.NONE);
        assertThat(level("surveys", NOW)).isEqualTo(ConsentView.OPT_IN);
        assertThat(withdrawals).extracting(Withdrawal::purpose).containsExactly(Optional.of("marketing"));
        assertThat(audit.last().act()).isEqualTo(Act.AUTHORISATION_WITHDRAWN);
        assertThat(audit.last().details()).containsEntry("purposes", "marketing");
        assertThat(consents.authorisations(DESK, child))
                .extracting(one -> one.withdrawn().isPresent())
                .containsExactly(true, false);
        refused(Kind.DENIED, "no guardian", () -> consents.grant(DESK, child, grant("marketing", Optional.empty())));
        refused(
                Kind.NOT_FOUND,
                "no such authorisation",
                () -> consents.withdrawAuthorisation(DESK, child, Optional.of("marketing"), "phone"));
        consents.withdrawAuthorisation(DESK, child, Optional.empty(), "phone");
        assertThat(level("surveys", NOW)).isEqualTo(ConsentView.NONE);
        refused(Kind.DENIED, "no guardian", () -> consents.grant(DESK, child, grant("surveys", Optional.empty())));
    }

    @Test
    void onlySomebodyOfAgeWhomTheTenantKnowsAuthorisesAndOnlyForAChild() {
        refused(Kind.CONFLICT, "no child", () -> consents.authorise(DESK, mother, guardian("surveys")));
        refused(
                Kind.CONFLICT,
                "is a child",
                () -> consents.authorise(DESK, child, new Guardian(child, Evidence.CALL, Set.of("surveys"))));
        refused(
                Kind.NOT_FOUND,
                "guardian",
                () -> consents.authorise(
                        DESK, child, new Guardian(SubjectId.random(), Evidence.CALL, Set.of("surveys"))));
        refused(Kind.INVALID, "purposes", () -> consents.authorise(DESK, child, guardian()));
        refused(Kind.INVALID, "purposes", () -> consents.authorise(DESK, child, guardian("spying")));
        refused(
                Kind.NOT_FOUND,
                "no such person",
                () -> consents.authorise(DESK, SubjectId.random(), guardian("surveys")));
        Caller auditor = new Caller(TENANT, "ann", Set.of(Role.AUDITOR));
        refused(Kind.DENIED, "", () -> consents.authorise(auditor, child, guardian("surveys")));
        assertThat(consents.authorisations(auditor, child)).hasSize(1);
        refused(Kind.CONFLICT, "no child", () -> at(OF_AGE).authorise(DESK, child, guardian("surveys")));
    }

    @Test
    void aPolicyThatLetsNoGuardianAgreeTakesNoAuthorisation() {
        FakePolicies strict =
                new FakePolicies(List.of(new FakePolicy(TENANT, 1, Set.of("marketing"), Set.of("email"))), Set.of());
        DefaultConsentService service = new DefaultConsentService(
                table, store, store, strict, audit, store, List::of, Clock.fixed(NOW, ZoneOffset.UTC));
        refused(Kind.CONFLICT, "no guardian", () -> service.authorise(DESK, child, guardian("marketing")));
    }

    private DefaultInquiryService inquiries() {
        return new DefaultInquiryService(
                table,
                store,
                store,
                store,
                policies,
                audit,
                store,
                List::of,
                0,
                () -> {},
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void whatWasAuthorisedLeavesWithTheChild() {
        inquiries().removed(DESK, child);
        assertThat(consents.authorisations(DESK, child)).isEmpty();
    }

    @Test
    void whatWasAuthorisedStaysWhileAHoldKeepsSomethingOfTheChild() {
        inquiries().removed(DESK, child, Set.of("email"));
        assertThat(consents.authorisations(DESK, child)).hasSize(1);
        inquiries().removed(DESK, child, Set.of());
        assertThat(consents.authorisations(DESK, child)).isEmpty();
    }

    @Test
    void theSweepSparesWhatIsHeldAndRemovesItOnceTheHoldIsOver() {
        ExpiringAuthorisations expiring =
                new ExpiringAuthorisations(store, policies, audit, Clock.fixed(OF_AGE, ZoneOffset.UTC));
        Due held = new Due(TENANT, ExpiringAuthorisations.AUTHORISATIONS, OF_AGE, Set.of(child));
        Due over = new Due(TENANT, ExpiringAuthorisations.AUTHORISATIONS, OF_AGE, Set.of());
        store.required(() -> {
            assertThat(expiring.count(held)).isZero();
            assertThat(expiring.remove(held, 10)).isZero();
            assertThat(expiring.count(over)).isOne();
            assertThat(expiring.remove(over, 10)).isOne();
        });
    }

    @Test
    void whatWasAuthorisedLeavesWhenTheChildIsOfAgeAndWhatStoodIsRecordedAsEnded() {
        consents.authorise(DESK, child, guardian("surveys"));
        consents.withdrawAuthorisation(DESK, child, Optional.of("surveys"), "phone");
        ExpiringAuthorisations expiring =
                new ExpiringAuthorisations(store, policies, audit, Clock.fixed(OF_AGE, ZoneOffset.UTC));
        assertThat(expiring.records()).containsEntry(ExpiringAuthorisations.AUTHORISATIONS, "PT0S");
        Due due = new Due(TENANT, ExpiringAuthorisations.AUTHORISATIONS, OF_AGE, Set.of());
        int before = audit.leaves().size();
        store.required(() -> {
            assertThat(expiring.count(due)).isEqualTo(2);
            assertThat(expiring.remove(due, 10)).isEqualTo(2);
            assertThat(expiring.remove(due, 10)).isZero();
        });
        assertThat(audit.leaves().subList(before, audit.leaves().size()))
                .singleElement()
                .satisfies(leaf -> {
                    assertThat(leaf.act()).isEqualTo(Act.AUTHORISATION_ENDED);
                    assertThat(leaf.subject()).contains(child);
                    assertThat(leaf.details()).containsEntry("purposes", "marketing");
                });
    }
}
