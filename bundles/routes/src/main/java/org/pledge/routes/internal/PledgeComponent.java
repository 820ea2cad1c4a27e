package org.pledge.routes.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.pledge.PledgeException;
import org.pledge.TenantId;

/** The {@code pledge:} endpoints: {@code share}, {@code outbox}, {@code line} and {@code release}. */
final class PledgeComponent extends DefaultComponent {
    private final Services services;
    private final Lines lines;
    private final Egress egress;
    private ScheduledExecutorService signals;
    private ExecutorService carriers;

    PledgeComponent(Services services, Egress egress) {
        this.egress = egress;
        this.services = services;
        this.lines = new Lines(services);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return switch (remaining) {
            case "share" -> share(uri, parameters);
            case "outbox" -> outbox(uri, parameters);
            case "line" -> line(uri, parameters);
            case "release" ->
                new PledgeEndpoint(uri) {
                    @Override
                    public Producer createProducer() {
                        return new ReleaseProducer(this, services);
                    }
                };
            default ->
                throw invalid(
                        "pledge: knows share, outbox, line and release only", "Write one of these behind pledge:.");
        };
    }

    private Endpoint share(String uri, Map<String, Object> parameters) {
        ShareProducer.Question question = new ShareProducer.Question(
                new TenantId(mandatory(parameters, "tenant")),
                mandatory(parameters, "partner"),
                mandatory(parameters, "purpose"),
                List.copyOf(Arrays.asList(mandatory(parameters, "fields").split("\\s*,\\s*"))),
                getAndRemoveParameter(parameters, "continueOnDenied", boolean.class, false));
        return new PledgeEndpoint(uri) {
            @Override
            public Producer createProducer() {
                return new ShareProducer(this, services, question);
            }
        };
    }

    private Endpoint outbox(String uri, Map<String, Object> parameters) {
        TenantId tenant = new TenantId(mandatory(parameters, "tenant"));
        String partner = mandatory(parameters, "partner");
        int concurrency = getAndRemoveParameter(parameters, "concurrency", int.class, 2);
        long pollMillis = getAndRemoveParameter(parameters, "pollMillis", long.class, 1000L);
        if (concurrency < 1 || concurrency > 4 || pollMillis < 10) {
            throw invalid(
                    "pledge:outbox takes concurrency=1 to 4 and pollMillis=10 or more",
                    "Correct them, or leave them out.");
        }
        return new PledgeEndpoint(uri) {
            @Override
            public Consumer createConsumer(Processor processor) throws Exception {
                OutboxConsumer.Queue queue = new OutboxConsumer.Queue(tenant, partner, concurrency, pollMillis);
                OutboxConsumer consumer =
                        new OutboxConsumer(this, processor, services, egress, queue, signals, carriers);
                configureConsumer(consumer);
                return consumer;
            }
        };
    }

    private Endpoint line(String uri, Map<String, Object> parameters) {
        Lines.Line line =
                new Lines.Line(new TenantId(mandatory(parameters, "tenant")), mandatory(parameters, "partner"));
        return new PledgeEndpoint(uri) {
            @Override
            public Consumer createConsumer(Processor processor) throws Exception {
                LineConsumer consumer = new LineConsumer(this, processor, line, lines);
                configureConsumer(consumer);
                return consumer;
            }
        };
    }

    Lines lines() {
        return lines;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        signals = getCamelContext().getExecutorServiceManager().newScheduledThreadPool(this, "pledge-outbox", 1);
        carriers = getCamelContext().getExecutorServiceManager().newCachedThreadPool(this, "pledge-delivery");
    }

    @Override
    protected void doShutdown() throws Exception {
        if (signals != null) {
            getCamelContext().getExecutorServiceManager().shutdownNow(signals);
            getCamelContext().getExecutorServiceManager().shutdownNow(carriers);
        }
        super.doShutdown();
    }

    private String mandatory(Map<String, Object> parameters, String name) {
        String value = getAndRemoveParameter(parameters, name, String.class);
        if (value == null || value.isBlank()) {
            throw invalid("the pledge: endpoint needs " + name + "=", "Add it behind the ? of the endpoint.");
        }
        return value;
    }

    private static PledgeException invalid(String text, String remedy) {
        return new PledgeException(PledgeException.Kind.INVALID, text).remedy(remedy);
    }

    /** An endpoint that sends or receives, and refuses the other. */
    private abstract class PledgeEndpoint extends DefaultEndpoint implements MultipleConsumersSupport {
        PledgeEndpoint(String uri) {
            super(uri, PledgeComponent.this);
        }

        @Override
        public Producer createProducer() {
            throw invalid("a route begins with this endpoint; it takes no messages", "Put it into the route's from.");
        }

        @Override
        public Consumer createConsumer(Processor processor) throws Exception {
            throw invalid(
                    "a route cannot begin with this endpoint",
                    "Put it into a to of the route; begin with pledge:outbox or a local endpoint.");
        }

        @Override
        public boolean isRemote() {
            return false;
        }

        /** Routes of a partner compete: the outbox hands each delivery to one of them. */
        @Override
        public boolean isMultipleConsumersSupported() {
            return true;
        }
    }
}
