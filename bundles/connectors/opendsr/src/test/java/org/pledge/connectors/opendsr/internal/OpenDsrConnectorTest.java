package org.pledge.connectors.opendsr.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.connectors.opendsr.internal.FakeProcessor.Received;
import org.pledge.crypto.LookupTokens;
import org.pledge.routes.internal.GuardedDeliveries;
import org.pledge.routes.internal.GuardedDeliveries.Ended;
import org.pledge.sharing.Gate;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.PartnerService.Standing;
import org.pledge.sharing.spi.PartnerLine;
import org.pledge.sharing.spi.PartnerLine.Call;
import org.pledge.sharing.spi.PartnerLine.End;
import org.pledge.sharing.spi.PartnerLine.Reply;
import org.pledge.sharing.spi.PartnerSecrets;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;

/** Through the guard, against a processor on loopback. */
class OpenDsrConnectorTest {
    private static final TenantId KORAX = new TenantId("korax");
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:05.25Z");
    private static final String CALLBACK = "https://privacy.korax.example/dsr/korax/opendsr/v2/callbacks";
    private static final Map<String, String> SETTINGS =
            Map.of("path", "/opendsr/v2", "callback", CALLBACK, "bearer", "true");

    @TempDir
    private static Path folder;

    private static byte[] certificate;
    private static byte[] stranger;

    private final Map<String, byte[]> secrets = new ConcurrentHashMap<>();
    private final Set<SubjectId> known = new HashSet<>();
    private final SubjectId vera = SubjectId.random();
    private final UUID notice = UUID.randomUUID();
    private final List<String> said = new ArrayList<>();
    private final List<Notice> delivered = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private Instant now = NOW;
    private FakeProcessor processor;
    private Partner partner;
    private GuardedDeliveries platform;
    private ProcessorWatch watch;

    @BeforeAll
    static void keys() {
        certificate = FakeProcessor.certificate(folder, "mailer", "-keyalg", "RSA", "-keysize", "2048");
        stranger = FakeProcessor.certificate(folder, "stranger", "-keyalg", "EC", "-groupname", "secp256r1");
    }

    @BeforeEach
    void open() {
        processor = new FakeProcessor(folder, "mailer");
        secrets.put("korax.mailer.certificate", certificate);
        secrets.put("korax.mailer.token", "token-of-korax\n".getBytes(StandardCharsets.US_ASCII));
        partner = partner(processor.address() + "/inbox", "opendsr", SETTINGS);
        Clock clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        PartnerService partners = stub(
                PartnerService.class,
                Map.of(
                        "find", args -> Optional.of(partner),
                        "all", args -> List.of(partner),
                        "standing", args -> Standing.ACTIVE));
        Gate gate = stub(Gate.class, Map.of());
        platform = new GuardedDeliveries(
                partners,
                gate,
                held(),
                Map.of("email", List.of("vera@example.net")),
                List.of(
                        new OpenDsrConnector(held(), new Tokens(), transactions(), people(), clock),
                        new StatusCallbackConnector()));
        platform.open(partner);
        PartnerLine line = call -> {
            calls.add(call);
            return platform.line().call(call);
        };
        watch = new ProcessorWatch(partners, notices(), line, clock);
    }

    @AfterEach
    void close() {
        watch.stop();
        platform.close();
        processor.close();
    }

    private static Partner partner(String endpoint, String connector, Map<String, String> settings) {
        return new Partner(
                KORAX,
                "mailer",
                "mail-provider",
                new Partner.Agreement(
                        Set.of("email"), Set.of("delivery"), "DE", LocalDate.EPOCH, LocalDate.MAX, Optional.empty()),
                connector,
                URI.create(endpoint),
                settings,
                false,
                1);
    }

    private static <T> T stub(Class<T> type, Map<String, Function<Object[], Object>> methods) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            Function<Object[], Object> answer = methods.get(method.getName());
            if (answer == null) {
                throw new AssertionError("unexpected call of " + method);
            }
            return answer.apply(args);
        }));
    }

    private PartnerSecrets held() {
        return new PartnerSecrets() {
            @Override
            public Optional<byte[]> find(String name) {
                return Optional.ofNullable(secrets.get(name));
            }

            @Override
            public byte[] findOrKeep(String name, Supplier<byte[]> first) {
                return secrets.computeIfAbsent(name, missing -> first.get());
            }
        };
    }

    private static final class Tokens implements LookupTokens {
        @Override
        public byte[] token(TenantId tenant, String use, byte[] value) {
            return (tenant + " " + use + " " + value[0] + value[1] + value[2] + value[3])
                    .getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] platformToken(String use, byte[] value) {
            throw new AssertionError("unexpected");
        }
    }

    private static Transactions transactions() {
        return new org.pledge.store.memory.MemoryStore();
    }

    private SubjectStore people() {
        return stub(SubjectStore.class, Map.of("knows", args -> known.contains(args[1])));
    }

    private NoticeService notices() {
        Map<String, Function<Object[], Object>> methods = new HashMap<>();
        methods.put("inState", args -> {
            return new Page<>(
                    delivered.stream().filter(one -> one.state() == args[1]).toList(), Optional.empty());
        });
        methods.put("acknowledge", args -> says("confirmed by " + ((Caller) args[0]).name() + " " + args[1]));
        methods.put("refuse", args -> says("refused by " + ((Caller) args[0]).name() + " " + args[2]));
        return stub(NoticeService.class, methods);
    }

    private Object says(String word) {
        said.add(word);
        return delivered.get(0);
    }

    private Ended carry(Kind kind) {
        return platform.carry(new Delivery(notice, KORAX, vera, "mailer", "delivery", notice.toString(), 1, kind, NOW));
    }

    private Received only() {
        assertThat(processor.received).hasSize(1);
        return processor.received.get(0);
    }

    private static JsonNode json(Received received) {
        return Json.object(received.body()).orElseThrow();
    }

    // what is sent

    @Test
    void aRemovalIsARequestForErasure() {
        assertThat(carry(Kind.CORRECTION)).isEqualTo(new Ended(Result.DELIVERED, 201));
        Received got = only();
        assertThat(got.method() + " " + got.path()).isEqualTo("POST /opendsr/v2/requests");
        assertThat(got.headers().getFirst("Authorization")).isEqualTo("Bearer token-of-korax");
        assertThat(got.headers().keySet())
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("pledge"));
        JsonNode request = json(got);
        assertThat(request.path("regulation").asText()).isEqualTo("gdpr");
        assertThat(request.path("subject_request_id").asText()).isEqualTo(notice.toString());
        assertThat(request.path("subject_request_type").asText()).isEqualTo("erasure");
        assertThat(request.path("submitted_time").asText()).isEqualTo("2026-11-22T08:00:05Z");
        assertThat(request.path("api_version").asText()).isEqualTo("2.0");
        assertThat(request.path("status_callback_urls").path(0).asText()).isEqualTo(CALLBACK);
        assertThat(request.path("subject_identities")).hasSize(1);
        assertThat(request.path("subject_identities")
                        .path(0)
                        .path("identity_type")
                        .asText())
                .isEqualTo("controller_customer_id");
        assertThat(new String(got.body(), StandardCharsets.UTF_8)).doesNotContain(vera.toString(), "vera@");
    }

    @Test
    void theProcessorKnowsThePersonByTheNameThatCameWithTheData() {
        known.add(vera);
        assertThat(carry(Kind.DISCLOSURE)).isEqualTo(new Ended(Result.DELIVERED, 201));
        known.clear();
        carry(Kind.WITHDRAWAL);
        Received data = processor.received.get(0);
        assertThat(data.path()).isEqualTo("/inbox");
        assertThat(data.headers().getFirst("webhook-signature")).startsWith("v1,");
        assertThat(json(data).path("data").path("fields").path("email").asText())
                .isEqualTo("vera@example.net");
        assertThat(json(data).path("subject").asText())
                .isNotEmpty()
                .isEqualTo(json(processor.received.get(1))
                        .path("subject_identities")
                        .path(0)
                        .path("identity_value")
                        .asText());
    }

    @ParameterizedTest
    @CsvSource({"RESTRICTION, org.pledge.restriction.v1", "RESTRICTION_LIFTED, org.pledge.restriction-lifted.v1"})
    void restrictionsAreEventsForTheStandardHasNoRequestForThem(Kind kind, String type) {
        known.add(vera);
        assertThat(carry(kind)).isEqualTo(new Ended(Result.DELIVERED, 201));
        assertThat(only().path()).isEqualTo("/inbox");
        assertThat(only().headers().getFirst("webhook-signature")).startsWith("v1,");
        assertThat(json(only()).path("type").asText()).isEqualTo(type);
        assertThat(json(only()).path("subject").asText()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ACCESS, true", "PORTABILITY, true", "ACCESS, false"})
    void whatAPersonAsksForIsARequestOfItsTypeAndNeverAnErasure(Kind kind, boolean isKnown) {
        carry(Kind.CORRECTION);
        if (isKnown) {
            known.add(vera);
        }
        assertThat(carry(kind)).isEqualTo(new Ended(Result.DELIVERED, 201));
        Received got = processor.received.get(1);
        assertThat(got.method() + " " + got.path()).isEqualTo("POST /opendsr/v2/requests");
        assertThat(json(got).path("subject_request_type").asText())
                .isEqualTo(kind.name().toLowerCase(java.util.Locale.ROOT));
        assertThat(json(got).path("subject_identities"))
                .isEqualTo(json(processor.received.get(0)).path("subject_identities"));
        assertThat(new String(got.body(), StandardCharsets.UTF_8)).doesNotContain(vera.toString(), "vera@");
    }

    @Test
    void whatIsSaidOfSomebodyWhoStaysIsNoErasure() {
        known.add(vera);
        carry(Kind.WITHDRAWAL);
        assertThat(only().path()).isEqualTo("/inbox");
        assertThat(json(only()).path("type").asText()).isEqualTo("org.pledge.withdrawal.v1");
    }

    // what is answered

    @Test
    void anAnswerThatIsNotTheProcessorsOwnIsNoDelivery() {
        Ended unproven = new Ended(Result.FAILED, 502);
        processor.afterSigning.set(bytes -> new String(bytes, StandardCharsets.UTF_8)
                .replace("korax", "kor4x")
                .getBytes(StandardCharsets.UTF_8));
        assertThat(carry(Kind.CORRECTION)).isEqualTo(unproven);
        processor.afterSigning.set(bytes -> bytes);
        processor.domain.set("other.example");
        assertThat(carry(Kind.CORRECTION)).isEqualTo(unproven);
        processor.domain.set("127.0.0.1");
        processor.change.set(
                it -> it.put("subject_request_id", UUID.randomUUID().toString()));
        assertThat(carry(Kind.CORRECTION)).isEqualTo(unproven);
        processor.change.set(it -> it);
        secrets.put("korax.mailer.certificate", stranger);
        assertThat(carry(Kind.CORRECTION)).isEqualTo(unproven);
        secrets.put("korax.mailer.certificate", certificate);
        now = NOW.plus(Duration.ofDays(5000));
        assertThat(carry(Kind.CORRECTION)).as("its certificate has expired").isEqualTo(unproven);
        now = NOW;
        processor.afterSigning.set(bytes -> new byte[70_000]);
        assertThat(carry(Kind.CORRECTION)).isEqualTo(unproven);
        processor.afterSigning.set(bytes -> bytes);
        assertThat(carry(Kind.CORRECTION)).isEqualTo(new Ended(Result.DELIVERED, 201));
    }

    @Test
    void anErrorOfTheProcessorsIsReadAsEverywhere() {
        processor.status.set(400);
        assertThat(carry(Kind.CORRECTION)).isEqualTo(new Ended(Result.REFUSED, 400));
        processor.status.set(503);
        assertThat(carry(Kind.CORRECTION)).isEqualTo(new Ended(Result.FAILED, 503));
    }

    @Test
    void withoutItsCertificateNothingIsSent() {
        secrets.remove("korax.mailer.certificate");
        assertThat(carry(Kind.CORRECTION)).isEqualTo(new Ended(Result.FAILED, 0));
        secrets.put("korax.mailer.certificate", "no certificate".getBytes(StandardCharsets.US_ASCII));
        assertThat(carry(Kind.CORRECTION)).isEqualTo(new Ended(Result.FAILED, 0));
        assertThat(processor.received).isEmpty();
    }

    // what became of it

    private void delivered(UUID id, String to) {
        stands(id, to, State.DELIVERED);
    }

    private void stands(UUID id, String to, State state) {
        delivered.add(new Notice(
                id,
                KORAX,
                vera,
                to,
                Kind.CORRECTION,
                Set.of(UUID.randomUUID()),
                Set.of("email"),
                state,
                1,
                OptionalInt.of(201),
                NOW,
                NOW,
                NOW,
                Optional.of(NOW),
                Optional.empty(),
                Optional.empty(),
                false));
    }

    private void later(Duration by) {
        now = now.plus(by);
        watch.run();
    }

    @Test
    void aCompletedRequestIsThePartnersConfirmation() {
        delivered(notice, "mailer");
        delivered(UUID.randomUUID(), "another");
        watch.run();
        assertThat(said).isEmpty();
        assertThat(only().method() + " " + only().path()).isEqualTo("GET /opendsr/v2/requests/" + notice);
        assertThat(only().headers().getFirst("Authorization")).isEqualTo("Bearer token-of-korax");
        processor.stands.set("completed");
        later(Duration.ofMinutes(5));
        assertThat(said).containsExactly("confirmed by mailer " + notice);
    }

    @Test
    void whatWasParkedAndCarriedOutAllTheSameIsConfirmed() {
        stands(notice, "mailer", State.PARKED);
        stands(UUID.randomUUID(), "mailer", State.QUEUED);
        processor.stands.set("completed");
        watch.run();
        assertThat(said).containsExactly("confirmed by mailer " + notice);
    }

    @Test
    void aForgedStatusConfirmsNothing() {
        delivered(notice, "mailer");
        processor.afterSigning.set(bytes -> new String(bytes, StandardCharsets.UTF_8)
                .replace("pending", "completed")
                .getBytes(StandardCharsets.UTF_8));
        watch.run();
        assertThat(processor.received).hasSize(1);
        assertThat(said).isEmpty();
    }

    @Test
    void whatWasSignedAboutAnotherRequestConfirmsNothing() {
        delivered(notice, "mailer");
        String other = UUID.randomUUID().toString();
        processor.stands.set("completed");
        processor.change.set(it -> it.put("subject_request_id", other));
        processor.about.set(other);
        watch.run();
        assertThat(processor.received).hasSize(1);
        assertThat(said).isEmpty();
    }

    @Test
    void aCancelledRequestIsARefusalWhereItNamesItsGround() {
        delivered(notice, "mailer");
        processor.stands.set("cancelled");
        watch.run();
        assertThat(said).as("no ground, no answer").isEmpty();
        processor.change.set(it -> {
            it.putObject("extensions").putObject("127.0.0.1").put("ground", "legal_obligation");
            return it;
        });
        later(Duration.ofMinutes(5));
        assertThat(said).containsExactly("refused by mailer LEGAL_OBLIGATION");
    }

    @Test
    void itIsAskedEverMoreSeldomAndNotBeyondASilentProcessor() {
        delivered(notice, "mailer");
        now = NOW.plus(Duration.ofHours(4));
        watch.run();
        later(Duration.ofMinutes(59));
        assertThat(calls).hasSize(1);
        later(Duration.ofMinutes(30));
        assertThat(calls).hasSize(2);
        now = NOW.plus(Duration.ofDays(300));
        watch.run();
        later(Duration.ofHours(6));
        assertThat(calls).as("every six hours at least").hasSize(4);
        processor.close();
        delivered(UUID.randomUUID(), "mailer");
        later(Duration.ofHours(6));
        assertThat(calls).as("the second waits for the first to be answered").hasSize(5);
    }

    // the settings

    @Test
    void refusesSettingsThatCouldBeMisread() {
        OpenDsrConnector connector =
                new OpenDsrConnector(held(), new Tokens(), transactions(), people(), Clock.systemUTC());
        for (Map<String, String> wrong : List.of(
                Map.of("callback", CALLBACK),
                Map.of("path", "opendsr"),
                Map.of("path", "/opendsr?x=1"),
                Map.of("path", "/opendsr/"),
                Map.of("path", "//evil.example"),
                Map.of("path", "/v2", "regulation", "lgpd"),
                Map.of("path", "/v2", "callback", "http://127.0.0.1/opendsr/v2/callbacks"),
                Map.of("path", "/v2", "domain", "a b"),
                Map.of("path", "/v2", "other", "x"))) {
            Partner one = partner("https://mailer.example/inbox", "opendsr", wrong);
            assertThatThrownBy(() -> connector.check(one))
                    .as(wrong.toString())
                    .isInstanceOfSatisfying(
                            PledgeException.class, e -> assertThat(e.remedy()).isNotBlank());
        }
        Partner clear = partner("http://mailer.example/inbox", "opendsr", SETTINGS);
        assertThatThrownBy(() -> connector.check(clear)).isInstanceOf(PledgeException.class);
        connector.check(partner("https://mailer.example/inbox", "opendsr", SETTINGS));
        assertThat(connector.parameters(partner("https://mailer.example:8443/inbox", "opendsr", SETTINGS)))
                .containsEntry("opendsr", "https://mailer.example:8443/opendsr/v2")
                .containsEntry("domain", "mailer.example");
    }

    // callbacks to those who ask us

    @Test
    void aStatusGoesToItsSenderWithItsSignature() {
        processor.status.set(202);
        partner = partner(processor.address() + "/told", "status-callback", Map.of());
        platform.open(partner);
        byte[] body = "{}".getBytes(StandardCharsets.US_ASCII);
        Reply reply = platform.line()
                .call(new Call(
                        KORAX,
                        "mailer",
                        "tell",
                        notice + ":completed",
                        Optional.empty(),
                        body,
                        Map.of("X-OpenDSR-Signature", "c2ln")));
        assertThat(reply.end()).isEqualTo(End.ANSWERED);
        assertThat(reply.status()).isEqualTo(202);
        assertThat(only().method() + " " + only().path()).isEqualTo("POST /told");
        assertThat(only().headers().getFirst("X-OpenDSR-Signature")).isEqualTo("c2ln");
        assertThat(only().headers().getFirst("Idempotency-Key")).isEqualTo(notice + ":completed");
        assertThat(only().headers().getFirst("Content-Type")).isEqualTo("application/json");
        assertThat(only().body()).isEqualTo(body);
        Map<String, String> steering = Map.of("CamelHttpUri", "http://127.0.0.1:1");
        assertThatThrownBy(() -> new Call(KORAX, "mailer", "tell", "k", Optional.empty(), body, steering))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
