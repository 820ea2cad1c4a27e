package org.pledge.routes.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.PartnerService.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims the deliveries of one partner, a few at a time, and reports how each ended. */
final class OutboxConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxConsumer.class);
    private static final int AGAIN_SECONDS = 1;
    private static final int TIMES_AGAIN = 50;

    private final Services services;
    private final Egress egress;
    private final Queue queue;
    private final ScheduledExecutorService signals;
    private final ExecutorService carriers;
    private final Semaphore free;
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final AtomicBoolean moreDue = new AtomicBoolean();
    private final AtomicBoolean failing = new AtomicBoolean();
    private Optional<Future<?>> timer = Optional.empty();
    private Optional<Subscription> subscription = Optional.empty();

    /** Whose deliveries, and how fast. */
    record Queue(TenantId tenant, String partner, int concurrency, long pollMillis) {}

    private record Subscription(Outbox outbox, AutoCloseable handle) {}

    OutboxConsumer(
            Endpoint endpoint,
            Processor processor,
            Services services,
            Egress egress,
            Queue queue,
            ScheduledExecutorService signals,
            ExecutorService carriers) {
        super(endpoint, processor);
        this.services = services;
        this.egress = egress;
        this.queue = queue;
        this.signals = signals;
        this.carriers = carriers;
        this.free = new Semaphore(queue.concurrency());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        listen();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        listen();
    }

    @Override
    protected void doSuspend() throws Exception {
        rest();
        super.doSuspend();
    }

    @Override
    protected void doStop() throws Exception {
        rest();
        super.doStop();
    }

    private synchronized void listen() {
        timer = Optional.of(signals.scheduleWithFixedDelay(this::claim, 0, queue.pollMillis(), TimeUnit.MILLISECONDS));
    }

    private synchronized void rest() {
        timer.ifPresent(t -> t.cancel(false));
        timer = Optional.empty();
        unsubscribe();
    }

    /** Asks for a look at the queue soon; many signals make one look. */
    private void signal() {
        if (signalled.compareAndSet(false, true)) {
            try {
                signals.execute(this::claim);
            } catch (RejectedExecutionException e) {
                signalled.set(false);
            }
        }
    }

    private void claim() {
        signalled.set(false);
        try {
            subscribed().filter(outbox -> open()).ifPresent(this::claim);
            failing.set(false);
        } catch (RuntimeException | LinkageError e) {
            if (failing.compareAndSet(false, true)) {
                LOG.warn("The outbox of {}/{} cannot be read: {}; trying on", queue.tenant(), queue.partner(), kind(e));
            }
        }
    }

    /** What waits for a partner that nothing may go to now goes on waiting. */
    private boolean open() {
        return services.partners()
                .get()
                .flatMap(partners ->
                        partners.find(queue.tenant(), queue.partner()).map(partners::standing))
                .filter(standing -> standing == Standing.ACTIVE)
                .isPresent();
    }

    private void claim(Outbox outbox) {
        int slots = free.drainPermits();
        int taken = 0;
        try {
            List<Delivery> due = slots == 0 ? List.of() : outbox.claim(queue.tenant(), queue.partner(), slots);
            moreDue.set(slots == 0 || due.size() == slots);
            for (Delivery delivery : due) {
                carriers.execute(() -> carry(delivery));
                taken++;
            }
        } finally {
            free.release(slots - taken);
        }
    }

    /** The outbox that is there now, listened to; none while this consumer rests or the service is stopped. */
    private synchronized Optional<Outbox> subscribed() {
        if (timer.isEmpty()) {
            return Optional.empty();
        }
        Optional<Outbox> now = services.outbox().get();
        if (subscription.isPresent()
                && now.filter(o -> o == subscription.get().outbox()).isEmpty()) {
            unsubscribe();
        }
        if (subscription.isEmpty()) {
            subscription = now.map(o -> new Subscription(o, o.onWork(this::signal)));
        }
        return now;
    }

    private void unsubscribe() {
        subscription.ifPresent(s -> {
            try {
                s.handle().close();
            } catch (Exception e) {
                LOG.debug("The outbox was gone already: {}", kind(e));
            }
        });
        subscription = Optional.empty();
    }

    private Outbox outbox() {
        return services.outbox().get().orElseThrow(() -> Services.stopped("sharing"));
    }

    private void carry(Delivery delivery) {
        try {
            outbox().load(delivery).ifPresent(values -> carryUnlessCard(delivery, values));
        } catch (PledgeException e) {
            if (e.kind() == PledgeException.Kind.UNAVAILABLE) {
                giveBack(delivery);
            } else {
                LOG.warn("Delivery {} could not be loaded: {}; its claim lapses", delivery.disclosure(), kind(e));
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("Delivery {} could not be loaded: {}; its claim lapses", delivery.disclosure(), kind(e));
        } finally {
            free.release();
            if (moreDue.get()) {
                signal();
            }
        }
    }

    /**
     * Gives it back as soon as that is possible. Only a refusal is tried again: after any other failure it may have been
     * given back and claimed anew, under the same number.
     */
    private void giveBack(Delivery delivery) {
        report(
                delivery,
                outbox -> {
                    try {
                        outbox.giveBack(delivery);
                    } catch (PledgeException e) {
                        throw e;
                    } catch (RuntimeException e) {
                        LOG.warn("Delivery {} is not given back: {}; its claim lapses", delivery.disclosure(), kind(e));
                    }
                },
                TIMES_AGAIN);
    }

    /** Says how it ended, and again while a part of the platform is away; after that the claim lapses. */
    private void report(Delivery delivery, Consumer<Outbox> end, int timesAgain) {
        try {
            end.accept(outbox());
        } catch (RuntimeException | LinkageError e) {
            if (timesAgain == 0 || signals.isShutdown()) {
                LOG.warn(
                        "The end of delivery {} is not recorded: {}; its claim lapses", delivery.disclosure(), kind(e));
            } else {
                signals.schedule(() -> report(delivery, end, timesAgain - 1), AGAIN_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    private void carryUnlessCard(Delivery delivery, Map<String, List<String>> values) {
        Egress.fieldWithCard(values)
                .ifPresentOrElse(
                        field -> {
                            egress.blocked(delivery, field);
                            report(delivery, outbox -> outbox.complete(delivery, Result.REFUSED, 0), TIMES_AGAIN);
                        },
                        () -> carry(delivery, values));
    }

    private void carry(Delivery delivery, Map<String, List<String>> values) {
        Exchange exchange = createExchange(false);
        try {
            Claim claim = Claim.bind(exchange, new Cargo.Queued(delivery));
            Message message = exchange.getMessage();
            message.setBody(values);
            headers(delivery).forEach(message::setHeader);
            route(exchange);
            if (claim.givenBack()) {
                giveBack(delivery);
            } else if (!claim.cancelled()) {
                Claim.Answer answer = claim.answer().orElse(Claim.Answer.NONE).andRead(exchange.getMessage());
                if (answer.result() != Result.DELIVERED) {
                    LOG.warn(
                            "Delivery {} to {}/{}, try {}: {}, status {}, {}",
                            delivery.disclosure(),
                            queue.tenant(),
                            queue.partner(),
                            delivery.attempt(),
                            answer.result(),
                            answer.status(),
                            exchange.getException() == null ? "no error" : kind(exchange.getException()));
                }
                report(
                        delivery,
                        outbox -> outbox.complete(delivery, answer.result(), answer.status(), answer.pause()),
                        TIMES_AGAIN);
            }
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private static Map<String, Object> headers(Delivery delivery) {
        return Map.of(
                Names.TENANT, delivery.tenant().value(),
                Names.PARTNER, delivery.partner(),
                Names.SUBJECT, delivery.subject().toString(),
                Names.DISCLOSURE, delivery.disclosure().toString(),
                Names.IDEMPOTENCY_KEY, delivery.idempotencyKey(),
                Names.PURPOSE, delivery.purpose(),
                Names.KIND, delivery.kind().name(),
                Names.CREATED, delivery.created().toString(),
                Names.ATTEMPT, delivery.attempt());
    }

    private void route(Exchange exchange) {
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
    }

    /** The kinds of an error and its last cause; messages may repeat what was sent. */
    private static String kind(Throwable error) {
        Throwable last = error;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        String first = error.getClass().getSimpleName();
        return last == error ? first : first + " from " + last.getClass().getSimpleName();
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask task) {
        return false;
    }

    @Override
    public int getPendingExchangesSize() {
        return queue.concurrency() - free.availablePermits();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        rest();
    }
}
