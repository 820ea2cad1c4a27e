package org.pledge.connectors.outlet;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.support.DefaultRegistry;
import org.pledge.TenantId;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerSecrets;

/** Stands for the platform around a connector: hands in what a test sends, holds secrets, and releases everything. */
public final class Outlet implements AutoCloseable {
    private final Map<String, byte[]> held = new ConcurrentHashMap<>();
    private final DefaultCamelContext camel = new DefaultCamelContext(new DefaultRegistry(new Beans(held)));

    /** What became of a delivery. */
    public record Ended(Result result, Exchange exchange) {}

    private static final class Ends extends DirectComponent {
        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
                throws Exception {
            parameters.clear();
            return super.createEndpoint(uri, remaining, parameters);
        }
    }

    private record Beans(Map<String, byte[]> held) implements BeanRepository {
        @Override
        public Object lookupByName(String name) {
            return lookupByNameAndType(name, String.class);
        }

        @Override
        public <T> T lookupByNameAndType(String name, Class<T> type) {
            if (!name.startsWith("secret.") || type != byte[].class && !type.isAssignableFrom(String.class)) {
                return null;
            }
            byte[] bytes = held.get(name.substring("secret.".length()));
            return type.cast(type == byte[].class ? bytes : new String(bytes, StandardCharsets.UTF_8).stripTrailing());
        }

        @Override
        public <T> Map<String, T> findByTypeWithName(Class<T> type) {
            return Map.of();
        }

        @Override
        public <T> Set<T> findByType(Class<T> type) {
            return Set.of();
        }
    }

    /** Starts it, without a connector. */
    public Outlet() {
        camel.disableJMX();
        camel.addComponent("pledge", new Ends());
        camel.start();
        add(new RouteBuilder() {
            @Override
            public void configure() {
                from("pledge:release")
                        .process(exchange ->
                                exchange.getMessage().getHeaders().keySet().removeIf(Outlet::inside));
            }
        });
    }

    /** As the guard takes headers out. */
    private static boolean inside(String header) {
        return header.startsWith("Pledge") && !header.startsWith("Pledge-")
                || header.startsWith("Camel")
                        && !Set.of("CamelFileName", "CamelKafkaKey").contains(header);
    }

    /** Adds the templates of a connector. */
    public void add(RoutesBuilder routes) {
        try {
            camel.addRoutes(routes);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Keeps a secret. */
    public void secret(String name, byte[] bytes) {
        held.put(name, bytes);
    }

    /** The secret of that name, as text. */
    public String secret(String name) {
        return new String(held.get(name), StandardCharsets.UTF_8);
    }

    /** The secrets, as a connector sees them. */
    public PartnerSecrets secrets() {
        return new PartnerSecrets() {
            @Override
            public Optional<byte[]> find(String name) {
                return Optional.ofNullable(held.get(name));
            }

            @Override
            public byte[] findOrKeep(String name, Supplier<byte[]> first) {
                return held.computeIfAbsent(name, missing -> first.get());
            }
        };
    }

    /** A partner of the tenant korax. */
    public static Partner partner(String connector, String endpoint, Map<String, String> settings) {
        return new Partner(
                new TenantId("korax"),
                "parcel-post",
                "shipping-partner",
                new Partner.Agreement(
                        Set.of("email"), Set.of("delivery"), "DE", LocalDate.EPOCH, LocalDate.MAX, Optional.empty()),
                connector,
                URI.create(endpoint),
                settings,
                false,
                1);
    }

    /** Checks the partner, and sends it a disclosure under the key {@code k-1}. */
    public Ended deliver(Connector connector, Partner partner, Map<String, List<String>> fields) {
        return deliver(connector, partner, fields, Map.of());
    }

    /** The same, with other headers. */
    public Ended deliver(
            Connector connector, Partner partner, Map<String, List<String>> fields, Map<String, Object> headers) {
        connector.check(partner);
        Map<String, Object> parameters = new HashMap<>(connector.parameters(partner));
        parameters.put("tenant", partner.tenant().value());
        parameters.put("partner", partner.name());
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            if (camel.getRoute("deliver") == null) {
                camel.addRouteFromTemplate("deliver", "pledge." + connector.name(), parameters);
            }
            return ended(template.send("pledge:outbox", exchange -> {
                exchange.getMessage().setBody(fields);
                exchange.getMessage().setHeaders(headers(headers));
            }));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Object> headers(Map<String, Object> more) {
        Map<String, Object> headers = new HashMap<>(Map.of(
                "PledgeTenant", "korax",
                "PledgePartner", "parcel-post",
                "PledgeSubject", "018f0000-0000-7000-8000-000000000001",
                "PledgeDisclosure", "d-1",
                "PledgeIdempotencyKey", "k-1",
                "PledgePurpose", "delivery",
                "PledgeKind", "DISCLOSURE",
                "PledgeCreated", "2026-11-22T08:00:00Z",
                "PledgeAttempt", 1));
        headers.putAll(more);
        return headers;
    }

    /** As the platform reads it. */
    private static Ended ended(Exchange exchange) {
        Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        int read = exchange.getMessage().getHeader("PledgeAnswer", status, Integer.class);
        boolean sent = exchange.getException() == null && status < 300 && read < 300;
        boolean refused = exchange.getMessage().getHeader("PledgeRefused", false, Boolean.class);
        return new Ended(refused ? Result.REFUSED : sent ? Result.DELIVERED : Result.FAILED, exchange);
    }

    @Override
    public void close() {
        camel.stop();
    }
}
