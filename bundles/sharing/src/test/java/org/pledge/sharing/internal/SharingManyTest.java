package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.sharing.internal.World.KORAX;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.consent.ConsentView;
import org.pledge.policy.Decision;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Answer;
import org.pledge.sharing.SharingService.Batch;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.Request;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;
import org.pledge.store.memory.MemoryStore;

class SharingManyTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static void refused(Kind kind, ThrowingCallable act) {
        assertThatThrownBy(act).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    private static Request newsletter(SubjectId person) {
        return new Request(person, "mailhaus", "newsletter", List.of("email"), Optional.empty(), Map.of());
    }

    private static Request payment(SubjectId person, String amount) {
        return new Request(
                person,
                "cardclear",
                "payment",
                List.of("payment-amount"),
                Optional.empty(),
                Map.of("payment-amount", amount));
    }

    private List<SubjectId> people(int count) {
        List<SubjectId> people = Stream.generate(SubjectId::random).limit(count).toList();
        people.forEach(world::register);
        return people;
    }

    private void optIn(SubjectId person) {
        world.consents.grant(KORAX, person, "newsletter", "mailhaus", Set.of("email"), ConsentView.OPT_IN);
    }

    private static Disclosure queued(Answer answer) {
        return ((Outcome.Queued) ((Answer.Decided) answer).outcome()).disclosure();
    }

    private static boolean isRefused(Answer answer) {
        return answer instanceof Answer.Decided decided && decided.outcome() instanceof Outcome.Refused;
    }

    @Test
    void answersInTheOrderOfTheRequestsAndRecordsEachByItself() {
        List<SubjectId> people = people(30);
        for (int i = 0; i < people.size(); i += 2) {
            optIn(people.get(i));
        }

        Batch batch = world.sharing.shareAll(
                world.operator, people.stream().map(SharingManyTest::newsletter).toList());

        assertThat(batch.answers()).hasSize(30);
        for (int i = 0; i < people.size(); i++) {
            if (i % 2 == 0) {
                Disclosure made = queued(batch.answers().get(i));
                assertThat(made.subject()).isEqualTo(people.get(i));
                assertThat(made.id()).isEqualTo(Batch.disclosure(batch.id(), i));
                assertThat(world.sharing.disclosure(world.operator, made.id())).isEqualTo(made);
            } else {
                assertThat(isRefused(batch.answers().get(i))).isTrue();
            }
        }
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_INTENDED)).hasSize(15);
        assertThat(world.audit.leaves(Leaf.Act.REFUSED)).hasSize(15).allSatisfy(leaf -> assertThat(
                        people.indexOf(leaf.subject().orElseThrow()) % 2)
                .isEqualTo(1));
    }

    @Test
    void leavesBehindWhatTheSameRequestDoesByItself() {
        world.optIn("email");
        List<Request> requests = List.of(
                world.request("mailhaus", "newsletter", "email", "name"),
                world.request("mailhaus", "newsletter", "phone"),
                world.request("nobody", "newsletter", "email", "anna-example"),
                payment(world.anna, "12.50"),
                newsletter(SubjectId.random()));
        int before = world.audit.leaves().size();
        List<Outcome> alone = requests.stream()
                .map(request -> world.sharing.share(world.operator, request))
                .toList();
        int after = world.audit.leaves().size();

        List<Answer> together = world.sharing.shareAll(world.operator, requests).answers();

        List<Leaf> leaves = world.audit.leaves().stream()
                .map(SharingManyTest::withoutIdentifier)
                .toList();
        assertThat(leaves.subList(after, leaves.size()))
                .containsExactlyInAnyOrderElementsOf(leaves.subList(before, after));
        for (int i = 0; i < requests.size(); i++) {
            assertThat(((Answer.Decided) together.get(i)).outcome().decision())
                    .isEqualTo(alone.get(i).decision());
        }
        UUID paid = queued(together.get(3)).id();
        StoredDisclosure stored =
                world.store.required(() -> world.store.disclosure(KORAX, paid).orElseThrow());
        assertThat(stored.supplied()).isNotEmpty();
    }

    private static Leaf withoutIdentifier(Leaf leaf) {
        Map<String, String> details = new TreeMap<>(leaf.details());
        details.computeIfPresent("disclosure", (key, id) -> "some");
        return new Leaf(leaf.tenant(), leaf.at(), leaf.act(), leaf.actor(), leaf.subject(), leaf.promises(), details);
    }

    @Test
    void whatOneRequestComesToDoesNotTouchTheOthers() {
        world.optIn("email");
        Request malformed =
                new Request(world.anna, "Mail Haus", "newsletter", List.of("email"), Optional.empty(), Map.of());
        Request withoutValue =
                new Request(world.anna, "cardclear", "payment", List.of("payment-amount"), Optional.empty(), Map.of());

        List<Answer> answers = world.sharing
                .shareAll(
                        world.operator,
                        List.of(malformed, newsletter(world.anna), withoutValue, newsletter(SubjectId.random())))
                .answers();

        assertThat(((Answer.NotDone) answers.get(0)).problem().kind()).isEqualTo(Kind.INVALID);
        assertThat(queued(answers.get(1)).fields()).containsExactly("email");
        assertThat(((Answer.NotDone) answers.get(2)).problem().kind()).isEqualTo(Kind.INVALID);
        assertThat(isRefused(answers.get(3))).isTrue();
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_INTENDED)).hasSize(1);
        assertThat(world.audit.leaves(Leaf.Act.REFUSED)).hasSize(1);
    }

    @Test
    void onePersonMayBeConcernedSeveralTimes() {
        world.optIn("email");
        Batch batch = world.sharing.shareAll(
                world.operator, List.of(newsletter(world.anna), newsletter(world.anna), newsletter(world.anna)));

        assertThat(batch.answers()).extracting(answer -> queued(answer).id()).doesNotHaveDuplicates();
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).hasSize(3);
    }

    @Test
    void tellsHowABatchIsLater() {
        world.optIn("email");
        Batch batch =
                world.sharing.shareAll(world.operator, List.of(newsletter(SubjectId.random()), newsletter(world.anna)));
        world.outbox.complete(world.claimOne("mailhaus"), Result.DELIVERED, 200);

        List<Optional<Disclosure>> later = world.sharing.ofBatch(world.operator, batch.id(), 2);

        assertThat(later.get(0)).isEmpty();
        assertThat(later.get(1)).map(Disclosure::state).contains(State.DELIVERED);
        assertThat(world.sharing.ofBatch(world.caller("cardclear", Role.PARTNER), batch.id(), 2))
                .containsOnly(Optional.empty());
        refused(Kind.DENIED, () -> world.sharing.ofBatch(world.integrator, batch.id(), 2));
    }

    @Test
    void somebodyWhoseConsentsAreNotSeenYetIsNotDecidedAboutAndTheOthersAre() {
        SubjectId other = people(1).get(0);
        optIn(other);
        world.optIn("email");
        List<Answer> answers = new ArrayList<>();
        // The withdrawal is durable, and this machine's decisions do not know of it yet.
        world.consents.beforeView(() -> answers.addAll(world.sharing
                .shareAll(world.operator, List.of(newsletter(world.anna), newsletter(other), newsletter(world.anna)))
                .answers()));

        world.consents.withdraw(KORAX, world.anna, FakeConsents.everything());

        assertThat(((Answer.NotDone) answers.get(0)).problem().kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(queued(answers.get(1)).subject()).isEqualTo(other);
        assertThat(answers.get(2)).isInstanceOf(Answer.NotDone.class);
        assertThat(world.sharing.inState(world.operator, State.QUEUED, 10)).hasSize(1);
        world.consents.beforeView(() -> {});
        assertThat(isRefused(world.sharing
                        .shareAll(world.operator, List.of(newsletter(world.anna)))
                        .answers()
                        .get(0)))
                .isTrue();
    }

    @Test
    void whatAnotherNodeChangedIsTakenOverBeforeABatchIsDecided() {
        world.optIn("email");
        world.consents.withdrawElsewhere(KORAX, world.anna);
        assertThat(isRefused(world.sharing
                        .shareAll(world.operator, List.of(newsletter(world.anna)))
                        .answers()
                        .get(0)))
                .isTrue();
    }

    @Test
    void batchesThatCrossAndWithdrawalsAmongThemLeaveNothingQueuedThatIsWithdrawn()
            throws InterruptedException, ExecutionException {
        try (World wide = new World(Duration.ofSeconds(30))) {
            List<SubjectId> people =
                    Stream.generate(SubjectId::random).limit(40).toList();
            for (SubjectId person : people) {
                wide.register(person);
                wide.consents.grant(KORAX, person, "newsletter", "mailhaus", Set.of("email"), ConsentView.OPT_IN);
            }
            wide.consents.beforeView(Thread::yield);
            ExecutorService threads = Executors.newCachedThreadPool();
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                List<SubjectId> own = new ArrayList<>(people);
                Collections.shuffle(own, new Random(i));
                tasks.add(threads.submit(() -> {
                    for (int round = 0; round < 10; round++) {
                        assertThat(wide.sharing
                                        .shareAll(
                                                wide.operator,
                                                own.stream()
                                                        .map(SharingManyTest::newsletter)
                                                        .toList())
                                        .answers())
                                .allMatch(Answer.Decided.class::isInstance);
                    }
                }));
            }
            tasks.add(threads.submit(
                    () -> people.forEach(person -> wide.consents.withdraw(KORAX, person, FakeConsents.everything()))));
            for (Future<?> task : tasks) {
                task.get();
            }
            threads.shutdown();

            assertThat(wide.sharing.inState(wide.operator, State.QUEUED, 100)).isEmpty();
            int decided = wide.audit.leaves(Leaf.Act.DISCLOSURE_INTENDED).size()
                    + wide.audit.leaves(Leaf.Act.REFUSED).size();
            assertThat(decided).isEqualTo(2 * 10 * people.size());
        }
    }

    @Test
    void whenTheStoreFailsNothingIsRecordedAndItCanBeSentAgain() {
        world.optIn("email");
        Flaky store = new Flaky(world.store);
        SharingService sharing = new DefaultSharingService(
                world.store,
                store.failing(),
                world.audit,
                world.sealer,
                world.table,
                world.rules,
                world.outbox,
                world.clock,
                Duration.ofHours(24));
        List<Request> requests =
                List.of(newsletter(world.anna), newsletter(SubjectId.random()), payment(world.anna, "1"));
        int before = world.audit.leaves().size();

        assertThatThrownBy(() -> sharing.shareAll(world.operator, requests)).isInstanceOf(IllegalStateException.class);

        assertThat(world.sharing.inState(world.operator, State.QUEUED, 10)).isEmpty();
        assertThat(world.audit.leaves()).hasSize(before);
        store.works = true;
        assertThat(sharing.shareAll(world.operator, requests).answers()).allMatch(Answer.Decided.class::isInstance);
        assertThat(world.sharing.inState(world.operator, State.QUEUED, 10)).hasSize(2);
        assertThat(world.audit.leaves()).hasSize(before + 3);
    }

    /** A store that fails after it has added some of the disclosures. */
    private static final class Flaky {
        private final MemoryStore behind;
        private boolean works;

        Flaky(MemoryStore behind) {
            this.behind = behind;
        }

        SharingStore failing() {
            return (SharingStore) Proxy.newProxyInstance(
                    Flaky.class.getClassLoader(), new Class<?>[] {SharingStore.class}, (self, method, arguments) -> {
                        Object result = method.invoke(behind, arguments);
                        if (method.getName().equals("addDisclosures") && !works) {
                            throw new IllegalStateException("the disk is full");
                        }
                        return result;
                    });
        }
    }

    @Test
    void aCallerWhoMayNotShareWithOneOfThePartnersSharesWithNone() {
        world.optIn("email");
        Caller mailhaus = world.caller("mailhaus", Role.PARTNER);
        refused(
                Kind.DENIED,
                () -> world.sharing.shareAll(mailhaus, List.of(newsletter(world.anna), payment(world.anna, "1"))));
        refused(Kind.DENIED, () -> world.sharing.shareAll(world.officer, List.of(newsletter(world.anna))));
        assertThat(world.sharing.inState(world.operator, State.QUEUED, 10)).isEmpty();
        assertThat(world.sharing
                        .shareAll(mailhaus, List.of(newsletter(world.anna)))
                        .answers())
                .allMatch(answer -> queued(answer).partner().equals("mailhaus"));
    }

    @Test
    void takesOneToAThousandRequests() {
        refused(Kind.INVALID, () -> world.sharing.shareAll(world.operator, List.of()));
        refused(
                Kind.INVALID,
                () -> world.sharing.shareAll(world.operator, Collections.nCopies(1001, newsletter(world.anna))));
        List<Answer> most = world.sharing
                .shareAll(world.operator, Collections.nCopies(1000, newsletter(world.anna)))
                .answers();
        assertThat(IntStream.range(0, 1000)).allMatch(i -> isRefused(most.get(i)));
        assertThat(((Answer.Decided) most.get(0)).outcome().decision()).isInstanceOf(Decision.Denied.class);
    }
}
