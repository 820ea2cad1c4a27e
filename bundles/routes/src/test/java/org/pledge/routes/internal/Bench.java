package org.pledge.routes.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.policy.Decision;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.spi.Connector;
import org.pledge.store.Transactions;

/** A guarded context with pretended services and a partner's real HTTP server. */
final class Bench implements AutoCloseable {
    static final TenantId KX = new TenantId("kx");

    final Queue outbox = new Queue();
    final Sharing sharing = new Sharing();
    final Partners partners = new Partners();
    final Audit audit = new Audit();
    final TestGate gate = new TestGate();
    final Promises policies = new Promises();
    final AtomicReference<Optional<Outbox>> outboxNow = new AtomicReference<>(Optional.of(outbox));
    final AtomicReference<Optional<SharingService>> sharingNow = new AtomicReference<>(Optional.of(sharing));
    final Server server = new Server();
    final Map<String, Connector> connectors = new ConcurrentHashMap<>();
    final Path secrets;
    final Services services;
    final GuardedCamel camel;

    Bench() {
        this(Set.of("http", "https", "kafka", "sftp", "smtps", "smtp"));
    }

    Bench(Set<String> carriers) {
        Transactions inline = new Transactions() {
            @Override
            public <T> T required(Supplier<T> work) {
                return work.get();
            }

            @Override
            public void afterCommit(Runnable action) {
                action.run();
            }

            @Override
            public void afterRollback(Runnable action) {
                throw new AssertionError("nothing is refused here");
            }
        };
        try {
            secrets = Files.createTempDirectory("pledge-secrets");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        services = new Services(
                sharingNow::get,
                outboxNow::get,
                () -> Optional.of(partners),
                () -> Optional.of(gate),
                () -> Optional.of(policies.service),
                () -> Optional.of(audit),
                () -> Optional.of(inline),
                name -> Optional.ofNullable(connectors.get(name)),
                new SecretFiles(secrets));
        camel = new GuardedCamel(new DefaultCamelContext(), services, carriers, Clock.systemUTC());
        camel.start();
        partners.all.put("acme", partner("acme", server.uri("/in"), false));
    }

    @Override
    public void close() {
        camel.close();
        server.http.stop(0);
        try (Stream<Path> files = Files.list(secrets)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(secrets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a secret where the routes find it. */
    void secret(String name, String text, String permissions) {
        try {
            Files.writeString(secrets.resolve(name), text);
            Files.setPosixFilePermissions(secrets.resolve(name), PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Brings a connector as its bundle would. */
    void install(PostConnector connector) {
        connectors.put(connector.name(), connector);
        camel.put("service " + connector.name(), () -> List.of(connector));
    }

    /** Takes a connector out as its bundle would. */
    void uninstall(PostConnector connector) {
        connectors.remove(connector.name());
        camel.away(Set.of("connector:" + connector.name()));
        camel.remove("service " + connector.name());
    }

    static Partner partner(String name, URI endpoint, boolean suspended) {
        return new Partner(
                KX,
                name,
                "marketing",
                new Partner.Agreement(
                        Set.of("email"), Set.of("offers"), "DE", LocalDate.EPOCH, LocalDate.MAX, Optional.empty()),
                endpoint,
                suspended,
                1);
    }

    /** What the partner's system received. */
    record Received(String method, String path, Map<String, List<String>> headers, String body) {}

    static final class Server {
        final HttpServer http;
        final List<Received> received = new CopyOnWriteArrayList<>();
        final AtomicInteger status = new AtomicInteger(200);
        final Map<String, String> answerHeaders = new ConcurrentHashMap<>();
        volatile Runnable onReceive = () -> {};

        Server() {
            try {
                http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            http.createContext("/", this::answer);
            http.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(new Received(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    body));
            onReceive.run();
            exchange.getResponseHeaders()
                    .set("Location", "http://127.0.0.1:" + http.getAddress().getPort() + "/moved");
            exchange.getResponseHeaders().set("Retry-After", "0");
            answerHeaders.forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        }

        URI uri(String path) {
            return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path);
        }
    }

    /** How a delivery ended. */
    record Completed(UUID disclosure, Outbox.Result result, int status) {}

    static final class Queue implements Outbox {
        final ConcurrentLinkedQueue<Delivery> due = new ConcurrentLinkedQueue<>();
        final List<Completed> completed = new CopyOnWriteArrayList<>();
        final List<Duration> waits = new CopyOnWriteArrayList<>();
        final List<Runnable> listeners = new CopyOnWriteArrayList<>();
        final Map<String, List<String>> values = new ConcurrentHashMap<>(Map.of("email", List.of("ada@example.org")));
        final AtomicInteger released = new AtomicInteger();
        final AtomicInteger claims = new AtomicInteger();
        final AtomicInteger failures = new AtomicInteger();
        volatile boolean mayLeave = true;
        volatile boolean loadable = true;
        final AtomicInteger unavailable = new AtomicInteger();
        final List<Delivery> givenBack = new CopyOnWriteArrayList<>();

        UUID offer(String partner) {
            UUID id = UUID.randomUUID();
            due.add(new Delivery(
                    id,
                    KX,
                    SubjectId.random(),
                    partner,
                    "offers",
                    "key-" + id,
                    1,
                    Outbox.Kind.DISCLOSURE,
                    Instant.EPOCH));
            listeners.forEach(Runnable::run);
            return id;
        }

        @Override
        public List<Delivery> claim(TenantId tenant, String partner, int limit) {
            claims.incrementAndGet();
            List<Delivery> taken = new ArrayList<>();
            for (Delivery delivery : due) {
                if (taken.size() < limit && delivery.partner().equals(partner) && due.remove(delivery)) {
                    taken.add(delivery);
                }
            }
            return taken;
        }

        @Override
        public Optional<Map<String, List<String>>> load(Delivery delivery) {
            return loadable ? Optional.of(Map.copyOf(values)) : Optional.empty();
        }

        @Override
        public boolean release(Delivery delivery) {
            released.incrementAndGet();
            away();
            return mayLeave;
        }

        private void away() {
            if (unavailable.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw Services.stopped("consent");
            }
        }

        @Override
        public void giveBack(Delivery delivery) {
            away();
            givenBack.add(delivery);
        }

        @Override
        public void complete(Delivery delivery, Result result, int status, Duration wait) {
            away();
            completed.add(new Completed(delivery.disclosure(), result, status));
            waits.add(wait);
        }

        @Override
        public AutoCloseable onWork(Runnable action) {
            if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("stopping");
            }
            listeners.add(action);
            return () -> listeners.remove(action);
        }
    }

    static final class Sharing implements SharingService {
        final List<Caller> callers = new CopyOnWriteArrayList<>();
        final List<Request> requests = new CopyOnWriteArrayList<>();
        volatile boolean permit = true;

        @Override
        public Outcome share(Caller caller, Request request) {
            callers.add(caller);
            requests.add(request);
            if (!permit) {
                return new Outcome.Refused(new Decision.Denied(
                        List.of(new Decision.Reason(Decision.Code.NO_CONSENT, "", List.of("KX-17"), "no consent")),
                        List.of("KX-17"),
                        ""));
            }
            Decision.Permitted decision = new Decision.Permitted(
                    Set.copyOf(request.fields()), List.of(), List.of("KX-16", "KX-17"), List.of());
            return new Outcome.Queued(
                    new Disclosure(
                            UUID.randomUUID(),
                            caller.tenant(),
                            request.subject(),
                            request.partner(),
                            request.purpose(),
                            decision.fields(),
                            "consent",
                            decision.promises(),
                            1,
                            Optional.empty(),
                            State.QUEUED,
                            0,
                            OptionalInt.empty(),
                            Instant.EPOCH,
                            Instant.EPOCH,
                            Optional.empty()),
                    decision);
        }

        @Override
        public Batch shareAll(Caller caller, List<Request> requests) {
            return new Batch(
                    UUID.randomUUID(),
                    requests.stream()
                            .<Answer>map(request -> new Answer.Decided(share(caller, request)))
                            .toList());
        }

        @Override
        public List<Optional<Disclosure>> ofBatch(Caller caller, UUID batch, int size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Decision explain(Caller caller, Request request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Disclosure disclosure(Caller caller, UUID id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Page<Disclosure> accounting(Caller caller, SubjectId subject, Optional<String> cursor, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Disclosure> inState(Caller caller, State state, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Disclosure retry(Caller caller, UUID id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Disclosure drop(Caller caller, UUID id) {
            throw new UnsupportedOperationException();
        }
    }

    static final class Partners implements PartnerService {
        final Map<String, Partner> all = new ConcurrentHashMap<>();
        final AtomicReference<Standing> standing = new AtomicReference<>(Standing.ACTIVE);

        @Override
        public Partner put(Caller caller, Partner partner, OptionalLong expectedVersion) {
            throw new PledgeException(PledgeException.Kind.INVALID, "not here");
        }

        @Override
        public Optional<Partner> find(TenantId tenant, String name) {
            return Optional.ofNullable(all.get(name));
        }

        @Override
        public List<Partner> list(TenantId tenant) {
            return all();
        }

        @Override
        public List<Partner> all() {
            return List.copyOf(all.values());
        }

        @Override
        public Partner suspend(Caller caller, String name, boolean suspended) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Standing standing(Partner partner) {
            return partner.suspended() ? Standing.SUSPENDED : standing.get();
        }

        @Override
        public Set<String> connectors() {
            return Set.of(Partner.REST);
        }

        @Override
        public Map<String, Backlog> backlog(TenantId tenant) {
            return Map.of();
        }

        @Override
        public List<Check> test(Caller caller, String name) {
            throw new UnsupportedOperationException();
        }
    }

    static final class Audit implements AuditLog {
        final List<Leaf> leaves = new CopyOnWriteArrayList<>();

        @Override
        public void append(Leaf leaf) {
            leaves.add(leaf);
        }

        @Override
        public List<Entry> tail(TenantId tenant, int limit) {
            return List.of();
        }

        @Override
        public Verification verify(TenantId tenant) {
            throw new UnsupportedOperationException();
        }
    }
}
