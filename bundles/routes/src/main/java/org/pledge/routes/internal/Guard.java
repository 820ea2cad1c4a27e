package org.pledge.routes.internal;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.TemplatedRouteDefinition;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.routes.internal.RouteRefused.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands at the three places where data could leave: the route's model, each step that sends, and each endpoint. */
final class Guard {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
    private static final TenantId PLATFORM = new TenantId("platform");

    private final CamelContext camel;
    private final RouteVetter vetter;
    private final Services services;
    private final Clock clock;
    private final Egress egress;

    private Guard(DefaultCamelContext camel, Set<String> carriers, Services services, Clock clock) {
        this.camel = camel;
        this.vetter = new RouteVetter(camel, carriers);
        this.services = services;
        this.clock = clock;
        this.egress = new Egress(services, clock);
    }

    /** Puts a guard into a context that has not been started. */
    static Guard in(DefaultCamelContext camel, Set<String> carriers, Services services, Clock clock) {
        Guard guard = new Guard(camel, carriers, services, clock);
        camel.addModelLifecycleStrategy(new ModelLifecycleStrategySupport() {
            @Override
            public void onAddRouteTemplateDefinition(RouteTemplateDefinition template) {
                guard.vet(template);
            }
        });
        camel.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onRouteContextCreate(Route route) {
                guard.vet(route);
            }

            @Override
            public void onComponentAdd(String name, Component component) {
                guard.tame(name, component);
            }
        });
        camel.getCamelContextExtension().addInterceptStrategy((c, node, target, next) -> guard.stepOf(node, target));
        camel.getCamelContextExtension().registerEndpointCallback((uri, endpoint) -> guard.endpointOf(uri, endpoint));
        return guard;
    }

    /** Passes a route and returns what it needs, or records the refusal and throws it. */
    Set<String> vet(RouteDefinition route) {
        try {
            return vetter.vet(route);
        } catch (RouteRefused e) {
            throw recorded(e);
        }
    }

    /** Passes what a template will make, and returns what it needs; it is vetted once more when it is made. */
    Set<String> vet(RouteTemplateDefinition template, TemplatedRouteDefinition templated) {
        Properties values = new Properties();
        Stream.ofNullable(template.getTemplateParameters())
                .flatMap(List::stream)
                .filter(parameter -> parameter.getDefaultValue() != null)
                .forEach(parameter -> values.setProperty(parameter.getName(), parameter.getDefaultValue()));
        Stream.ofNullable(templated.getParameters())
                .flatMap(List::stream)
                .forEach(parameter -> values.setProperty(parameter.getName(), parameter.getValue()));
        RouteDefinition route = template.asRouteDefinition();
        route.setId(templated.getRouteId());
        camel.getPropertiesComponent().setLocalProperties(values);
        try {
            return vet(route);
        } finally {
            camel.getPropertiesComponent().setLocalProperties(null);
        }
    }

    void vet(RouteTemplateDefinition template) {
        try {
            vetter.vet(template);
        } catch (RouteRefused e) {
            throw recorded(e);
        }
    }

    private void vet(Route route) {
        if (!(route.getRoute() instanceof RouteDefinition definition)) {
            throw recorded(new RouteRefused(route.getId(), "-", Reason.UNKNOWN_STEP, "its model cannot be read"));
        }
        vet(definition);
    }

    /** Logs a refusal and appends it to the audit record, as far as that is running. */
    RouteRefused recorded(RouteRefused refused) {
        LOG.warn("Refused: {}", refused.getMessage());
        try {
            services.audit().get().ifPresent(audit -> services.transactions()
                    .get()
                    .ifPresent(transactions -> transactions.required(() -> audit.append(new Leaf(
                            PLATFORM,
                            clock.instant(),
                            Leaf.Act.ROUTE_REFUSED,
                            "routes",
                            Optional.empty(),
                            List.of(),
                            Map.of(
                                    "route", refused.routeId(),
                                    "step", refused.node(),
                                    "reason", refused.reason().name()))))));
        } catch (RuntimeException e) {
            LOG.warn("The refusal could not be recorded: {}", e.getClass().getSimpleName());
        }
        return refused;
    }

    private Processor stepOf(NamedNode node, Processor target) {
        if (!(node instanceof EndpointRequiredDefinition step) || local(step.getEndpointUri())) {
            return target;
        }
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                if (Permit.held(exchange)) {
                    return super.process(exchange, callback);
                }
                exchange.setException(noPermit(exchange));
                callback.done(true);
                return true;
            }
        };
    }

    private Endpoint endpointOf(String uri, Endpoint endpoint) {
        boolean harmless = endpoint instanceof GuardedEndpoint || local(uri) && !endpoint.isRemote();
        return harmless ? endpoint : new GuardedEndpoint(endpoint, this);
    }

    private boolean local(String uri) {
        return uri != null
                && Address.of(camel.resolvePropertyPlaceholders(uri))
                        .filter(Address::local)
                        .isPresent();
    }

    /** Sends one exchange, if it holds a permit for exactly this and the endpoint belongs to its partner. */
    boolean send(Exchange exchange, Endpoint endpoint, AsyncProducer producer, AsyncCallback callback) {
        Claim claim;
        Map<String, Object> own;
        try {
            claim = Permit.use(exchange)
                    .filter(c -> leadsTo(c.cargo(), endpoint))
                    .orElseThrow(() -> noPermit(exchange));
            own = withoutInternal(exchange.getMessage(), endpoint, claim.cargo());
            withoutCards(exchange.getMessage(), claim);
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        claim.leave();
        return producer.process(exchange, doneSync -> {
            claim.answered(Claim.Answer.of(exchange, clock.instant()));
            Message answer = exchange.getMessage();
            List.copyOf(answer.getHeaders().keySet()).stream()
                    .filter(Names::ours)
                    .forEach(answer::removeHeader);
            own.forEach(answer::setHeader);
            callback.done(doneSync);
        });
    }

    /** Takes out what no partner may see or be steered by, and returns what the route may see again afterwards. */
    private static Map<String, Object> withoutInternal(Message message, Endpoint endpoint, Cargo cargo) {
        Optional<Carrier> carrier = address(endpoint).flatMap(address -> Carrier.of(address.scheme()));
        Map<String, Object> own = new HashMap<>();
        new HashMap<>(message.getHeaders()).forEach((header, value) -> {
            Carrier.oneLine(header, value);
            if (Names.internal(header)
                    && !cargo.keeps(header, value)
                    && carrier.filter(c -> c.keeps(header, value)).isEmpty()) {
                message.removeHeader(header);
                if (Names.ours(header)) {
                    own.put(header, value);
                }
            }
        });
        return own;
    }

    private void withoutCards(Message message, Claim claim) {
        if (claim.cargo() instanceof Cargo.Queued queued && Egress.hasCard(message)) {
            claim.answered(Claim.Answer.NEVER);
            throw egress.blocked(queued.delivery(), "the message");
        }
    }

    private static Optional<Address> address(Endpoint endpoint) {
        return Address.of(endpoint.getEndpointUri());
    }

    private boolean leadsTo(Cargo cargo, Endpoint endpoint) {
        Optional<Address> address = address(endpoint);
        return services.partners()
                .get()
                .flatMap(partners -> partners.find(cargo.tenant(), cargo.partner()))
                .filter(partner -> !partner.suspended())
                .filter(partner -> address.filter(a -> Carrier.of(a.scheme())
                                .filter(carrier -> carrier.leadsTo(a, partner))
                                .isPresent())
                        .isPresent())
                .isPresent();
    }

    /** Takes from a web component what would send a second time or to somewhere else. */
    private void tame(String name, Component component) {
        if (name.equals("http") || name.equals("https")) {
            PropertyBindingSupport.build()
                    .withCamelContext(camel)
                    .withTarget(component)
                    .withMandatory(true)
                    .withProperty("automaticRetriesDisabled", "true")
                    .withProperty("redirectHandlingDisabled", "true")
                    .withProperty("followRedirects", "false")
                    .withProperty("cookieManagementDisabled", "true")
                    .withProperty("useSystemProperties", "false")
                    .bind();
        }
    }

    private static PledgeException noPermit(Exchange exchange) {
        return new PledgeException(
                        PledgeException.Kind.DENIED,
                        "nothing was sent: the message of route " + exchange.getFromRouteId()
                                + " holds no permit for this endpoint")
                .remedy("Begin the route with pledge:outbox and put pledge:release immediately before the partner's"
                        + " endpoint.");
    }

    static PledgeException noReceiving() {
        return new PledgeException(PledgeException.Kind.DENIED, "routes do not receive from remote endpoints")
                .remedy("Begin the route with pledge:outbox or a local endpoint.");
    }
}
