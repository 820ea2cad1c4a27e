package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.access.SecondFactors;
import org.pledge.access.SecondFactors.Outcome;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.internal.DefaultCardSealer;
import org.pledge.crypto.internal.VaultKeyRing;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.database.Database;
import org.pledge.database.DatabaseUnit;
import org.pledge.database.TestDatabase;
import org.pledge.database.TestUnit;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.store.memory.MemoryStore;
import org.pledge.store.vault.internal.JpaCardKeyStore;
import org.pledge.store.vault.internal.JpaVaultStore;
import org.pledge.store.vault.internal.JpaVaultTransactions;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.PaymentService.Authorisation;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.RevealService;
import org.pledge.vault.RevealService.Request;
import org.pledge.vault.core.PaymentGateway;
import org.pledge.vault.spi.VaultStore;

/** How often the vault waits for PostgreSQL; each time costs more than all the rest of storing a card. */
final class RoundTripsTest {
    private static final TenantId TENANT = new TenantId("rounds");
    private static final int AT_ONCE = 16;
    private static final Caller OPERATOR = new Caller(TENANT, "desk", "erna", Set.of(Role.OPERATOR));
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final Caller CUSTODIAN = new Caller(TENANT, "custodian", "carla", Set.of(Role.CUSTODIAN));
    private static final int TRIES = 5;
    private static final int ACTS = 150;

    @TempDir
    private static Path folder;

    private static final AtomicInteger REFERENCES = new AtomicInteger();

    private static EmbeddedPostgres server;

    private final SubjectId customer = SubjectId.random();
    private TestDatabase test;
    private HikariDataSource pool;
    private Database database;
    private VaultKeyRing ring;
    private CardSealer sealer;
    private JpaVaultTransactions transactions;
    private DefaultCardService cards;
    private DefaultPaymentService payments;
    private DefaultRevealService reveals;
    private AuditRelay relay;
    private VaultStore store;
    private int beforeSending;
    private int sent;

    /** Never looks like a card number, as one made of random digits may. */
    private static String reference() {
        return "o-" + REFERENCES.incrementAndGet();
    }

    @BeforeAll
    static void start() {
        server = TestUnit.server();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @BeforeEach
    void open() {
        test = new TestUnit(new DatabaseUnit("pledge-vault", "vault's database", "db/vault-changelog.sql", 4711))
                .postgresql(server);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(test.dataSource().getJdbcUrl() + "&socketFactory=" + CountingSockets.class.getName());
        config.setUsername("postgres");
        config.setMaximumPoolSize(4);
        config.setConnectionTimeout(5_000);
        pool = new HikariDataSource(config);
        database = test.open(pool);
        transactions = new JpaVaultTransactions(database);
        store = new JpaVaultStore(transactions);
        CardKeyStore keys = new JpaCardKeyStore(transactions);
        ring = new VaultKeyRing(
                proxy(VaultKeyRing.Config.class, (method, args) -> keyConfig(method)), transactions, keys);
        sealer = new DefaultCardSealer(ring, transactions, keys);
        wire();
    }

    private Object keyConfig(String method) {
        try {
            return switch (method) {
                case "keys" -> "development";
                case "keystore" -> folder.resolve("vault.p12").toString();
                default -> VaultKeyRing.Config.class.getMethod(method).getDefaultValue();
            };
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private void wire() {
        Clock clock = Clock.systemUTC();
        Runnable wake = () -> {};
        MemoryStore main = new MemoryStore();
        AuditLog audit = proxy(AuditLog.class, RoundTripsTest::append);
        Policy policy = proxy(Policy.class, RoundTripsTest::policy);
        PolicyService policies = proxy(PolicyService.class, (method, args) -> policy);
        Intake intake = new Intake(transactions, sealer, clock);
        SecurityCodes codes = new SecurityCodes(clock, Duration.ofMinutes(10), 10_000);
        cards = new DefaultCardService(
                transactions,
                store,
                main,
                new KnownCustomers(main, (tenant, people) -> people),
                audit,
                policies,
                ring,
                sealer,
                intake,
                codes,
                wake,
                clock,
                Duration.ofHours(24),
                new HeldCards(main, List::of, 0, () -> {}));
        Movements movements =
                new Movements(transactions, store, () -> List.of(new Confirming()), () -> {}, wake, clock);
        Gate gate = (tenant, partner, purpose, fields) ->
                subject -> new Decision.Permitted(Set.copyOf(fields), List.of(), List.of("AN-11"), List.of());
        payments = new DefaultPaymentService(
                transactions,
                store,
                policies,
                ring,
                sealer,
                intake,
                codes,
                movements,
                gate,
                proxy(PartnerService.class, (method, args) -> List.of(partner())),
                new Refusals(main, audit, clock),
                clock,
                Duration.ofDays(20));
        relay = new AuditRelay(transactions, store, main, audit, clock, 12);
        reveals = new DefaultRevealService(
                transactions,
                store,
                policies,
                ring,
                sealer,
                relay,
                proxy(SecondFactors.class, (method, args) -> new SecondFactors.Check(Outcome.VALID, Optional.empty())),
                new Refusals(main, audit, clock),
                clock,
                Duration.ofMinutes(15),
                new AllowedAddresses("127.0.0.1"));
    }

    private static Object append(String method, Object... args) {
        return method.startsWith("append") ? args : fail(method);
    }

    private static Object fail(String method) {
        throw new AssertionError("unexpected: " + method);
    }

    private static Object policy(String method, Object... args) {
        Map<String, String> retention = Map.of(
                PaymentGateway.NUMBER, "until account-closed",
                PaymentGateway.EXPIRY, "until account-closed",
                PaymentGateway.CODE, "until account-closed");
        return switch (method) {
            case "promises" ->
                List.of(new Policy.Promise(
                        "KX-17", "", "", Policy.Status.ENFORCED, "vault-reveal", Map.of("requests", "edit"), ""));
            case "purpose" ->
                Optional.of(new Policy.Purpose((String) args[0], Policy.LegalBasis.CONTRACT, retention, "", ""));
            case "ruling" -> new Policy.Ruling(Policy.Need.NEVER, Map.of(), List.of("AN-2"), List.of(), "no", "");
            default -> fail(method);
        };
    }

    private static Partner partner() {
        Partner.Agreement agreement = new Partner.Agreement(
                Set.of("payment-amount"), Set.of("payment"), "DE", LocalDate.EPOCH, LocalDate.MAX, Optional.empty());
        return new Partner(
                TENANT,
                "clearing-1",
                "clearing-house",
                agreement,
                PaymentGateway.CONNECTOR,
                URI.create("https://localhost"),
                Map.of(),
                false,
                1);
    }

    private static <T> T proxy(Class<T> type, BiFunction<String, Object[], Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, args) -> answers.apply(method.getName(), args)));
    }

    @AfterEach
    void close() {
        ring.deactivate();
        database.close();
        pool.close();
        test.close();
    }

    /** The least of some times: a pool looks after its connections now and then. */
    private static int roundTrips(Runnable work) {
        return roundTrips(work, TRIES);
    }

    private static int roundTrips(Runnable work, int tries) {
        return IntStream.range(0, tries)
                .map(each -> {
                    int before = CountingSockets.roundTrips();
                    work.run();
                    return CountingSockets.roundTrips() - before;
                })
                .min()
                .orElseThrow();
    }

    private Card stored(String number) {
        byte[] jwe = jwe(number);
        return cards.store(OPERATOR, customer, jwe);
    }

    private byte[] jwe(String number) {
        String content = "{\"number\":\"" + number + "\",\"expiry\":\"2040-01\",\"holder\":\"Erika\","
                + "\"securityCode\":\"123\",\"iat\":"
                + Instant.now().plusSeconds(5).getEpochSecond() + ",\"jti\":\"" + UUID.randomUUID() + "\"}";
        CardSealer.IntakeKey key = transactions
                .required((Supplier<List<CardSealer.IntakeKey>>) sealer::intakeKeys)
                .get(0);
        try {
            return encrypted(content, key);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] encrypted(String content, CardSealer.IntakeKey key) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair own = generator.generateKeyPair();
        ECPoint point = ((ECPublicKey) own.getPublic()).getW();
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECPoint theirs = new ECPoint(new BigInteger(1, key.x()), new BigInteger(1, key.y()));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(own.getPrivate());
        agreement.doPhase(
                KeyFactory.getInstance("EC")
                        .generatePublic(new ECPublicKeySpec(theirs, curve.getParameterSpec(ECParameterSpec.class))),
                true);
        String header = BASE64.encodeToString(("{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\",\"kid\":\"" + key.kid()
                        + "\",\"epk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + coordinate(point.getAffineX())
                        + "\",\"y\":\"" + coordinate(point.getAffineY()) + "\"}}")
                .getBytes(StandardCharsets.US_ASCII));
        byte[] secret =
                ConcatKdf.derive(agreement.generateSecret(), "A256GCM", new byte[0], new byte[0], Byte.SIZE * 32);
        byte[] nonce = new byte[12];
        new SecureRandom().nextBytes(nonce);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(secret, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(header.getBytes(StandardCharsets.US_ASCII));
        byte[] both = cipher.doFinal(content.getBytes(StandardCharsets.UTF_8));
        int length = both.length - 16;
        return String.join(
                        ".",
                        header,
                        "",
                        BASE64.encodeToString(nonce),
                        BASE64.encodeToString(Arrays.copyOf(both, length)),
                        BASE64.encodeToString(Arrays.copyOfRange(both, length, both.length)))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(bytes.length, 32);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return BASE64.encodeToString(fixed);
    }

    /** A number of which there was none yet: sixteen digits with the check digit that is right. */
    private static String number(int index) {
        String front = "411111" + "%09d".formatted(index);
        return IntStream.range(0, 10)
                .mapToObj(digit -> front + digit)
                .filter(number -> CardNumber.checks(number.getBytes(StandardCharsets.US_ASCII)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNewCardIsLookedForAndKept() {
        stored(number(0));
        int[] index = {1};
        Map<String, byte[]> made = new HashMap<>();
        IntStream.rangeClosed(1, TRIES).forEach(i -> made.put(number(i), jwe(number(i))));
        int roundTrips = roundTrips(() -> cards.store(OPERATOR, customer, made.get(number(index[0]++))));
        assertThat(roundTrips).isLessThanOrEqualTo(2);
    }

    @Test
    void theSameCardIsLookedForAndReplaced() {
        stored(number(0));
        int[] index = {0};
        List<byte[]> made =
                IntStream.range(0, TRIES).mapToObj(i -> jwe(number(0))).toList();
        int roundTrips = roundTrips(() -> cards.store(OPERATOR, customer, made.get(index[0]++)));
        assertThat(roundTrips).isLessThanOrEqualTo(2);
    }

    @Test
    void aCardIsOpenedInTheTransactionThatSaysItIsSent() {
        Card card = stored(number(0));
        int whole = roundTrips(() -> {
            beforeSending = CountingSockets.roundTrips();
            Payment payment = payments.authorise(
                    OPERATOR, new Authorisation(card.token(), 100, "EUR", "payment", reference(), Optional.empty()));
            assertThat(payment.state()).isEqualTo(State.CONFIRMED);
        });
        assertThat(sent).isEqualTo(TRIES);
        assertThat(beforeSending).as("until it was sent").isLessThanOrEqualTo(9);
        assertThat(whole).isLessThanOrEqualTo(11);
    }

    @Test
    void aNumberIsShownAfterItsRequestIsUsedUp() {
        Card card = stored(number(0));
        List<UUID> approved =
                IntStream.range(0, TRIES).mapToObj(i -> approved(card)).toList();
        int[] index = {0};
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        int roundTrips = roundTrips(
                () -> reveals.reveal(CUSTODIAN, approved.get(index[0]++), "127.0.0.1", new char[6], terminal));
        assertThat(terminal.size()).isEqualTo(TRIES * number(0).length());
        assertThat(roundTrips).isLessThanOrEqualTo(7);
    }

    @Test
    void whatComesAtOnceSharesTransactionsAndIsRecordedEach() throws InterruptedException, ExecutionException {
        Card card = stored(number(0));
        Instant before = Instant.now().truncatedTo(ChronoUnit.MICROS);
        List<Callable<Object>> all = new ArrayList<>();
        for (int i = 1; i <= AT_ONCE; i++) {
            byte[] jwe = jwe(number(i));
            UUID request = approved(card);
            Authorisation wanted =
                    new Authorisation(card.token(), 100, "EUR", "payment", reference(), Optional.empty());
            all.add(() -> cards.store(OPERATOR, customer, jwe).token());
            all.add(() -> payments.authorise(OPERATOR, wanted).state());
            all.add(() -> {
                ByteArrayOutputStream terminal = new ByteArrayOutputStream();
                reveals.reveal(CUSTODIAN, request, "127.0.0.1", new char[6], terminal);
                return terminal.size();
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(all.size());
        try {
            List<Object> ends = new ArrayList<>();
            for (Future<Object> end : threads.invokeAll(all)) {
                ends.add(end.get());
            }
            assertThat(ends).filteredOn(State.CONFIRMED::equals).hasSize(AT_ONCE);
            assertThat(ends).filteredOn(end -> end.equals(number(0).length())).hasSize(AT_ONCE);
            assertThat(ends)
                    .filteredOn(String.class::isInstance)
                    .hasSize(AT_ONCE)
                    .doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
        for (Leaf.Act act : List.of(Leaf.Act.CARD_STORED, Leaf.Act.PAYMENT_SENT, Leaf.Act.CARD_REVEALED)) {
            assertThat(transactions.required(() -> store.count(TENANT, act, before)))
                    .as(act.name())
                    .isEqualTo(AT_ONCE);
        }
    }

    private UUID approved(Card card) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        UUID id = UUID.randomUUID();
        transactions.required(() -> store.putRequest(new Request(
                TENANT,
                id,
                card.token(),
                customer,
                RevealService.Type.EDIT,
                "T-1",
                RevealService.State.APPROVED,
                now,
                now.plusSeconds(900),
                "erna",
                Optional.of("dora"),
                Optional.empty())));
        return id;
    }

    @Test
    void actsAreHandedOnTogether() {
        Card card = stored(number(0));
        assertThat(relay.handOn()).isPositive();
        int roundTrips = IntStream.range(0, TRIES)
                .map(each -> {
                    transactions.required(() -> IntStream.range(0, ACTS).forEach(i -> act(card)));
                    return roundTrips(() -> assertThat(relay.handOn()).isEqualTo(ACTS), 1);
                })
                .min()
                .orElseThrow();
        assertThat(roundTrips).isLessThanOrEqualTo(2);
    }

    private void act(Card card) {
        UUID id = UUID.randomUUID();
        Leaf leaf = new Leaf(
                TENANT,
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                Leaf.Act.CARD_STORED,
                "desk",
                Optional.of(customer),
                List.of(),
                Map.of("event", id.toString()));
        store.addEvent(new VaultStore.Event(0, id, card.token(), leaf));
    }

    /** A clearing house that confirms all, and counts until then. */
    private final class Confirming implements PaymentGateway {
        @Override
        public Optional<Answer> send(Instruction instruction) {
            beforeSending = CountingSockets.roundTrips() - beforeSending;
            sent++;
            return Optional.of(new Answer(true, "", "M", ""));
        }

        @Override
        public Optional<Answer> ask(TenantId tenant, String partner, UUID id) {
            throw new AssertionError("unexpected");
        }
    }
}
