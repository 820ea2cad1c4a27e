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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService.InDoubt;
import org.pledge.consent.ConsentView;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.SharingService.Request;
import org.pledge.sharing.SharingService.State;

class WithdrawalRaceTest {
    private static final int PEOPLE = 150;
    private static final int SHARES_EACH = 4;
    private static final int CARRIERS = 3;

    @Test
    void whatIsReleasedWasReleasedBeforeTheWithdrawalAndIsOnItsReceipt()
            throws InterruptedException, ExecutionException {
        try (World world = new World(Duration.ofSeconds(30))) {
            // Decisions see a withdrawal a while after it is stored: the moment that must not be used.
            world.consents.beforeView(() -> {
                for (int i = 0; i < 20; i++) {
                    Thread.yield();
                }
            });
            List<SubjectId> people =
                    Stream.generate(SubjectId::random).limit(PEOPLE).toList();
            for (SubjectId person : people) {
                world.register(person);
                world.consents.grant(KORAX, person, "newsletter", "mailhaus", Set.of("email"), ConsentView.OPT_IN);
            }
            Set<SubjectId> withdrawn = ConcurrentHashMap.newKeySet();
            Map<SubjectId, List<InDoubt>> receipts = new ConcurrentHashMap<>();
            Queue<Delivery> released = new ConcurrentLinkedQueue<>();
            Queue<Delivery> late = new ConcurrentLinkedQueue<>();

            ExecutorService threads = Executors.newCachedThreadPool();
            List<Future<?>> sharing = new ArrayList<>();
            sharing.add(threads.submit(() -> {
                for (int i = 0; i < SHARES_EACH; i++) {
                    people.forEach(person -> world.sharing.share(world.operator, newsletter(person)));
                }
            }));
            sharing.add(threads.submit(() -> people.forEach(person -> {
                List<InDoubt> inDoubt = world.consents
                        .withdraw(KORAX, person, FakeConsents.everything())
                        .inDoubt();
                receipts.put(person, inDoubt);
                withdrawn.add(person);
            })));
            List<Future<?>> carrying = new ArrayList<>();
            for (int i = 0; i < CARRIERS; i++) {
                carrying.add(threads.submit(() -> {
                    boolean last;
                    do {
                        last = sharing.stream().allMatch(Future::isDone);
                        for (Delivery delivery : world.outbox.claim(KORAX, "mailhaus", 5)) {
                            boolean loaded = world.outbox.load(delivery).isPresent();
                            boolean after = withdrawn.contains(delivery.subject());
                            if (world.outbox.release(delivery) && delivery.kind() == Outbox.Kind.DISCLOSURE) {
                                assertThat(loaded).isTrue();
                                (after ? late : released).add(delivery);
                            }
                        }
                    } while (!last);
                }));
            }
            for (Future<?> task : sharing) {
                task.get();
            }
            for (Future<?> task : carrying) {
                task.get();
            }
            threads.shutdown();

            assertThat(late).isEmpty();
            for (Delivery delivery : released) {
                assertThat(receipts.get(delivery.subject()))
                        .extracting(InDoubt::disclosure)
                        .contains(delivery.disclosure());
            }
            assertThat(world.outbox.claim(KORAX, "mailhaus", 500))
                    .filteredOn(delivery -> delivery.kind() == Outbox.Kind.DISCLOSURE)
                    .allSatisfy(delivery ->
                            assertThat(world.outbox.release(delivery)).isFalse());
            assertThat(world.sharing.inState(world.operator, State.QUEUED, 500)).isEmpty();
        }
    }

    @Test
    void everyRecipientOfWhatLeftIsToldAfterItHasEnded() throws InterruptedException, ExecutionException {
        try (World world = new World(Duration.ofSeconds(30))) {
            List<SubjectId> people =
                    Stream.generate(SubjectId::random).limit(PEOPLE).toList();
            for (SubjectId person : people) {
                world.register(person);
                world.consents.grant(KORAX, person, "newsletter", "mailhaus", Set.of("email"), ConsentView.OPT_IN);
            }
            Set<UUID> underWay = ConcurrentHashMap.newKeySet();
            Set<UUID> left = ConcurrentHashMap.newKeySet();
            Set<UUID> told = ConcurrentHashMap.newKeySet();
            Queue<UUID> overtaken = new ConcurrentLinkedQueue<>();

            ExecutorService threads = Executors.newCachedThreadPool();
            Future<?> changing = threads.submit(() -> people.forEach(person -> {
                world.sharing.share(world.operator, newsletter(person));
                world.sharing.share(world.operator, newsletter(person));
                world.consents.withdraw(KORAX, person, FakeConsents.everything());
            }));
            List<Future<?>> carrying = new ArrayList<>();
            for (int i = 0; i < CARRIERS; i++) {
                carrying.add(threads.submit(() -> {
                    boolean last;
                    do {
                        last = changing.isDone();
                        List<Delivery> claimed = world.outbox.claim(KORAX, "mailhaus", 3);
                        last &= claimed.isEmpty();
                        for (Delivery delivery : claimed) {
                            carry(world, delivery, underWay, left, told, overtaken);
                        }
                    } while (!last);
                }));
            }
            changing.get();
            for (Future<?> task : carrying) {
                task.get();
            }
            threads.shutdown();
            // What another carrier still had in hand when the last one looked.
            for (Delivery delivery : world.outbox.claim(KORAX, "mailhaus", 500)) {
                carry(world, delivery, underWay, left, told, overtaken);
            }

            assertThat(left).isNotEmpty();
            assertThat(overtaken).isEmpty();
            assertThat(told).containsAll(left);
        }
    }

    @Test
    void theLastValueThatARecipientGetsIsTheCorrectedOne() throws InterruptedException, ExecutionException {
        try (World world = new World(Duration.ofSeconds(30))) {
            List<SubjectId> people =
                    Stream.generate(SubjectId::random).limit(PEOPLE).toList();
            for (SubjectId person : people) {
                world.register(person);
                world.consents.grant(KORAX, person, "newsletter", "mailhaus", Set.of("email"), ConsentView.OPT_IN);
            }
            Map<SubjectId, List<String>> received = new ConcurrentHashMap<>();
            ExecutorService threads = Executors.newCachedThreadPool();
            Future<?> changing = threads.submit(() -> people.forEach(person -> {
                world.sharing.share(world.operator, newsletter(person));
                world.sharing.share(world.operator, newsletter(person));
                world.store.required(() -> {
                    world.subjects.hold(person, Map.of("email", List.of("new@example.org")));
                    world.recipients.corrected(KORAX, person, Set.of("email"));
                });
            }));
            List<Future<?>> carrying = new ArrayList<>();
            for (int i = 0; i < CARRIERS; i++) {
                carrying.add(threads.submit(() -> {
                    boolean last;
                    do {
                        last = changing.isDone();
                        for (Delivery delivery : world.outbox.claim(KORAX, "mailhaus", 3)) {
                            last = false;
                            Map<String, List<String>> values =
                                    world.outbox.load(delivery).orElseThrow();
                            Thread.yield();
                            assertThat(world.outbox.release(delivery)).isTrue();
                            received.put(delivery.subject(), values.get("email"));
                            world.outbox.complete(delivery, Result.DELIVERED, 200);
                        }
                    } while (!last);
                }));
            }
            changing.get();
            for (Future<?> task : carrying) {
                task.get();
            }
            threads.shutdown();
            for (Delivery delivery : world.outbox.claim(KORAX, "mailhaus", 500)) {
                received.put(
                        delivery.subject(),
                        world.outbox.load(delivery).orElseThrow().get("email"));
            }

            assertThat(received.keySet()).containsExactlyInAnyOrderElementsOf(people);
            assertThat(received.values()).containsOnly(List.of("new@example.org"));
        }
    }

    private static void carry(
            World world, Delivery delivery, Set<UUID> underWay, Set<UUID> left, Set<UUID> told, Queue<UUID> overtaken) {
        Optional<Map<String, List<String>>> loaded = world.outbox.load(delivery);
        if (loaded.isPresent() && world.outbox.release(delivery)) {
            if (delivery.kind() == Outbox.Kind.DISCLOSURE) {
                underWay.add(delivery.disclosure());
                left.add(delivery.disclosure());
                Thread.yield();
                underWay.remove(delivery.disclosure());
            } else {
                loaded.get().get("disclosures").stream().map(UUID::fromString).forEach(about -> {
                    if (underWay.contains(about)) {
                        overtaken.add(about);
                    }
                    told.add(about);
                });
            }
            world.outbox.complete(delivery, Result.DELIVERED, 200);
        }
    }

    private static Request newsletter(SubjectId person) {
        return new Request(person, "mailhaus", "newsletter", List.of("email"), Optional.empty(), Map.of());
    }
}
