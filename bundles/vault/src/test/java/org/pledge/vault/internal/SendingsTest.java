package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.audit.Leaf;
import org.pledge.crypto.CardSealer;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.PaymentService.Kind;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;

/** What happens to movements that begin together when their transaction does not end well. */
final class SendingsTest {
    private static final Set<Thread.State> WAITING =
            EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.BLOCKED);

    private static final int MANY = 6;
    private static final Way WAY = new Way("clearing-1", World.CUSTOMER, "payment", List.of("AN-11"));

    private final World world = new World();
    private final Vault vault = new Vault();
    private final List<byte[]> opened = Collections.synchronizedList(new ArrayList<>());
    private final Sendings sendings = new Sendings(
            vault,
            world.vault,
            new CardRecords(watched(world.sealer)),
            new Movements(vault, world.vault, List::of, () -> {}, () -> {}, world.clock));

    /** The vault's transactions, of which the first waits; after the commit of a later one it may be unknown. */
    private final class Vault implements VaultTransactions {
        private final Semaphore first = new Semaphore(0);
        private final CountDownLatch begun = new CountDownLatch(1);
        private final AtomicInteger number = new AtomicInteger();
        private final AtomicBoolean inDoubt = new AtomicBoolean();

        @Override
        public <T> T required(Supplier<T> work) {
            if (!isActive() && number.getAndIncrement() == 0) {
                begun.countDown();
                first.acquireUninterruptibly();
            }
            T result = world.vault.required(work);
            if (!isActive() && number.get() > 1 && inDoubt.getAndSet(false)) {
                throw new IllegalStateException("the commit failed; its changes may or may not be kept");
            }
            return result;
        }

        @Override
        public boolean isActive() {
            return world.vault.isActive();
        }

        @Override
        public void afterCommit(Runnable action) {
            world.vault.afterCommit(action);
        }

        @Override
        public void afterRollback(Runnable action) {
            world.vault.afterRollback(action);
        }

        @Override
        public void whenUndone(Runnable action) {
            world.vault.whenUndone(action);
        }
    }

    @AfterEach
    void end() {
        vault.first.release();
    }

    private CardSealer watched(CardSealer sealer) {
        return (CardSealer) Proxy.newProxyInstance(
                CardSealer.class.getClassLoader(), new Class<?>[] {CardSealer.class}, (self, method, args) -> {
                    try {
                        Object result = method.invoke(sealer, args);
                        if (method.getName().equals("open")
                                && ((CardSealer.Place) args[0]).column().equals("number")) {
                            opened.add((byte[]) result);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Card card(String number) {
        return world.cards.store(
                World.OPERATOR,
                World.CUSTOMER,
                new Jwe(world).text("number", number).bytes());
    }

    private Payment meant(Card card) {
        UUID id = UUID.randomUUID();
        Payment payment = new Payment(
                World.TENANT,
                id,
                Kind.AUTHORISE,
                Optional.empty(),
                card.token(),
                100,
                "EUR",
                "order-" + id,
                State.INTENT,
                "",
                "",
                "",
                world.clock.instant(),
                world.clock.instant(),
                Optional.empty());
        world.vault.required(() -> world.vault.addPayment(payment));
        return payment;
    }

    private FutureTask<Optional<Sendings.Sending>> begin(Payment payment) {
        return new FutureTask<>(() -> sendings.begin(new Sendings.Start(World.OPERATOR, payment, WAY, new byte[0])));
    }

    /** Begins these together, after another one. */
    private List<FutureTask<Optional<Sendings.Sending>>> together(List<Payment> all) throws InterruptedException {
        new Thread(begin(meant(card("4242424242424242")))).start();
        vault.begun.await();
        List<FutureTask<Optional<Sendings.Sending>>> tasks =
                all.stream().map(this::begin).toList();
        List<Thread> threads = tasks.stream().map(Thread::new).toList();
        threads.forEach(Thread::start);
        await().until(() -> threads.stream().map(Thread::getState).allMatch(WAITING::contains));
        vault.first.release();
        return tasks;
    }

    private static Optional<Sendings.Sending> end(FutureTask<Optional<Sendings.Sending>> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private long sent(Payment payment) {
        return world
                .vault
                .required(() -> world.vault.events(World.TENANT, payment.token(), Long.MAX_VALUE, 1000))
                .stream()
                .filter(event -> event.leaf().act() == Leaf.Act.PAYMENT_SENT)
                .filter(event ->
                        payment.id().toString().equals(event.leaf().details().get(Trail.PAYMENT)))
                .count();
    }

    @Test
    void whatMayHaveBegunDoesNotBeginAgain() throws InterruptedException {
        Card card = card(Jwe.VISA);
        List<Payment> all = IntStream.range(0, MANY).mapToObj(i -> meant(card)).toList();
        vault.inDoubt.set(true);
        assertThat(together(all).stream().map(SendingsTest::end))
                .as("nobody sends what may be on its way")
                .containsOnly(Optional.empty());
        assertThat(all).allSatisfy(payment -> assertThat(sent(payment)).isEqualTo(1));
        assertThat(opened.subList(1, opened.size()))
                .hasSizeGreaterThanOrEqualTo(MANY)
                .allSatisfy(number -> assertThat(number).containsOnly(0));
    }

    @Test
    void aCardThatCannotBeOpenedIsNobodyElsesLossAndLeavesNothingOpen() throws InterruptedException {
        Card card = card(Jwe.VISA);
        List<Payment> all = new ArrayList<>(
                IntStream.range(0, MANY).mapToObj(i -> meant(card)).toList());
        Card broken = card("5555555555554444");
        world.vault.required(() -> world.vault
                .card(World.TENANT, broken.token())
                .ifPresent(stored -> world.sealer.destroyKey(World.TENANT, stored.id())));
        all.add(meant(broken));
        List<Optional<Sendings.Sending>> ends =
                together(all).stream().map(SendingsTest::end).toList();
        assertThat(ends.subList(0, MANY)).allSatisfy(sending -> assertThat(
                        new String(sending.orElseThrow().card().number(), StandardCharsets.US_ASCII))
                .isEqualTo(Jwe.VISA));
        assertThat(ends.get(MANY)).isEmpty();
        assertThat(all.subList(0, MANY))
                .allSatisfy(payment -> assertThat(sent(payment)).isEqualTo(1));
        ends.forEach(each -> each.ifPresent(Sendings.Sending::close));
        assertThat(opened.subList(1, opened.size()))
                .hasSizeGreaterThanOrEqualTo(MANY)
                .allSatisfy(number -> assertThat(number).containsOnly(0));
    }
}
