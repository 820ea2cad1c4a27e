package org.pledge.rest.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
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
import org.pledge.access.RepeatableRequests;
import org.pledge.answers.AnswerService;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.campaign.CampaignService;
import org.pledge.consent.ConsentService;
import org.pledge.crypto.Attestation;
import org.pledge.inquiry.InquiryService;
import org.pledge.metrics.MetricsService;
import org.pledge.notices.MessageService;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipService;
import org.pledge.policy.PolicyMatrix;
import org.pledge.policy.PolicyService;
import org.pledge.rights.BreachService;
import org.pledge.rights.CertificateService;
import org.pledge.rights.OwnCards;
import org.pledge.rights.RightsService;
import org.pledge.rights.SelfService;
import org.pledge.sharing.Gate;
import org.pledge.sharing.LegalCaseService;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.TransferRegister;
import org.pledge.store.Transactions;
import org.pledge.subject.EndingService;
import org.pledge.subject.SubjectService;
import org.pledge.vault.CardService;
import org.pledge.vault.EvidenceService;
import org.pledge.vault.PaymentService;
import org.pledge.visitor.CookieService;
import org.pledge.visitor.LinkService;
import org.pledge.visitor.UsageService;

/** The resources on a real HTTP server on loopback, with stubs behind them. */
final class Platform implements AutoCloseable {
    static final TenantId TENANT = new TenantId("korax");
    static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    final Stub<SubjectService> subjects = Stub.of(SubjectService.class);
    final Stub<ConsentService> consents = Stub.of(ConsentService.class);
    final Stub<ConfidentialityService> confidentiality = Stub.of(ConfidentialityService.class);
    final Stub<InquiryService> inquiries = Stub.of(InquiryService.class);
    final Stub<SharingService> sharing = Stub.of(SharingService.class);
    final Stub<Gate> gate = Stub.of(Gate.class);
    final Stub<PartnerService> partners = Stub.of(PartnerService.class);
    final Stub<OwnershipService> ownership = Stub.of(OwnershipService.class);
    final Stub<OwnershipNotices> ownershipNotices = Stub.of(OwnershipNotices.class);
    final Stub<TransferRegister> transfers = Stub.of(TransferRegister.class);
    final Stub<CampaignService> campaigns = Stub.of(CampaignService.class);
    final Stub<NoticeService> notices = Stub.of(NoticeService.class);
    final Stub<UsageService> usage = Stub.of(UsageService.class);
    final Stub<CookieService> cookies = Stub.of(CookieService.class);
    final Stub<LinkService> links = Stub.of(LinkService.class);
    final Stub<EndingService> endings = Stub.of(EndingService.class);
    final Stub<CardService> cards = Stub.of(CardService.class);
    final Stub<PaymentService> payments = Stub.of(PaymentService.class);
    final Stub<EvidenceService> evidence = Stub.of(EvidenceService.class);
    final Stub<CertificateService> certificates = Stub.of(CertificateService.class);
    final Stub<Attestation> attestation = Stub.of(Attestation.class);
    final Stub<RightsService> rights = Stub.of(RightsService.class);
    final Stub<BreachService> breaches = Stub.of(BreachService.class);
    final Stub<SelfService> selfService = Stub.of(SelfService.class);
    final Stub<MetricsService> metrics = Stub.of(MetricsService.class);
    final Stub<OwnCards> ownCards = Stub.of(OwnCards.class);
    final Stub<AnswerService> answers = Stub.of(AnswerService.class);
    final Stub<MessageService> messages = Stub.of(MessageService.class);
    final Stub<LegalCaseService> cases = Stub.of(LegalCaseService.class);
    final Stub<PolicyService> policies = Stub.of(PolicyService.class);
    final Stub<PolicyMatrix> matrix = Stub.of(PolicyMatrix.class);
    final Stub<AuditLog> audit = Stub.of(AuditLog.class);
    final Set<String> stopped = new HashSet<>();
    final List<Leaf> leaves = new ArrayList<>();
    /** The roles that nobody has accepted the duty of confidentiality for. */
    final Set<Role> waiting = EnumSet.noneOf(Role.class);

    private final Deque<List<Leaf>> transaction = new ArrayDeque<>();
    private final Map<String, Map.Entry<byte[], String>> done = new HashMap<>();
    private final RestServer rest;
    private final Server http = new Server();
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI base;

    Platform() {
        audit.on("append", args -> transaction.element().add((Leaf) args[0]));
        rest = new RestServer(services());
        ServerConnector connector = new ServerConnector(http);
        connector.setHost("127.0.0.1");
        http.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        CXFNonSpringServlet servlet = new CXFNonSpringServlet();
        servlet.setBus(rest.bus());
        ServletHolder holder = new ServletHolder(servlet);
        holder.setInitParameter("hide-service-list-page", "true");
        context.addServlet(holder, "/api/*");
        http.setHandler(context);
        try {
            http.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        base = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/api/v1/");
    }

    private Services services() {
        return new Services(
                live("store", () -> (Transactions) new Rollback()),
                live("audit", audit::get),
                live("access", Credentials::new),
                live("access", confidentiality::get),
                live("access", () -> (RepeatableRequests) this::once),
                live("policy", policies::get),
                live("policy", matrix::get),
                live("subject", subjects::get),
                live("consent", consents::get),
                live("consent", inquiries::get),
                live("rights", rights::get),
                live("rights", breaches::get),
                live("rights", selfService::get),
                live("rights", ownCards::get),
                live("answers", answers::get),
                live("sharing", sharing::get),
                live("sharing", gate::get),
                live("sharing", partners::get),
                live("sharing", transfers::get),
                live("sharing", ownership::get),
                live("notices", ownershipNotices::get),
                live("sharing", cases::get),
                live("sharing", notices::get),
                live("visitor", usage::get),
                live("visitor", cookies::get),
                live("visitor", links::get),
                live("subject", endings::get),
                live("notices", messages::get),
                live("notices", campaigns::get),
                live("vault", cards::get),
                live("vault", payments::get),
                live("vault", evidence::get),
                live("rights", certificates::get),
                live("crypto", attestation::get),
                live("rights", metrics::get));
    }

    /** No service at all. */
    static Services nothing() {
        return new Services(
                away(), away(), away(), away(), away(), away(), away(), away(), away(), away(), away(), away(), away(),
                away(), away(), away(), away(), away(), away(), away(), away(), away(), away(), away(), away(), away(),
                away(), away(), away(), away(), away(), away(), away(), away(), away());
    }

    private static <T> Live<T> away() {
        return new Live<>("nothing", Optional::empty, () -> {});
    }

    private <T> Live<T> live(String part, Supplier<T> service) {
        return new Live<>(part, () -> stopped.contains(part) ? Optional.empty() : Optional.of(service.get()), () -> {});
    }

    /** Leaves of the outermost transaction stay only when it commits. */
    private final class Rollback implements Transactions {
        @Override
        public <T> T required(Supplier<T> work) {
            if (!transaction.isEmpty()) {
                return work.get();
            }
            transaction.push(new ArrayList<>());
            Map<String, Map.Entry<byte[], String>> before = new HashMap<>(done);
            boolean committed = false;
            try {
                T result = work.get();
                leaves.addAll(transaction.element());
                committed = true;
                return result;
            } finally {
                transaction.pop();
                if (!committed) {
                    done.clear();
                    done.putAll(before);
                }
            }
        }

        @Override
        public void afterCommit(Runnable action) {
            throw new AssertionError("unexpected");
        }

        @Override
        public void afterRollback(Runnable action) {
            throw new AssertionError("nothing is refused here");
        }
    }

    /** Starts over: nothing recorded, repeated or called. */
    void forget() {
        leaves.clear();
        done.clear();
        subjects.calls().clear();
        sharing.calls().clear();
        consents.calls().clear();
        notices.calls().clear();
    }

    boolean inTransaction() {
        return !transaction.isEmpty();
    }

    private String once(Caller caller, String key, byte[] digest, Supplier<String> act) {
        Map.Entry<byte[], String> earlier = done.get(key);
        if (earlier != null) {
            if (!Arrays.equals(earlier.getKey(), digest)) {
                throw new PledgeException(Kind.INVALID, "this Idempotency-Key was used for another request");
            }
            return earlier.getValue();
        }
        return new Rollback().required(() -> {
            String made = act.get();
            done.put(key, Map.entry(digest, made));
            return made;
        });
    }

    /** Every role has a token of its name. */
    private final class Credentials implements CredentialService {
        @Override
        public Optional<Caller> authenticate(String token) {
            return Arrays.stream(Role.values())
                    .filter(role -> role.name().equals(token))
                    .findFirst()
                    .map(role -> new Caller(TENANT, "test-" + role.ordinal(), Set.of(role)))
                    .map(caller -> caller.waiting(waiting, List.of("AI-31"), "Read it and accept it."));
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

    HttpResponse<String> as(Role role, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = request(method, path, body, headers).header("Authorization", "Bearer " + role);
        return send(request);
    }

    HttpRequest.Builder request(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.method(method, BodyPublishers.ofString(body));
            if (!List.of(headers).contains("Content-Type")) {
                request.header("Content-Type", "application/json");
            }
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
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

    URI base() {
        return base;
    }

    @Override
    public void close() {
        try {
            http.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        rest.stop();
    }
}
