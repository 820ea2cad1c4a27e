package org.pledge.benchmarks;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.dataformat.JsonLibrary;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Decision;
import org.pledge.routes.internal.PlainRoutes;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService;

/**
 * What our routes add to Camel: asking, claiming, releasing and the permit, with services that answer at once, against a
 * bare route that filters by consent, keeps the fields and posts them. In this process, with the classes of the bundle;
 * both post to the same server in it.
 */
final class Routing {
    private static final int CLIENTS = 4;
    private static final String PARTNER = "mailhaus";
    private static final String PURPOSE = "marketing";
    private static final long PATIENCE_SECONDS = 30;
    private static final List<SubjectId> PEOPLE =
            IntStream.range(0, 10_000).mapToObj(People::person).toList();
    private static final Map<String, List<String>> VALUES = IntStream.range(0, 20)
            .boxed()
            .collect(Collectors.toUnmodifiableMap(i -> i == 0 ? "email" : "field" + i, i -> List.of("value " + i)));

    private final Path folder;
    private final Duration each;
    private final int rounds;

    Routing(Path folder, Duration each, int rounds) {
        this.folder = folder;
        this.each = each;
        this.rounds = rounds;
    }

    void run(Table table) throws IOException {
        Files.createDirectories(folder);
        DefaultCamelContext bare = new DefaultCamelContext();
        try (Inbox inbox = new Inbox();
                Queue queue = new Queue();
                PlainRoutes ours = new PlainRoutes(queue.sharing(), queue, partners(partner(inbox.uri())), folder)) {
            String post = inbox.uri() + "?httpMethod=POST";
            Blocks.call(() -> {
                bare.addRoutes(bare(Set.copyOf(PEOPLE), post));
                return true;
            });
            bare.start();
            ours.put("ask", asking());
            ours.put("deliver", delivering(post));
            measure(table, bare, ours.camel(), queue);
        } finally {
            bare.stop();
        }
    }

    private static Partner partner(URI endpoint) {
        return new Partner(
                Korax.TENANT,
                PARTNER,
                "marketing-partner",
                new Partner.Agreement(
                        Set.of("email"), Set.of(PURPOSE), "CA", LocalDate.EPOCH, LocalDate.MAX, Optional.empty()),
                endpoint,
                false,
                1);
    }

    private void measure(Table table, CamelContext bare, CamelContext ours, Queue queue) throws IOException {
        try (ProducerTemplate toBare = bare.createProducerTemplate();
                ProducerTemplate toOurs = ours.createProducerTemplate()) {
            List<Load.Cost> costs = Load.inTurns(
                    rounds,
                    each,
                    List.of(
                            clients(i -> queue.awaitDelivery(toOurs, PEOPLE.get(i))),
                            clients(i -> sent(toBare, "direct:post", PEOPLE.get(i)))));
            String against = "bare route";
            table.ratio(
                    "share through Camel and HTTP, CPU",
                    costs.get(0).cpu() / 1000,
                    against,
                    costs.get(1).cpu() / 1000,
                    " us",
                    Goal.atMost(2, "x"));
            table.ratio(
                    "  messages, 4 clients",
                    costs.get(0).perSecond(),
                    against,
                    costs.get(1).perSecond(),
                    "/s",
                    Goal.NONE);
            queue.keep = false;
            int[] next = new int[2];
            List<Blocks.Cost> asked = Blocks.measure(
                    each.multipliedBy(rounds),
                    List.of(
                            () -> toOurs.send("direct:ask", e -> e.getMessage()
                                    .setHeader(
                                            "PledgeSubject",
                                            PEOPLE.get(next[0]++ % PEOPLE.size())
                                                    .toString())),
                            () -> sent(toBare, "direct:keep", PEOPLE.get(next[1]++ % PEOPLE.size()))));
            table.ratio(
                    "asking in a route, without HTTP",
                    asked.get(0).p5() / 1000,
                    "bare filter, fields, JSON",
                    asked.get(1).p5() / 1000,
                    " us",
                    Goal.atMost(2, "x"));
        }
    }

    private interface Message {
        Object send(int person) throws Exception;
    }

    private static Load.Side clients(Message message) {
        List<Callable<?>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int[] next = {client};
            clients.add(() -> message.send((next[0] += CLIENTS) % PEOPLE.size()));
        }
        return new Load.Side(clients, Usage::ownCpu);
    }

    private static boolean sent(ProducerTemplate template, String to, SubjectId subject) {
        template.sendBodyAndHeader(to, VALUES, "subject", subject);
        return true;
    }

    private static RouteBuilder bare(Set<SubjectId> agreed, String post) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                for (Map.Entry<String, String> each : Map.of("direct:post", post, "direct:keep", "direct:nothing")
                        .entrySet()) {
                    from(each.getKey())
                            .filter(e -> agreed.contains(e.getMessage().getHeader("subject", SubjectId.class)))
                            .process(e -> e.getMessage()
                                    .setBody(Map.of(
                                            "email",
                                            e.getMessage().getBody(Map.class).get("email"))))
                            .removeHeader("subject")
                            .marshal()
                            .json(JsonLibrary.Jackson)
                            .to(each.getValue());
                }
                from("direct:nothing").process(e -> e.getMessage().getBody());
            }
        };
    }

    private static RouteBuilder asking() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask")
                        .routeId("ask")
                        .to("pledge:share?tenant=korax&partner=mailhaus&purpose=marketing&fields=email");
            }
        };
    }

    private static RouteBuilder delivering(String post) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("pledge:outbox?tenant=korax&partner=mailhaus&concurrency=4")
                        .routeId("deliver")
                        .marshal()
                        .json(JsonLibrary.Jackson)
                        .to("pledge:release")
                        .to(post);
            }
        };
    }

    private static PartnerService partners(Partner partner) {
        return pretend(PartnerService.class, (self, method, arguments) -> switch (method.getName()) {
            case "find" -> Optional.of(partner);
            case "list", "all" -> List.of(partner);
            case "standing" -> PartnerService.Standing.ACTIVE;
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static <T> T pretend(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(Routing.class.getClassLoader(), new Class<?>[] {type}, answers));
    }

    /** Permits everything, and hands it out in memory. */
    private static final class Queue implements Outbox, AutoCloseable {
        private final ConcurrentLinkedQueue<Delivery> due = new ConcurrentLinkedQueue<>();
        private final Map<UUID, CompletableFuture<Result>> open = new ConcurrentHashMap<>();
        private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
        private volatile boolean keep = true;

        SharingService sharing() {
            return pretend(SharingService.class, (self, method, arguments) -> {
                if (!method.getName().equals("share")) {
                    throw new UnsupportedOperationException(method.getName());
                }
                return queued((SharingService.Request) arguments[1]);
            });
        }

        private SharingService.Outcome queued(SharingService.Request request) {
            UUID id = UUID.randomUUID();
            if (keep) {
                open.put(id, new CompletableFuture<>());
                due.add(new Delivery(
                        id,
                        Korax.TENANT,
                        request.subject(),
                        PARTNER,
                        PURPOSE,
                        id.toString(),
                        1,
                        Kind.DISCLOSURE,
                        Instant.EPOCH));
                listeners.forEach(Runnable::run);
            }
            Decision.Permitted decision =
                    new Decision.Permitted(Set.of("email"), List.of(), List.of("KX-1"), List.of());
            return new SharingService.Outcome.Queued(
                    new SharingService.Disclosure(
                            id,
                            Korax.TENANT,
                            request.subject(),
                            PARTNER,
                            PURPOSE,
                            decision.fields(),
                            "consent",
                            decision.promises(),
                            1,
                            Optional.empty(),
                            SharingService.State.QUEUED,
                            0,
                            OptionalInt.empty(),
                            Instant.EPOCH,
                            Instant.EPOCH,
                            Optional.empty()),
                    decision);
        }

        /** Asks for one, and waits until the partner has it. */
        Result awaitDelivery(ProducerTemplate template, SubjectId subject) throws Exception {
            String id = template.send("direct:ask", e -> e.getMessage().setHeader("PledgeSubject", subject.toString()))
                    .getMessage()
                    .getHeader("PledgeDisclosure", String.class);
            Result result = open.get(UUID.fromString(id)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            open.remove(UUID.fromString(id));
            if (result != Result.DELIVERED) {
                throw new IllegalStateException("a delivery ended " + result);
            }
            return result;
        }

        @Override
        public List<Delivery> claim(TenantId tenant, String partner, int limit) {
            List<Delivery> claimed = new ArrayList<>();
            for (Delivery next = due.poll(); next != null; next = claimed.size() < limit ? due.poll() : null) {
                claimed.add(next);
            }
            return claimed;
        }

        @Override
        public Optional<Map<String, List<String>>> load(Delivery delivery) {
            return Optional.of(Map.of("email", VALUES.get("email")));
        }

        @Override
        public boolean release(Delivery delivery) {
            return true;
        }

        @Override
        public void complete(Delivery delivery, Result result, int status, Duration wait) {
            open.get(delivery.disclosure()).complete(result);
        }

        @Override
        public void giveBack(Delivery delivery) {
            due.add(delivery);
        }

        @Override
        public AutoCloseable onWork(Runnable action) {
            listeners.add(action);
            return () -> listeners.remove(action);
        }

        @Override
        public void close() {
            keep = false;
        }
    }
}
