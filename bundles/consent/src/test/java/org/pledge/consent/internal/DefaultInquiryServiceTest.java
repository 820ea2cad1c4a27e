package org.pledge.consent.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.pledge.consent.internal.FakePolicy.ANSWERING;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.InDoubt;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.consent.ConsentView;
import org.pledge.consent.WithdrawalListener.Effect;
import org.pledge.inquiry.InquiryListener;
import org.pledge.inquiry.InquiryService.Closing;
import org.pledge.inquiry.InquiryService.Inquiry;
import org.pledge.store.memory.MemoryStore;

class DefaultInquiryServiceTest {
    private static final TenantId TENANT = new TenantId("kx");
    private static final Caller DESK = new Caller(TENANT, "desk", Set.of(Role.OPERATOR));
    private static final Instant NOW = Instant.parse("2026-11-05T10:00:00.123456Z");
    private static final SubjectId ADA = SubjectId.random();

    private final MemoryStore store = new MemoryStore();
    private final FakeAudit audit = new FakeAudit(store);
    private final List<InquiryListener> listeners = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final FakePolicies policies = new FakePolicies(
            List.of(
                    new FakePolicy(TENANT, 1, Set.of("marketing", ANSWERING), Set.of("email")),
                    new FakePolicy(new TenantId("an"), 1, Set.of("marketing"), Set.of("email"))),
            Set.of());
    private final ConsentTable table = new ConsentTable(store, store);
    private final DefaultInquiryService service = service(table);

    DefaultInquiryServiceTest() {
        Events.register(store, TENANT, ADA);
        listeners.add((tenant, subject) -> {
            Effect effect = new Effect(2, List.of(new InDoubt(new UUID(1, 1), "postbox")));
            effects.add(effect);
            return effect;
        });
    }

    private DefaultInquiryService service(ConsentTable on) {
        return new DefaultInquiryService(
                on,
                store,
                store,
                store,
                policies,
                audit,
                store,
                () -> listeners,
                1,
                () -> {},
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private boolean isOpen(ConsentTable view) {
        return Events.level(view, ADA, view.inquiryScope(TENANT), NOW.getEpochSecond()) != ConsentView.NONE;
    }

    private List<Event> history() {
        return store.required(() -> store.history(TENANT, ADA));
    }

    private static PledgeException refused(ThrowingCallable call) {
        PledgeException refusal = catchThrowableOfType(PledgeException.class, call);
        assertThat(refusal).isNotNull();
        assertThat(refusal.remedy()).isNotEmpty();
        return refusal;
    }

    @Test
    void anOpenedInquiryCountsWhenTheCallReturns() {
        Inquiry inquiry = service.open(DESK, ADA);

        assertThat(inquiry)
                .isEqualTo(new Inquiry(inquiry.id(), TENANT, ADA, NOW, "desk", Optional.empty(), Optional.empty()));
        assertThat(isOpen(table)).isTrue();
        assertThat(service.inquiries(DESK, ADA)).containsExactly(inquiry);
        assertThat(history()).extracting(Event::kind).containsExactly(ConsentService.Kind.INQUIRY_OPENED);
        assertThat(audit.last())
                .isEqualTo(new Leaf(
                        TENANT,
                        NOW,
                        Act.INQUIRY_OPENED,
                        "desk",
                        Optional.of(ADA),
                        List.of("KX-8"),
                        Map.of("inquiry", inquiry.id().toString(), "open", "1")));
    }

    @Test
    void theEndOfTheLastOneEndsWhatWaits() {
        Inquiry first = service.open(DESK, ADA);
        Inquiry second = service.open(DESK, ADA);
        assertThat(history()).hasSize(1);

        Closing one = service.close(DESK, ADA, first.id());
        assertThat(one.cancelled()).isZero();
        assertThat(one.inquiry().closed()).contains(NOW);
        assertThat(one.inquiry().closedBy()).contains("desk");
        assertThat(isOpen(table)).isTrue();
        assertThat(effects).isEmpty();

        Closing last = service.close(DESK, ADA, second.id());
        assertThat(last.cancelled()).isEqualTo(2);
        assertThat(last.inDoubt()).extracting(InDoubt::partner).containsExactly("postbox");
        assertThat(isOpen(table)).isFalse();
        assertThat(history())
                .extracting(Event::kind)
                .containsExactly(ConsentService.Kind.INQUIRY_OPENED, ConsentService.Kind.INQUIRY_CLOSED);
        assertThat(audit.leaves())
                .extracting(Leaf::act)
                .containsExactly(Act.INQUIRY_OPENED, Act.INQUIRY_OPENED, Act.INQUIRY_CLOSED, Act.INQUIRY_CLOSED);
        assertThat(audit.last().details())
                .containsEntry("inquiry", second.id().toString())
                .containsEntry("open", "0")
                .containsEntry("cancelled", "2")
                .containsEntry("inDoubt", "1");
        assertThat(service.inquiries(DESK, ADA)).noneMatch(Inquiry::isOpen);
    }

    @Test
    void closingWhatIsClosedChangesNothing() {
        Inquiry inquiry = service.open(DESK, ADA);
        Closing closing = service.close(DESK, ADA, inquiry.id());
        service.open(DESK, ADA);

        assertThat(service.close(DESK, ADA, inquiry.id())).isEqualTo(new Closing(closing.inquiry(), 0, List.of()));
        assertThat(isOpen(table)).isTrue();
        assertThat(audit.leaves()).hasSize(3);
    }

    @Test
    void anotherPersonsInquiryCannotBeClosed() {
        SubjectId bob = SubjectId.random();
        Events.register(store, TENANT, bob);
        Inquiry inquiry = service.open(DESK, ADA);
        assertThat(refused(() -> service.close(DESK, bob, inquiry.id())).kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(refused(() -> service.close(DESK, ADA, UUID.randomUUID())).kind())
                .isEqualTo(Kind.NOT_FOUND);
        Caller other = new Caller(new TenantId("an"), "desk", Set.of(Role.OPERATOR));
        assertThat(refused(() -> service.close(other, ADA, inquiry.id())).kind())
                .isEqualTo(Kind.NOT_FOUND);
        assertThat(service.inquiries(other, ADA)).isEmpty();
        assertThat(isOpen(table)).isTrue();
    }

    @Test
    void nobodyUnknownHasAnInquiry() {
        SubjectId stranger = SubjectId.random();
        assertThat(refused(() -> service.open(DESK, stranger)).kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(store.required(() -> store.lockEpoch(TENANT, stranger))).isEmpty();
        assertThat(audit.leaves()).isEmpty();
    }

    @Test
    void nothingIsOpenedWhereNoPurposeEndsWithAnInquiry() {
        Caller other = new Caller(new TenantId("an"), "desk", Set.of(Role.OPERATOR));
        Events.register(store, other.tenant(), ADA);
        assertThat(refused(() -> service.open(other, ADA)).kind()).isEqualTo(Kind.CONFLICT);
    }

    @Test
    void withdrawingEverythingEndsNoInquiry() {
        DefaultConsentService consents = new DefaultConsentService(
                table, store, store, policies, audit, store, List::of, Clock.fixed(NOW, ZoneOffset.UTC));
        service.open(DESK, ADA);
        consents.withdraw(DESK, ADA, new Withdrawal(Optional.empty(), Optional.empty(), Set.of(), "web"));
        assertThat(isOpen(table)).isTrue();
    }

    @Test
    void anInquiryIsOpenAfterAStartToo() {
        Inquiry inquiry = service.open(DESK, ADA);
        ConsentTable started = new ConsentTable(store, store);
        assertThat(isOpen(started)).isTrue();
        service(started).close(DESK, ADA, inquiry.id());
        assertThat(isOpen(started)).isFalse();
        assertThat(isOpen(new ConsentTable(store, store))).isFalse();
    }

    @Test
    void aRemovedPersonHasNoOpenInquiry() {
        service.open(DESK, ADA);
        service.open(DESK, ADA);
        store.required(() -> {
            store.removePerson(TENANT, ADA);
            service.removed(new Caller(TENANT, "olga", Set.of(Role.OPERATOR)), ADA);
        });
        assertThat(isOpen(table)).isFalse();
        assertThat(effects).hasSize(1);
        assertThat(service.inquiries(DESK, ADA)).hasSize(2).allSatisfy(inquiry -> assertThat(inquiry.closedBy())
                .contains("olga"));
        assertThat(audit.leaves()).extracting(Leaf::act).endsWith(Act.INQUIRY_CLOSED, Act.INQUIRY_CLOSED);
    }

    @Test
    void theRemovalOfSomebodyWithoutInquiriesChangesNothing() {
        service.removed(DESK, ADA);
        listeners.clear();
        service.removed(DESK, ADA);
        assertThat(audit.leaves()).isEmpty();
        assertThat(history()).isEmpty();
    }

    @Test
    void nothingEndsWhileNobodyIsThereToStopWhatWaits() {
        Inquiry inquiry = service.open(DESK, ADA);
        listeners.clear();
        assertThat(refused(() -> service.close(DESK, ADA, inquiry.id())).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(isOpen(table)).isTrue();
        assertThat(service.inquiries(DESK, ADA)).allMatch(Inquiry::isOpen);
        assertThat(audit.leaves()).extracting(Leaf::act).containsExactly(Act.INQUIRY_OPENED);
    }

    @Test
    void whatIsOpenedAndClosedAtTheSameTimeLeavesWhatTheStoreSays() throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> tasks = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            tasks.add(threads.submit(() -> {
                for (int i = 0; i < 50; i++) {
                    Inquiry inquiry = service.open(DESK, ADA);
                    assertThat(isOpen(table)).isTrue();
                    service.close(DESK, ADA, inquiry.id());
                }
            }));
        }
        for (Future<?> task : tasks) {
            task.get();
        }
        threads.shutdown();
        assertThat(service.inquiries(DESK, ADA)).hasSize(200).noneMatch(Inquiry::isOpen);
        assertThat(isOpen(table)).isFalse();
        assertThat(isOpen(new ConsentTable(store, store))).isFalse();
    }

    @Test
    void changesNothingOnceItIsStopped() {
        service.stop();
        assertThat(refused(() -> service.open(DESK, ADA)).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, mode = Mode.EXCLUDE, names = "OPERATOR")
    void onlyOperatorsOpenAndClose(Role role) {
        Caller caller = new Caller(TENANT, "somebody", Set.of(role));
        assertThat(refusal(() -> service.open(caller, ADA)).kind()).isEqualTo(Kind.DENIED);
        assertThat(refusal(() -> service.close(caller, ADA, UUID.randomUUID())).kind())
                .isEqualTo(Kind.DENIED);
        if (role != Role.OFFICER && role != Role.AUDITOR) {
            assertThat(refusal(() -> service.inquiries(caller, ADA)).kind()).isEqualTo(Kind.DENIED);
        }
    }

    private static PledgeException refusal(ThrowingCallable call) {
        return catchThrowableOfType(PledgeException.class, call);
    }
}
