package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.cxf.transport.http.DestinationRegistry;
import org.apache.cxf.transport.http.DestinationRegistryImpl;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
import org.eclipse.jetty.io.NullByteBufferPool;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService;
import org.pledge.access.CredentialService;
import org.pledge.access.CredentialService.Issued;
import org.pledge.access.RepeatableRequests;
import org.pledge.access.internal.DefaultCredentialService;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.consent.ConsentService;
import org.pledge.crypto.LookupTokens;
import org.pledge.rights.RightsService;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.SharingService;
import org.pledge.store.Transactions;
import org.pledge.store.memory.MemoryStore;
import org.pledge.vault.CardService;
import org.pledge.vault.PaymentService;

/** The endpoint on a real HTTP server on loopback, with real credentials and otherwise stubs behind it. */
final class Platform implements AutoCloseable {
    static final TenantId TENANT = new TenantId("korax");
    static final String NS = "urn:pledge:sharing:v1";
    static final String WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    static final String WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
    static final String DIGEST =
            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";

    final Stub<SharingService> sharing = Stub.of(SharingService.class);
    final Stub<ConsentService> consents = Stub.of(ConsentService.class);
    final Stub<NoticeService> notices = Stub.of(NoticeService.class);
    final Stub<CardService> cards = Stub.of(CardService.class);
    final Stub<PaymentService> payments = Stub.of(PaymentService.class);
    final Stub<RightsService> rights = Stub.of(RightsService.class);
    final Set<String> stopped = new HashSet<>();
    final List<Leaf> leaves = new CopyOnWriteArrayList<>();
    final CredentialService credentials;
    private final Map<Role, Issued> issued = new EnumMap<>(Role.class);
    private final Map<String, Map.Entry<byte[], String>> done = new HashMap<>();
    private final Endpoint endpoint;
    private final Server http = serverWithoutOldBuffers();
    private final ServerConnector connector = new ServerConnector(http);
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI address;

    Platform() {
        this("");
    }

    Platform(String configuredAddress) {
        credentials = credentials();
        for (Role role : Role.values()) {
            if (role != Role.ADMIN) {
                issued.put(role, issue(name(role), role));
            }
        }
        Services services = new Services(
                live("store", () -> (Transactions) new MemoryStore()),
                live("audit", () -> Stub.of(AuditLog.class)
                        .on("append", args -> leaves.add((Leaf) args[0]) ? null : null)
                        .get()),
                live("access", () -> credentials),
                live("access", () -> (RepeatableRequests) this::once),
                live("consent", consents::get),
                live("sharing", sharing::get),
                live("sharing", notices::get),
                live("vault", cards::get),
                live("vault", payments::get),
                live("rights", rights::get));
        DestinationRegistry mount = new DestinationRegistryImpl();
        endpoint = new Endpoint(services, new Published(configuredAddress), Clock.systemUTC(), mount);
        connector.setHost("127.0.0.1");
        http.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder holder = new ServletHolder(new CXFNonSpringServlet(mount, false));
        holder.setInitParameter("hide-service-list-page", "true");
        holder.setInitParameter("disable-address-updates", "true");
        context.addServlet(holder, "/soap/v1/*");
        http.setHandler(context);
        try {
            http.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        address = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/soap/v1");
    }

    /** A buffer of a pool keeps what was read into it until it is filled again. */
    private static Server serverWithoutOldBuffers() {
        Server server = new Server();
        server.addBean(new NullByteBufferPool());
        return server;
    }

    private static CredentialService credentials() {
        MemoryStore store = new MemoryStore();
        return new DefaultCredentialService(
                store,
                store,
                Stub.of(AuditLog.class).on("append", args -> null).get(),
                new Tokens(),
                Stub.of(ConfidentialityService.class)
                        .on("active", args -> args[0])
                        .get());
    }

    private static final class Tokens implements LookupTokens {
        @Override
        public byte[] token(TenantId tenant, String use, byte[] value) {
            return platformToken(tenant + use, value);
        }

        @Override
        public byte[] platformToken(String use, byte[] value) {
            return hash("SHA-256", use.getBytes(StandardCharsets.UTF_8), value);
        }
    }

    static byte[] hash(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            Arrays.stream(parts).forEach(digest::update);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String name(Role role) {
        return "the-" + role.name().toLowerCase(Locale.ROOT);
    }

    Issued issue(String name, Role role) {
        return credentials.issue(new Caller(TENANT, "admin", Set.of(Role.ADMIN)), name, Set.of(role), Optional.empty());
    }

    String token(Role role) {
        return issued.get(role).token();
    }

    String password(Role role) {
        return issued.get(role).password();
    }

    private <T> Live<T> live(String part, Supplier<T> service) {
        return new Live<>(part, () -> stopped.contains(part) ? Optional.empty() : Optional.of(service.get()), () -> {});
    }

    private String once(Caller caller, String key, byte[] digest, Supplier<String> act) {
        Map.Entry<byte[], String> earlier = done.get(caller.name() + key);
        if (earlier != null) {
            if (!Arrays.equals(earlier.getKey(), digest)) {
                throw new PledgeException(Kind.INVALID, "the idempotency key was used for another request");
            }
            return earlier.getValue();
        }
        String made = act.get();
        done.put(caller.name() + key, Map.entry(digest, made));
        return made;
    }

    /** A UsernameToken header, made from the profile's text and not with the code under test. */
    static String usernameToken(String username, String password) {
        return usernameToken(
                username,
                password,
                UUID.randomUUID().toString().substring(0, 16),
                Instant.now().toString());
    }

    static String usernameToken(String username, String password, String nonce, String created) {
        byte[] bytes = nonce.getBytes(StandardCharsets.UTF_8);
        byte[] digest = hash(
                "SHA-1", bytes, created.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8));
        return security("<wsse:UsernameToken><wsse:Username>" + username + "</wsse:Username><wsse:Password Type=\""
                + DIGEST + "\">" + Base64.getEncoder().encodeToString(digest) + "</wsse:Password><wsse:Nonce>"
                + Base64.getEncoder().encodeToString(bytes) + "</wsse:Nonce><wsu:Created>" + created
                + "</wsu:Created></wsse:UsernameToken>");
    }

    static String security(String content) {
        return "<wsse:Security soap:mustUnderstand=\"1\" xmlns:wsse=\"" + WSSE + "\" xmlns:wsu=\"" + WSU + "\">"
                + content + "</wsse:Security>";
    }

    static String envelope(String header, String body) {
        return "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Header>" + header
                + "</soap:Header><soap:Body>" + body + "</soap:Body></soap:Envelope>";
    }

    static String element(String name, String content) {
        return "<" + name + " xmlns=\"" + NS + "\">" + content + "</" + name + ">";
    }

    /** Sends the element with the role's bearer token. */
    HttpResponse<String> as(Role role, String element) {
        return send(post(envelope("", element)).header("Authorization", "Bearer " + token(role)));
    }

    /** Sends the element with this header and no bearer token. */
    HttpResponse<String> with(String header, String element) {
        return send(post(envelope(header, element)));
    }

    HttpRequest.Builder post(String text) {
        return request()
                .header("Content-Type", "text/xml; charset=utf-8")
                .header("SOAPAction", "\"\"")
                .POST(BodyPublishers.ofString(text));
    }

    HttpRequest.Builder request() {
        return HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the server has let go of every connection. */
    void awaitNoConnection() {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!connector.getConnectedEndPoints().isEmpty()) {
            assertThat(System.nanoTime()).as("a connection stays open").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    int selectors() {
        return connector.getSelectorManager().getSelectorCount();
    }

    URI address() {
        return address;
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
