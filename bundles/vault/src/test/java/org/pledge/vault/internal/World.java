package org.pledge.vault.internal;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.VaultKeys;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Decision.Reason;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.Policy.Ruling;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.store.memory.MemoryStore;
import org.pledge.store.memory.MemoryVault;
import org.pledge.subject.RemovalCheck;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.PaymentService.Authorisation;
import org.pledge.vault.core.PaymentGateway;

/** The vault's services over stores in memory, with policies, partners and a clearing house made for the test. */
final class World {
    static final TenantId TENANT = new TenantId("anonymizer");
    static final TenantId OTHER_TENANT = new TenantId("korax");
    static final Caller OPERATOR = new Caller(TENANT, "desk", "erna", Set.of(Role.OPERATOR));
    static final Caller OTHER_OPERATOR = new Caller(OTHER_TENANT, "desk", "otto", Set.of(Role.OPERATOR));
    static final Caller CUSTODIAN = new Caller(TENANT, "custodian-1", "carla", Set.of(Role.CUSTODIAN));
    static final Caller SECOND = new Caller(TENANT, "custodian-2", "dora", Set.of(Role.CUSTODIAN));
    static final Caller OFFICER = new Caller(TENANT, "officer", "olga", Set.of(Role.OFFICER));
    static final SubjectId CUSTOMER = SubjectId.random();

    final TestClock clock = new TestClock();
    final MemoryStore main = new MemoryStore();

    /** Acts whose details the audit log refuses. */
    final Set<String> unfit = ConcurrentHashMap.newKeySet();

    /** People of whom nobody knows any more. */
    final Set<SubjectId> gone = ConcurrentHashMap.newKeySet();

    /** Who hands evidence in, or about whom, is looked up with this. */
    Predicate<SubjectId> knows = person -> !gone.contains(person);

    final MemoryVault vault = new MemoryVault();
    final TestRing ring = new TestRing();
    final VaultKeys keys;
    final CardSealer sealer;
    final FakeGateway gateway = new FakeGateway();
    final List<PaymentGateway> gateways = Collections.synchronizedList(new ArrayList<>(List.of(gateway)));
    final List<Leaf> leaves = Collections.synchronizedList(new ArrayList<>());
    final AtomicBoolean auditFails = new AtomicBoolean();
    final Set<TenantId> refusing = ConcurrentHashMap.newKeySet();
    final List<Partner> partners = new ArrayList<>(List.of(partner("clearing-1", PaymentGateway.CONNECTOR)));
    final Set<String> taken = new HashSet<>(Set.of(
            PaymentGateway.NUMBER,
            PaymentGateway.EXPIRY,
            PaymentGateway.HOLDER,
            PaymentGateway.ADDRESS,
            PaymentGateway.CODE));
    final List<Promise> promises = new ArrayList<>(List.of(
            promise("AN-7", "vault-intake", Map.of()),
            promise("AN-8", "card-network-rule", Map.of("network", "amex", "security-code", "refused")),
            promise("AN-9", "separate-store", Map.of("purposes", "payment, refund, chargeback")),
            promise("AN-11", "vault-purpose", Map.of("purposes", "payment, refund, chargeback")),
            promise("KX-14", "vault-delete", Map.of()),
            promise("KX-16", "custodian-control", Map.of("role", "custodian")),
            promise("KX-17", "vault-reveal", Map.of("requests", "edit, delete, add, charge", "people", "2"))));
    BiFunction<String, List<String>, Decision> decisions =
            (partner, fields) -> new Decision.Permitted(Set.copyOf(fields), List.of(), List.of("AN-11"), List.of());

    /** What legal holds keep. */
    final List<Kept> held = new ArrayList<>();

    final List<RemovalCheck> checks = new ArrayList<>(List.of((tenant, person) -> List.copyOf(held)));
    final AuditLog audit = new Log();
    final Refusals refusals = new Refusals(main, audit, clock);
    final AuditRelay relay = new AuditRelay(vault, vault, main, audit, () -> Set.copyOf(refusing), clock, 12);
    final TestFactors factors = new TestFactors(main);
    final Intake intake;
    final SecurityCodes codes;
    final Movements movements;
    final DefaultCardService cards;
    final DefaultPaymentService payments;
    final InDoubtResolver resolver;
    final DefaultRevealService reveals;
    final DefaultVaultAdministration administration;
    final RemovedCustomers removed;
    final DefaultEvidenceService evidence;
    final EvidenceRetention retention;

    /** A key ring and what seals under it. */
    record Keys(VaultKeys keys, CardSealer sealer) {}

    World() {
        this(Optional.empty());
    }

    World(Function<MemoryVault, Keys> made) {
        this(Optional.of(made));
    }

    private World(Optional<Function<MemoryVault, Keys>> made) {
        Keys both = made.map(make -> make.apply(vault)).orElse(new Keys(ring, ring));
        keys = both.keys();
        sealer = both.sealer();
        intake = new Intake(vault, sealer, clock);
        codes = new SecurityCodes(clock, Duration.ofMinutes(10), 10_000);
        movements = new Movements(vault, vault, () -> List.copyOf(gateways), () -> {}, relay::wake, clock);
        cards = new DefaultCardService(
                vault,
                vault,
                main,
                known(person -> !gone.contains(person)),
                audit,
                policies(),
                keys,
                sealer,
                intake,
                codes,
                relay::wake,
                clock,
                Duration.ofHours(24),
                new HeldCards(main, () -> List.copyOf(checks), 1, () -> {}));
        payments = new DefaultPaymentService(
                vault,
                vault,
                policies(),
                keys,
                sealer,
                intake,
                codes,
                movements,
                gate(),
                partnerService(),
                refusals,
                clock,
                Duration.ofDays(20));
        resolver = resolver(new AtOnce());
        reveals = new DefaultRevealService(
                vault,
                vault,
                policies(),
                keys,
                sealer,
                relay,
                factors,
                refusals,
                clock,
                Duration.ofMinutes(15),
                new AllowedAddresses("127.0.0.1", "10.1.2.0/24"));
        administration = new DefaultVaultAdministration(vault, vault, keys, codes, relay::wake, clock);
        removed = new RemovedCustomers(vault, vault, policies(), sealer, codes, relay::wake, clock);
        evidence = new DefaultEvidenceService(
                vault,
                vault,
                known(person -> knows.test(person)),
                keys,
                sealer,
                relay::wake,
                clock,
                Duration.ofDays(180));
        retention = new EvidenceRetention(vault, vault, sealer, relay::wake, clock);
        clock.advance(Duration.ofSeconds(1)); // so that what is made now was made after the start
    }

    InDoubtResolver resolver(ExecutorService askers) {
        return new InDoubtResolver(
                vault, vault, movements, clock, Duration.ofSeconds(120), Duration.ofSeconds(5), askers);
    }

    /** Runs what it is given before it returns. */
    private static final class AtOnce extends AbstractExecutorService {
        @Override
        public void execute(Runnable work) {
            work.run();
        }

        @Override
        public void shutdown() {
            // nothing runs
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    private KnownCustomers known(Predicate<SubjectId> which) {
        return new KnownCustomers(
                main, (tenant, people) -> people.stream().filter(which).collect(Collectors.toSet()));
    }

    static Promise promise(String id, String control, Map<String, String> parameters) {
        return new Promise(id, "", "", Policy.Status.ENFORCED, control, parameters, "");
    }

    static Partner partner(String name, String connector) {
        Partner.Agreement agreement = new Partner.Agreement(
                Set.of("payment-amount"), Set.of("payment"), "DE", LocalDate.EPOCH, LocalDate.MAX, Optional.empty());
        return new Partner(
                TENANT,
                name,
                "clearing-house",
                agreement,
                connector,
                URI.create("https://localhost"),
                Map.of(),
                false,
                1);
    }

    static Decision denied(Code code, String promise) {
        return new Decision.Denied(
                List.of(new Reason(code, "", List.of(promise), "no")), List.of(promise), "Ask the officer.");
    }

    Card storedCard() {
        return cards.store(OPERATOR, CUSTOMER, new Jwe(this).bytes());
    }

    static Authorisation authorisation(Card card, long amount, String reference) {
        return new Authorisation(card.token(), amount, "EUR", "payment", reference, Optional.empty());
    }

    Stream<Leaf> leaves(Leaf.Act act) {
        return List.copyOf(leaves).stream().filter(leaf -> leaf.act() == act);
    }

    /** The last refusal's promises and reason. */
    String refusal() {
        Leaf last = leaves(Leaf.Act.REFUSED).reduce((first, second) -> second).orElseThrow();
        return last.promises() + " " + last.details().get("reason");
    }

    /** Hands on all that waits. */
    void handOn() {
        while (relay.handOn() > 0) {
            // more may wait
        }
    }

    private Map<String, String> retention() {
        return taken.stream().collect(Collectors.toMap(category -> category, category -> "until account-closed"));
    }

    private Object answer(String method, Object... args) {
        return switch (method) {
            case "promises" -> List.copyOf(promises);
            case "purpose" ->
                Optional.of(new Purpose((String) args[0], Policy.LegalBasis.CONTRACT, retention(), "", ""))
                        .filter(purpose ->
                                Set.of("payment", "refund", "chargeback").contains(purpose.name()));
            case "ruling" -> new Ruling(Need.NEVER, Map.of(), List.of("AN-2", "AN-12"), List.of(), "no", "");
            case "minimumAge" -> OptionalInt.empty();
            default -> throw new AssertionError("unexpected: " + method);
        };
    }

    private <T> T proxy(Class<T> type, BiFunction<String, Object[], Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, args) -> answers.apply(method.getName(), args)));
    }

    private PolicyService policies() {
        Policy policy = proxy(Policy.class, this::answer);
        return proxy(PolicyService.class, (method, args) -> {
            assertThatIs(method, "current");
            return policy;
        });
    }

    private PartnerService partnerService() {
        return proxy(PartnerService.class, (method, args) -> {
            assertThatIs(method, "list");
            return List.copyOf(partners);
        });
    }

    private Gate gate() {
        return (tenant, partner, purpose, fields) -> subject -> decisions.apply(partner, fields);
    }

    private static void assertThatIs(String method, String... expected) {
        if (!Arrays.asList(expected).contains(method)) {
            throw new AssertionError("unexpected: " + method);
        }
    }

    private final class Log implements AuditLog {
        @Override
        public void append(Leaf leaf) {
            if (auditFails.get() || refusing.contains(leaf.tenant())) {
                throw new PledgeException(Kind.UNAVAILABLE, "the database cannot be reached");
            }
            if (unfit.contains(leaf.details().getOrDefault("event", ""))
                    && leaf.details().containsKey("network")) {
                throw new IllegalArgumentException("an audit detail looks like a card number");
            }
            main.afterCommit(() -> leaves.add(leaf)); // fails outside a transaction
        }

        @Override
        public List<Entry> tail(TenantId tenant, int limit) {
            throw new AssertionError("unexpected");
        }

        @Override
        public Verification verify(TenantId tenant) {
            throw new AssertionError("unexpected");
        }
    }
}
