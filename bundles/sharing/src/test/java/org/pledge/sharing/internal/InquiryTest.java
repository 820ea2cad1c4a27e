package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.consent.ConsentService.InDoubt;
import org.pledge.consent.ConsentView;
import org.pledge.consent.WithdrawalListener.Effect;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Decision.Denied;
import org.pledge.policy.Decision.Permitted;
import org.pledge.policy.Decision.Reason;
import org.pledge.policy.Policy.CaseState;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.Policy.Need;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.Request;
import org.pledge.sharing.SharingService.State;

class InquiryTest {
    private static final int PEOPLE = 150;
    private static final int SHARES_EACH = 4;
    private static final int CARRIERS = 3;

    private final World world = new World(Duration.ofSeconds(30));
    private final DisclosureInquiries inquiries =
            new DisclosureInquiries(world.store, world.audit, world.policies, world.clock);

    @BeforeEach
    void answering() {
        world.policies.add(World.policy(2)
                .purposeEndingWithInquiry("answer", "email")
                .rule("marketing-partner", "answer", "email", Need.NOTHING, "KX-8")
                .rule("marketing-partner", "answer", "name", Need.NOTHING, "KX-8")
                .rule("marketing-partner", "answer", "phone", Need.OPT_IN, "KX-1")
                .legal(Ground.LAW, "court", "name", CaseState.PERMITTED, "KX-22")
                .promise("KX-88", "open-inquiry", Map.of("purposes", "answer")));
        world.put(World.partner(
                "postbox", "marketing-partner", Set.of("name", "email", "phone"), Set.of("answer", "newsletter")));
        accept(world.anna);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void accept(SubjectId person) {
        world.consents.accept(KORAX, person, 2, "CA");
    }

    private Decision decide(String... fields) {
        return world.gate.prepare(KORAX, "postbox", "answer", List.of(fields)).decide(world.anna);
    }

    private static Request answer(SubjectId person) {
        return new Request(person, "postbox", "answer", List.of("email"), Optional.empty(), Map.of());
    }

    private Disclosure queued() {
        return ((Outcome.Queued) world.sharing.share(world.operator, answer(world.anna))).disclosure();
    }

    private State state(UUID disclosure) {
        return world.sharing.disclosure(world.operator, disclosure).state();
    }

    @Test
    void withoutAnOpenInquiryNothingMayLeaveAndTheAnswerNamesThePromiseAndTheWay() {
        Denied denied = (Denied) decide("email");
        assertThat(denied.promises()).containsExactly("KX-88");
        assertThat(denied.remedy()).isEqualTo("When the person asks something: inquiry:open --tenant korax SUBJECT");
        assertThat(denied.reasons())
                .containsExactly(new Reason(
                        Code.NO_OPEN_INQUIRY,
                        "",
                        List.of("KX-88"),
                        "\"answer\" ends with the person's inquiry, and none is open"));
    }

    @Test
    void whatIsKeptForLongerServesThePurposeNoLongerEither() {
        assertThat(decide("email", "name")).isInstanceOf(Denied.class);
        assertThat(decide("name")).isInstanceOf(Denied.class);
    }

    @Test
    void aVersionWithoutSuchAPromiseNamesThoseThatPermitOtherwise() {
        world.policies.add(World.policy(3)
                .purposeEndingWithInquiry("answer", "email")
                .rule("marketing-partner", "answer", "email", Need.NOTHING, "KX-8"));
        world.consents.accept(KORAX, world.anna, 3, "CA");
        assertThat(decide("email").promises()).containsExactly("KX-8");
    }

    @Test
    void whileAnInquiryIsOpenThePolicyDecidesAsEver() {
        world.consents.openInquiry(KORAX, world.anna);
        Permitted permitted = (Permitted) decide("email", "name", "phone", "payment-amount");
        assertThat(permitted.fields()).containsExactlyInAnyOrder("email", "name");
        assertThat(permitted.promises()).containsExactly("KX-8");
        assertThat(permitted.withheld()).extracting(Reason::code).containsExactly(Code.NO_CONSENT, Code.PROHIBITED);
        world.consents.grant(KORAX, world.anna, "answer", "postbox", Set.of("phone"), ConsentView.OPT_IN);
        assertThat(((Permitted) decide("phone")).fields()).containsExactly("phone");
    }

    @Test
    void anInquiryOpensNoOtherPurposeAndWhatIsProhibitedStaysSo() {
        world.consents.openInquiry(KORAX, world.anna);
        assertThat(world.gate
                        .prepare(KORAX, "postbox", "newsletter", List.of("email"))
                        .decide(world.anna))
                .isInstanceOfSatisfying(Denied.class, denied -> assertThat(denied.reasons())
                        .extracting(Reason::code)
                        .containsExactly(Code.NO_CONSENT));
        assertThat(decide("payment-amount")).isInstanceOf(Denied.class);
    }

    @Test
    void whatIsProhibitedIsNotRefusedForWantOfAnInquiry() {
        Denied denied = (Denied) decide("payment-amount");
        assertThat(denied.reasons()).extracting(Reason::code).containsExactly(Code.PROHIBITED);
    }

    @Test
    void isAskedForBehindManyConsents() {
        List<String> many = IntStream.range(0, 40).mapToObj(i -> "f" + i).toList();
        FakePolicy policy = new FakePolicy(KORAX, 4, Set.copyOf(many), Set.of(), Set.of(), Set.of("marketing-partner"));
        policy.purposeEndingWithInquiry("answer", "f0");
        many.forEach(field -> policy.rule("marketing-partner", "answer", field, Need.OPT_IN, "KX-8"));
        world.policies.add(policy);
        world.put(World.partner("archive", "marketing-partner", Set.copyOf(many), Set.of("answer")));
        world.consents.accept(KORAX, world.anna, 4, "CA");
        world.consents.grant(KORAX, world.anna, "answer", "archive", Set.of("f0", "f39"), ConsentView.OPT_IN);

        assertThat(world.gate.prepare(KORAX, "archive", "answer", many).decide(world.anna))
                .isInstanceOf(Denied.class);
        world.consents.openInquiry(KORAX, world.anna);
        assertThat(world.gate.prepare(KORAX, "archive", "answer", many).decide(world.anna))
                .isInstanceOfSatisfying(Permitted.class, permitted -> assertThat(permitted.fields())
                        .containsExactlyInAnyOrder("f0", "f39"));
    }

    @Test
    void afterTheEndNothingMayLeaveAndTheRefusalIsRecorded() {
        world.consents.openInquiry(KORAX, world.anna);
        assertThat(decide("email")).isInstanceOf(Permitted.class);
        world.consents.closeInquiry(KORAX, world.anna, inquiries);

        assertThat(world.sharing.share(world.operator, answer(world.anna))).isInstanceOf(Outcome.Refused.class);
        assertThat(world.audit.leaves(Leaf.Act.REFUSED)).singleElement().satisfies(leaf -> {
            assertThat(leaf.details()).containsEntry("reason", "NO_OPEN_INQUIRY");
            assertThat(leaf.promises()).containsExactly("KX-88");
        });
    }

    @Test
    void theEndStopsWhatIsQueuedForThePurposeAndNothingElse() {
        world.consents.openInquiry(KORAX, world.anna);
        UUID answer = queued().id();
        world.optIn("email");
        UUID newsletter = world.shareNewsletter("email").disclosure().id();

        Effect effect = world.consents.closeInquiry(KORAX, world.anna, inquiries);
        assertThat(effect.cancelled()).isEqualTo(1);
        assertThat(effect.inDoubt()).isEmpty();
        assertThat(state(answer)).isEqualTo(State.CANCELLED);
        assertThat(state(newsletter)).isEqualTo(State.QUEUED);
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_CANCELLED))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details()).containsEntry("reason", "INQUIRY_CLOSED"));
    }

    @Test
    void theEndDoesNotStopWhatALegalCaseAllows() {
        UUID legalCase = world.cases
                .open(
                        world.officer,
                        Ground.LAW,
                        "ON-2026/17",
                        "court",
                        Set.of(world.anna),
                        Set.of("name"),
                        world.clock.instant().plus(Duration.ofDays(30)))
                .id();
        world.cases.approve(world.officer, legalCase);
        world.cases.approve(world.otherOfficer, legalCase);
        world.sharing.share(
                world.operator,
                new Request(world.anna, "court", "answer", List.of("name"), Optional.of(legalCase), Map.of()));
        assertThat(world.consents.closeInquiry(KORAX, world.anna, inquiries).cancelled())
                .isZero();
        assertThat(world.outbox.release(world.claimOne("court"))).isTrue();
    }

    @Test
    void whatIsOnItsWayAtTheEndIsInDoubtAndIsNotReleased() {
        world.consents.openInquiry(KORAX, world.anna);
        queued();
        Delivery delivery = world.claimOne("postbox");
        assertThat(world.outbox.load(delivery)).isPresent();
        assertThat(world.consents.closeInquiry(KORAX, world.anna, inquiries).inDoubt())
                .extracting(InDoubt::disclosure)
                .containsExactly(delivery.disclosure());

        assertThat(world.outbox.release(delivery)).isFalse();
        assertThat(state(delivery.disclosure())).isEqualTo(State.CANCELLED);
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_CANCELLED))
                .singleElement()
                .satisfies(leaf -> assertThat(leaf.details()).containsEntry("reason", "NO_OPEN_INQUIRY"));
    }

    @Test
    void nothingIsReleasedOnceTheEndIsAcknowledged() throws InterruptedException, ExecutionException {
        // Decisions see the end a while after it is stored: the moment that must not be used.
        world.consents.beforeView(() -> {
            for (int i = 0; i < 20; i++) {
                Thread.yield();
            }
        });
        List<SubjectId> people =
                Stream.generate(SubjectId::random).limit(PEOPLE).toList();
        for (SubjectId person : people) {
            world.register(person);
            accept(person);
            world.consents.openInquiry(KORAX, person);
        }
        Set<SubjectId> ended = ConcurrentHashMap.newKeySet();
        Map<SubjectId, List<InDoubt>> endings = new ConcurrentHashMap<>();
        Queue<Delivery> released = new ConcurrentLinkedQueue<>();
        Queue<Delivery> late = new ConcurrentLinkedQueue<>();

        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<?>> changing = new ArrayList<>();
        changing.add(threads.submit(() -> {
            for (int i = 0; i < SHARES_EACH; i++) {
                people.forEach(person -> world.sharing.share(world.operator, answer(person)));
            }
        }));
        changing.add(threads.submit(() -> people.forEach(person -> {
            endings.put(
                    person,
                    world.consents.closeInquiry(KORAX, person, inquiries).inDoubt());
            ended.add(person);
        })));
        List<Future<?>> carrying = new ArrayList<>();
        for (int i = 0; i < CARRIERS; i++) {
            carrying.add(threads.submit(() -> {
                boolean last;
                do {
                    last = changing.stream().allMatch(Future::isDone);
                    for (Delivery delivery : world.outbox.claim(KORAX, "postbox", 5)) {
                        world.outbox.load(delivery);
                        boolean after = ended.contains(delivery.subject());
                        if (world.outbox.release(delivery)) {
                            (after ? late : released).add(delivery);
                        }
                    }
                } while (!last);
            }));
        }
        for (Future<?> task : changing) {
            task.get();
        }
        for (Future<?> task : carrying) {
            task.get();
        }
        threads.shutdown();

        assertThat(late).isEmpty();
        for (Delivery delivery : released) {
            assertThat(endings.get(delivery.subject()))
                    .extracting(InDoubt::disclosure)
                    .contains(delivery.disclosure());
        }
        assertThat(world.outbox.claim(KORAX, "postbox", 500))
                .allSatisfy(
                        delivery -> assertThat(world.outbox.release(delivery)).isFalse());
        assertThat(world.sharing.inState(world.operator, State.QUEUED, 500)).isEmpty();
    }
}
