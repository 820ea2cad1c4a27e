package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.cxf.transport.http.DestinationRegistryImpl;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.access.CredentialService;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.crypto.LookupTokens;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.spi.PartnerLine;
import org.pledge.sharing.spi.PartnerLine.Call;
import org.pledge.sharing.spi.PartnerLine.End;
import org.pledge.sharing.spi.PartnerLine.Reply;
import org.pledge.store.memory.MemoryStore;

/** The interfaces on a real HTTP server on loopback, over stores in maps and a small stand-in for requests. */
final class World implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-03-02T12:00:00.123456Z");
    static final String SECRET = "correct-horse";
    static final TenantId KORAX = new TenantId("korax");
    static final TenantId ANYIP = new TenantId("anyip");

    /** What the stand-in was asked. */
    record Opened(Caller caller, Optional<SubjectId> id, Map<String, String> identified, Type type, String place) {}

    final List<Opened> opened = new ArrayList<>();
    final Map<UUID, Request> requests = new HashMap<>();
    final List<UUID> vouched = new ArrayList<>();
    final List<Leaf> leaves = new ArrayList<>();
    final Set<String> stopped = new HashSet<>();
    final Stub<NoticeService> notices = Stub.of(NoticeService.class);
    final AtomicReference<Instant> time = new AtomicReference<>(NOW);
    final Map<String, URI> addresses = new HashMap<>();
    final List<Call> calls = new ArrayList<>();
    final AtomicReference<Function<Call, Reply>> answer =
            new AtomicReference<>(call -> new Reply(End.ANSWERED, 202, new byte[0]));
    private final Stub<RightsService> rights = Stub.of(RightsService.class);
    private final Stub<AuditLog> audit = Stub.of(AuditLog.class);
    private final Stub<PartnerService> partners = Stub.of(PartnerService.class);
    private final MemoryStore store = new MemoryStore();
    private final Endpoint endpoint;
    private final Server http = new Server();
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI base;

    World(Path settings) {
        this(SettingsFile.read(settings));
    }

    private World(Map<TenantId, Settings> settings) {
        rights.on("open", args -> {
            NewRequest asked = (NewRequest) args[1];
            return open(
                    new Opened(
                            (Caller) args[0],
                            Optional.of(asked.subject()),
                            Map.of(),
                            asked.type(),
                            asked.jurisdiction()),
                    asked.subject(),
                    asked.channel());
        });
        rights.on(
                "openFor",
                args -> open(
                        new Opened(
                                (Caller) args[0],
                                Optional.empty(),
                                ((Identified) args[1]).identifiers(),
                                (Type) args[2],
                                (String) args[3]),
                        SubjectId.random(),
                        (String) args[4]));
        rights.on("vouch", args -> {
            vouched.add((UUID) args[1]);
            return end((UUID) args[1], State.OPEN, Optional.empty());
        });
        rights.on("dueAtArrival", args -> NOW.plus(Duration.ofDays(30)));
        rights.on("request", args -> requests.get((UUID) args[1]));
        rights.on("withdraw", args -> {
            ((Caller) args[0]).require(Role.OPERATOR);
            Request request = requests.get((UUID) args[1]);
            if (request.state().closed() && request.state() != State.WITHDRAWN) {
                throw new PledgeException(Kind.CONFLICT, "this request is closed: " + request.state());
            }
            return end(request.id(), State.WITHDRAWN, Optional.empty());
        });
        partners.on("find", args -> Optional.ofNullable(addresses.get(args[1]))
                .map(at -> new Partner(
                        (TenantId) args[0],
                        (String) args[1],
                        "controller",
                        new Partner.Agreement(
                                Set.of("email"),
                                Set.of("delivery"),
                                "DE",
                                LocalDate.EPOCH,
                                LocalDate.MAX,
                                Optional.empty()),
                        at,
                        false,
                        1)));
        audit.on("append", args -> {
            leaves.add((Leaf) args[0]);
            return null;
        });
        DestinationRegistryImpl mount = new DestinationRegistryImpl();
        endpoint = new Endpoint(services(), settings, new Ticking(time), mount);
        ServerConnector connector = new ServerConnector(http);
        connector.setHost("127.0.0.1");
        http.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder holder = new ServletHolder(new CXFNonSpringServlet(mount, false));
        holder.setInitParameter("hide-service-list-page", "true");
        context.addServlet(holder, "/dsr/*");
        http.setHandler(context);
        try {
            http.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        base = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/dsr/");
    }

    private static final class Ticking extends Clock {
        private final AtomicReference<Instant> time;

        Ticking(AtomicReference<Instant> time) {
            this.time = time;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new AssertionError("unexpected");
        }

        @Override
        public Instant instant() {
            return time.get();
        }
    }

    private Services services() {
        return new Services(
                live("store", () -> store),
                live("store", () -> store),
                live("audit", audit::get),
                live("crypto", () -> (LookupTokens) new Hashes()),
                live("access", Credentials::new),
                live("rights", rights::get),
                live("sharing", notices::get),
                live("store", () -> store),
                live("sharing", partners::get),
                live("routes", () -> (PartnerLine) this::called));
    }

    private Reply called(Call call) {
        calls.add(call);
        return answer.get().apply(call);
    }

    /** Tells whoever is to be told now. */
    void tell() {
        endpoint.callbacks().run();
    }

    private <T> Live<T> live(String part, Supplier<? extends T> service) {
        return new Live<>(part, () -> stopped.contains(part) ? Optional.empty() : Optional.of(service.get()), () -> {});
    }

    private Request open(Opened ask, SubjectId subject, String channel) {
        ask.caller().require(Role.OPERATOR);
        opened.add(ask);
        Request request = new Request(
                UUID.randomUUID(),
                ask.caller().tenant(),
                subject,
                ask.type(),
                State.RECEIVED,
                ask.place(),
                channel,
                time.get(),
                ask.caller().name(),
                new Deadlines(
                        "gdpr",
                        ZoneOffset.UTC,
                        Optional.empty(),
                        Optional.empty(),
                        NOW.plus(Duration.ofDays(30)),
                        Optional.empty(),
                        Duration.ZERO,
                        Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        requests.put(request.id(), request);
        return request;
    }

    /** Takes a request to another state. */
    Request end(UUID id, State state, Optional<Ground> ground) {
        Request r = requests.get(id);
        Request ended = new Request(
                r.id(),
                r.tenant(),
                r.subject(),
                r.type(),
                state,
                r.jurisdiction(),
                r.channel(),
                r.received(),
                r.openedBy(),
                state == State.OPEN ? later(r.deadlines()) : r.deadlines(),
                r.verifiedBy(),
                r.extension(),
                state.closed() ? Optional.of(time.get()) : r.carriedOut(),
                state.closed() ? Optional.of(new Closing(time.get(), "desk", ground)) : Optional.empty());
        requests.put(id, ended);
        return ended;
    }

    /** Verifying who asks moves the deadline. */
    private static Deadlines later(Deadlines from) {
        return new Deadlines(
                from.law(),
                from.zone(),
                from.acknowledgeBy(),
                from.acknowledged(),
                from.answerBy().plus(Duration.ofDays(3)),
                from.pausedSince(),
                Duration.ofDays(3),
                from.escalated());
    }

    Request only() {
        return requests.values().iterator().next();
    }

    private static final class Hashes implements LookupTokens {
        @Override
        public byte[] token(TenantId tenant, String use, byte[] value) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec((tenant + " " + use).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
                return mac.doFinal(value);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] platformToken(String use, byte[] value) {
            throw new AssertionError("unexpected");
        }
    }

    /** A token {@code TENANT.NAME.ROLE}. */
    private static final class Credentials implements CredentialService {
        @Override
        public Optional<Caller> authenticate(String token) {
            String[] parts = token.split("\\.");
            return parts.length == 3
                    ? Optional.of(new Caller(new TenantId(parts[0]), parts[1], Set.of(Role.valueOf(parts[2]))))
                    : Optional.empty();
        }

        @Override
        public Issued issue(Caller by, String name, String holder, Set<Role> roles, Optional<Instant> expires) {
            throw new AssertionError("unexpected");
        }

        @Override
        public boolean revoke(Caller by, String name) {
            throw new AssertionError("unexpected");
        }

        @Override
        public List<Credential> list(TenantId tenant) {
            throw new AssertionError("unexpected");
        }
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> answer) {
        return Json.object(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    static String changed(ObjectNode node, UnaryOperator<ObjectNode> change) {
        return new String(Json.bytes(change.apply(node.deepCopy())), StandardCharsets.UTF_8);
    }

    // files

    /** A key with a certificate of its own, in a PKCS#12 file; {@code certificate.pem} stands beside it. */
    static Signer signer(Path folder, String name, String... algorithm) {
        Path file = folder.resolve(name + ".p12");
        keytool(
                "-genkeypair",
                file,
                "-validity",
                "3650",
                "-startdate",
                "2026/01/01 00:00:00",
                "-dname",
                "CN=" + name,
                "-alias",
                "key",
                algorithm);
        keytool(
                "-exportcert",
                file,
                "-rfc",
                "-file",
                folder.resolve(name + ".pem").toString(),
                "-alias",
                "key");
        try {
            Path password = Files.writeString(folder.resolve("password"), SECRET + "\n");
            return Signer.read(file, password);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void keytool(String command, Path file, Object... rest) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                command,
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                SECRET));
        for (Object each : rest) {
            if (each instanceof String[] more) {
                line.addAll(Arrays.asList(more));
            } else {
                line.add(each.toString());
            }
        }
        try {
            Process process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair ed25519() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String verifyKey(KeyPair keys) {
        byte[] encoded = keys.getPublic().getEncoded();
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    }

    /** What libsodium's combined mode makes, in Base64. */
    static String blob(KeyPair keys, String json) {
        try {
            byte[] message = json.getBytes(StandardCharsets.UTF_8);
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(keys.getPrivate());
            signature.update(message);
            byte[] blob = Arrays.copyOf(signature.sign(), 64 + message.length);
            System.arraycopy(message, 0, blob, 64, message.length);
            return Base64.getEncoder().encodeToString(blob);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Path write(Path folder, String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            http.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        endpoint.close();
    }
}
