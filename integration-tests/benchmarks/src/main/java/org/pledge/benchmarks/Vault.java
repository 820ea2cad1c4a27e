package org.pledge.benchmarks;

import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.pledge.access.SecondFactors;
import org.pledge.audit.internal.DefaultAuditLog;
import org.pledge.audit.spi.AuditStore;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.policy.internal.DefaultPolicyService;
import org.pledge.policy.spi.PolicyStore;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.store.Transactions;
import org.pledge.store.VaultTransactions;
import org.pledge.store.jpa.internal.JpaAuditStore;
import org.pledge.store.jpa.internal.JpaPolicyStore;
import org.pledge.store.jpa.internal.JpaSubjectStore;
import org.pledge.store.jpa.internal.JpaTransactions;
import org.pledge.store.jpa.internal.OpenDatabase;
import org.pledge.store.memory.MemoryStore;
import org.pledge.store.memory.MemoryVault;
import org.pledge.store.vault.internal.JpaCardKeyStore;
import org.pledge.store.vault.internal.JpaVaultStore;
import org.pledge.store.vault.internal.JpaVaultTransactions;
import org.pledge.store.vault.internal.OpenVaultDatabase;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.PaymentService.Authorisation;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.core.PaymentGateway;
import org.pledge.vault.internal.DefaultCardService;
import org.pledge.vault.internal.PlainVault;
import org.pledge.vault.internal.VaultConfig;
import org.pledge.vault.spi.VaultStore;

/** The card vault, put together as the container does it, with cards in it. */
final class Vault implements AutoCloseable {
    private static final Partner HOUSE = house();
    private static final int AT_ONCE = 500;
    /** What is new has a higher number. */
    private static final long NEW_CARDS = 1_000_000;

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final AtomicLong newCards = new AtomicLong(NEW_CARDS);
    private final AtomicLong references = new AtomicLong();
    private final Queue<UUID> requests = new ConcurrentLinkedQueue<>();
    private final Own own;
    private final KeyRing ring;
    private final DefaultAuditLog audit;
    private final PlainVault vault;
    private final Sender sender;
    private final List<Card> cards;
    private final Queue<Callable<Integer>> meant = new ConcurrentLinkedQueue<>();

    private Vault(Main main, Own own, Path packs, Path keystore, List<AutoCloseable> stores, int size) {
        parts.addAll(stores);
        audit = new DefaultAuditLog(main.transactions(), main.log());
        parts.add(audit::deactivate);
        DefaultPolicyService policies = new DefaultPolicyService(main.transactions(), main.policies(), audit);
        Korax.install(policies, packs);
        this.own = own;
        ring = new KeyRing(own.transactions(), own.keys(), keystore);
        parts.add(ring);
        vault = new PlainVault(
                Settings.of(VaultConfig.class, Map.of()),
                Settings.of(DefaultCardService.Config.class, Map.of()),
                own.transactions(),
                own.store(),
                main.transactions(),
                OnDisk.asked(main.people()),
                audit,
                policies,
                partners(),
                factors(),
                ring.keys(),
                ring.sealer());
        parts.add(vault);
        sender = new Sender(vault.cards().intakeKeys().get(0));
        cards = Stream.iterate(0, number -> number + 1)
                .limit(size)
                .map(this::store)
                .toList();
        settle();
    }

    /** What is not the vault's. */
    private record Main(Transactions transactions, AuditStore log, PolicyStore policies, SubjectStore people) {}

    /** What is the vault's. */
    private record Own(VaultTransactions transactions, VaultStore store, CardKeyStore keys) {}

    /** Over two databases, with so many cards. */
    static Vault onDisk(String mainUrl, String ownUrl, String user, Path packs, Path keystore, int size) {
        OpenUnit mainUnit = new OpenUnit(mainUrl, user, "pledge", OpenDatabase::open);
        OpenUnit ownUnit = new OpenUnit(ownUrl, user, "pledge-vault", OpenVaultDatabase::open);
        JpaTransactions main = new JpaTransactions(mainUnit.database());
        JpaVaultTransactions own = new JpaVaultTransactions(ownUnit.database());
        return new Vault(
                new Main(main, new JpaAuditStore(main), new JpaPolicyStore(main), new JpaSubjectStore(main)),
                new Own(own, new JpaVaultStore(own), new JpaCardKeyStore(own)),
                packs,
                keystore,
                List.of(mainUnit, ownUnit),
                size);
    }

    /** Over maps, with so many cards. */
    static Vault inMemory(Path packs, Path keystore, int size) {
        MemoryStore main = new MemoryStore();
        MemoryVault own = new MemoryVault();
        return new Vault(new Main(main, main, main, main), new Own(own, own, own), packs, keystore, List.of(), size);
    }

    private static Partner house() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return new Partner(
                Korax.TENANT,
                "clearing-1",
                "clearing-house",
                new Partner.Agreement(
                        Set.of(PaymentGateway.AMOUNT, PaymentGateway.NUMBER, PaymentGateway.EXPIRY),
                        Set.of("payment"),
                        "CA",
                        today.minusDays(1),
                        today.plusYears(1),
                        Optional.empty()),
                PaymentGateway.CONNECTOR,
                URI.create("https://clearing.example"),
                Map.of(),
                false,
                1);
    }

    /** Only the list of them is asked for. */
    private static PartnerService partners() {
        return (PartnerService) Proxy.newProxyInstance(
                PartnerService.class.getClassLoader(),
                new Class<?>[] {PartnerService.class},
                (self, method, arguments) -> List.of(HOUSE));
    }

    /** Whoever is asked for a code has given the right one. */
    private static SecondFactors factors() {
        return (SecondFactors) Proxy.newProxyInstance(
                SecondFactors.class.getClassLoader(),
                new Class<?>[] {SecondFactors.class},
                (self, method, arguments) -> new SecondFactors.Check(SecondFactors.Outcome.VALID, Optional.empty()));
    }

    private Card store(long number) {
        return vault.cards().store(Korax.OPERATOR, People.person(number), sender.card(number));
    }

    /** Agrees on the key that a card was encrypted under, and does no more. */
    Callable<byte[]> agreeing() {
        CardSealer.IntakeKey key =
                own.transactions().required(() -> ring.sealer().intakeKeys()).get(0);
        return () -> own.transactions().required(() -> ring.sealer().agree(key.kid(), key.x(), key.y()));
    }

    /** Takes in one card after the other that nobody has seen. */
    Callable<?> tokenising() {
        return () -> store(newCards.incrementAndGet());
    }

    /** Takes in cards that are there already. */
    Callable<?> again(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return () -> {
            int number = random.nextInt(cards.size());
            if (!store(number).token().equals(cards.get(number).token())) {
                throw new IllegalStateException("the same card has another token");
            }
            return true;
        };
    }

    /** Has so many movements intended, for as many cards to be opened. */
    void intend(int count) {
        SplittableRandom random = new SplittableRandom(count);
        for (int left = count; left > 0; left -= AT_ONCE) {
            List<Card> of = some(random, Math.min(left, AT_ONCE));
            meant.addAll(vault.detokenising(Korax.OPERATOR, HOUSE.name(), of));
        }
    }

    private List<Card> some(SplittableRandom random, int count) {
        return Stream.generate(() -> cards.get(random.nextInt(cards.size())))
                .limit(count)
                .toList();
    }

    /** Opens cards for the clearing house, of which the record is durable; while movements last. */
    Callable<?> detokenising() {
        return () -> {
            Callable<Integer> next = meant.poll();
            if (next == null) {
                intend(AT_ONCE);
                return detokenising().call();
            }
            return next.call();
        };
    }

    /** Authorises, from the request to the clearing house's answer. */
    Callable<?> authorising(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return () -> {
            Card card = cards.get(random.nextInt(cards.size()));
            Authorisation wanted = new Authorisation(
                    card.token(), 100, "EUR", "payment", "a-" + references.incrementAndGet(), Optional.empty());
            if (vault.payments().authorise(Korax.OPERATOR, wanted).state() != State.CONFIRMED) {
                throw new IllegalStateException("an authorisation was not confirmed");
            }
            return true;
        };
    }

    /** Has so many requests opened and approved, for as many reveals. */
    void approve(int count) {
        SplittableRandom random = new SplittableRandom(count);
        for (int left = count; left > 0; left -= AT_ONCE) {
            List<Card> of = some(random, Math.min(left, AT_ONCE));
            requests.addAll(vault.approved(of, "desk", "officer"));
        }
    }

    /** Shows numbers on request to a terminal that nobody looks at; while requests last. */
    Callable<?> revealing() {
        return () -> {
            UUID request = requests.poll();
            if (request == null) {
                approve(AT_ONCE);
                return revealing().call();
            }
            vault.reveals().reveal(Korax.CUSTODIAN, request, "127.0.0.1", new char[0], OutputStream.nullOutputStream());
            return true;
        };
    }

    /** Waits until everything that was done stands in the audit log and in its chain. */
    void settle() {
        vault.handOn();
        audit.tail(Korax.TENANT, 1);
    }

    @Override
    public void close() {
        for (int i = parts.size() - 1; i >= 0; i--) {
            AutoCloseable part = parts.get(i);
            Blocks.call(() -> {
                part.close();
                return true;
            });
        }
    }
}
