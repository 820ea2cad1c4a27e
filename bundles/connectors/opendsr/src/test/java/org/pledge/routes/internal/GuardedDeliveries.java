package org.pledge.routes.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.pledge.TenantId;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerLine;
import org.pledge.sharing.spi.PartnerSecrets;

/** The guard itself outside a container, with an outbox that a test fills. */
public final class GuardedDeliveries implements AutoCloseable {
    private final BlockingQueue<Outbox.Delivery> queued = new LinkedBlockingQueue<>();
    private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
    private final Map<String, List<String>> values;
    private final Services services;
    private final GuardedCamel camel;

    /** How a delivery ended. */
    public record Ended(Outbox.Result result, int status) {}

    private final class Queue implements Outbox {
        @Override
        public List<Delivery> claim(TenantId tenant, String partner, int limit) {
            return Stream.ofNullable(queued.poll()).toList();
        }

        @Override
        public Optional<Map<String, List<String>>> load(Delivery delivery) {
            return Optional.of(values);
        }

        @Override
        public boolean release(Delivery delivery) {
            return true;
        }

        @Override
        public void complete(Delivery delivery, Result result, int status, Duration wait) {
            ended.add(new Ended(result, status));
        }

        @Override
        public void giveBack(Delivery delivery) {
            throw new AssertionError("unexpected");
        }

        @Override
        public AutoCloseable onWork(Runnable action) {
            return () -> {};
        }
    }

    /** Starts it, with the connectors' templates. */
    public GuardedDeliveries(
            PartnerService partners,
            Gate gate,
            PartnerSecrets secrets,
            Map<String, List<String>> values,
            List<Connector> connectors) {
        this.values = values;
        Outbox outbox = new Queue();
        services = new Services(
                Optional::empty,
                () -> Optional.of(outbox),
                () -> Optional.of(partners),
                () -> Optional.of(gate),
                Optional::empty,
                Optional::empty,
                Optional::empty,
                name -> connectors.stream()
                        .filter(connector -> connector.name().equals(name))
                        .findFirst(),
                secrets);
        camel = new GuardedCamel(new DefaultCamelContext(), services, Set.of("http", "https"), Clock.systemUTC());
        camel.start();
        connectors.forEach(connector -> camel.put(connector.name(), () -> List.of((RoutesBuilder) connector)));
    }

    /** Starts the partner's routes, as its registration does. */
    public void open(Partner partner) {
        camel.put(PartnerSource.id(partner), new PartnerSource(partner, services.connectors()));
    }

    /** The lines that are open. */
    public PartnerLine line() {
        return camel.lines();
    }

    /** Queues a delivery and waits for its end. */
    public Ended carry(Outbox.Delivery delivery) {
        queued.add(delivery);
        try {
            return Optional.ofNullable(ended.poll(30, TimeUnit.SECONDS))
                    .orElseThrow(() -> new AssertionError("it did not end"));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        camel.close();
    }
}
