package org.pledge.crypto.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.PledgeException;
import org.pledge.crypto.VaultKeys;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.crypto.spi.CardKeyStore.EpochKey;
import org.pledge.store.VaultTransactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unseals the vault from the root key that the configuration names, and holds its keys until it is sealed. Immediate,
 * because it would be sealed whenever nobody uses it for a moment.
 */
@Component(
        service = {VaultKeys.class, VaultKeyRing.class},
        immediate = true,
        configurationPid = "org.pledge.vault.keys")
@Designate(ocd = VaultKeyRing.Config.class)
public final class VaultKeyRing implements VaultKeys {
    private static final Logger LOG = LoggerFactory.getLogger(VaultKeyRing.class);
    private static final int SWEEP_SECONDS = 10;

    /** Where the root key is, and how long keys live. */
    @ObjectClassDefinition(name = "Pledge: the vault's keys")
    public @interface Config {
        /** The kind of root key. */
        @AttributeDefinition(description = "pkcs12 (custodians' shares), pkcs11 (a token), or development")
        String keys() default "pkcs12";

        /** The key store of the first and the last kind. */
        @AttributeDefinition(
                description =
                        "PKCS#12 file; empty: keys/vault.p12 in the data folder, or" + " keys/vault-development.p12")
        String keystore() default "";

        /** The token's library. */
        @AttributeDefinition(description = "the PKCS#11 library of the token")
        String pkcs11_library() default "";

        /** The token's slot. */
        @AttributeDefinition(description = "the number of the slot; empty for the first one")
        String pkcs11_slot() default "";

        /** The root key's label. */
        @AttributeDefinition(description = "the label of the root key in the token")
        String pkcs11_label() default "pledge-vault-root";

        /** The token's PIN. */
        @AttributeDefinition(description = "file with the token's PIN; empty: custodians type it, as they do a share")
        String pkcs11_pinFile() default "";

        /** How long a retired intake key is taken. */
        @AttributeDefinition(description = "for how many hours a retired intake key is taken before it is destroyed")
        int intake_hours() default 24;

        /** The number of cards' keys in memory. */
        @AttributeDefinition(description = "how many cards' keys stay in memory; 0 for none")
        int cache_entries() default 1000;

        /** How long keys stay in memory. */
        @AttributeDefinition(description = "for how many seconds; a key that another node destroyed works as long")
        int cache_seconds() default 60;

        /** The size of a batch. */
        @AttributeDefinition(description = "how many cards' keys are wrapped anew in one transaction")
        int rewrap_batch() default 500;
    }

    private final RootSource source;
    private final CardKeyStore store;
    private final VaultTransactions transactions;
    private final OpenVault.Limits limits;
    private final int batchSize;
    private final Clock clock;
    private final AtomicReference<Optional<OpenVault>> open = new AtomicReference<>(Optional.empty());
    private final ScheduledExecutorService thread;
    private final Object change = new Object();
    private boolean wanted;
    private String problem = "";

    /** Opens alone where the configuration says so. */
    @Activate
    public VaultKeyRing(Config config, @Reference VaultTransactions transactions, @Reference CardKeyStore store) {
        this(
                source(config, Clock.systemUTC()),
                store,
                transactions,
                new OpenVault.Limits(
                        config.cache_entries(),
                        Duration.ofSeconds(config.cache_seconds()),
                        Duration.ofHours(config.intake_hours())),
                config.rewrap_batch(),
                Clock.systemUTC());
        thread.scheduleWithFixedDelay(this::sweepOrSay, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    VaultKeyRing(
            RootSource source,
            CardKeyStore store,
            VaultTransactions transactions,
            OpenVault.Limits limits,
            int batchSize,
            Clock clock) {
        if (limits.intake().isNegative() || limits.lifetime().isNegative() || batchSize < 1) {
            throw new IllegalStateException("org.pledge.vault.keys: hours and seconds are 0 or more, a batch is 1 or"
                    + " more. Correct them in its .cfg.");
        }
        this.source = source;
        this.store = store;
        this.transactions = transactions;
        this.limits = limits;
        this.batchSize = batchSize;
        this.clock = clock;
        this.wanted = source.opensAlone();
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "pledge-vault-keys");
            made.setDaemon(true);
            return made;
        });
        openAlone();
    }

    static RootSource source(Config config, Clock clock) {
        return switch (config.keys()) {
            case "pkcs12" -> new SharedRoot(new SharedKeyStore(path(config.keystore(), "vault.p12")), clock);
            case "pkcs11" -> {
                if (config.pkcs11_library().isBlank()) {
                    throw new IllegalStateException(
                            "org.pledge.vault.keys: name the token's library as pkcs11.library in its .cfg.");
                }
                TokenRootKey.Place place = new TokenRootKey.Place(
                        Path.of(config.pkcs11_library()), config.pkcs11_slot(), config.pkcs11_label());
                yield new TokenRoot(
                        place,
                        Optional.of(config.pkcs11_pinFile())
                                .filter(name -> !name.isBlank())
                                .map(Path::of));
            }
            case "development" -> new DevelopmentRoot(path(config.keystore(), "vault-development.p12"));
            default ->
                throw new IllegalStateException(
                        "org.pledge.vault.keys: keys is pkcs12, pkcs11 or development. Correct it in its .cfg.");
        };
    }

    private static Path path(String configured, String name) {
        return configured.isBlank()
                ? Path.of(System.getProperty("karaf.data", "data"), "keys", name)
                : Path.of(configured);
    }

    /** Wipes the keys; a sweep that runs is not interrupted, because that could close the database's files. */
    @Deactivate
    public void deactivate() {
        thread.shutdown();
        seal();
    }

    @Override
    public Status status() {
        synchronized (change) {
            return new Status(open.get().isPresent(), source.development(), source.given(), source.needed());
        }
    }

    @Override
    public Status unseal(char[] share) {
        try {
            synchronized (change) {
                if (open.get().isEmpty()) {
                    source.take(share, keysExist()).ifPresent(this::enter);
                }
                return status();
            }
        } finally {
            Arrays.fill(share, '\0');
        }
    }

    private boolean keysExist() {
        return transactions.required(() -> !store.epochKeys().isEmpty());
    }

    private void enter(RootKey root) {
        boolean entered = false;
        try {
            open.set(Optional.of(new OpenVault(root, store, transactions, limits, clock)));
            entered = true;
        } finally {
            if (!entered) {
                root.close();
            }
        }
        LOG.info("The card vault is open.");
    }

    @Override
    public Status seal() {
        synchronized (change) {
            wanted = false;
            source.forget();
            open.getAndSet(Optional.empty()).ifPresent(vault -> {
                vault.close();
                LOG.info("The card vault is sealed; its keys are wiped.");
            });
            return status();
        }
    }

    private void openAlone() {
        synchronized (change) {
            if (!wanted || open.get().isPresent()) {
                return;
            }
            try {
                source.take(new char[0], keysExist()).ifPresent(this::enter);
            } catch (PledgeException e) {
                wanted = e.kind() == PledgeException.Kind.UNAVAILABLE;
                if (!problem.equals(e.getMessage())) {
                    LOG.error("The card vault stays sealed: {}. {}", e.getMessage(), e.remedy());
                }
                problem = e.getMessage();
            }
        }
    }

    /** The edge of a thread of our own, which whatever is thrown would end for good. */
    private void sweepOrSay() {
        try {
            sweep();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("Old keys of the card vault could not be destroyed now; this is tried again.");
        }
    }

    /** Wipes and destroys what is over, and tries again to open what opens alone. */
    void sweep() {
        openAlone();
        synchronized (change) {
            source.sweep();
        }
        open.get().ifPresent(OpenVault::sweep);
    }

    /**
     * Works with the vault's keys.
     *
     * @throws PledgeException {@code UNAVAILABLE} while it is sealed, also when it is sealed meanwhile
     */
    <T> T with(Function<OpenVault, T> work) {
        OpenVault vault = open.get().orElseThrow(VaultKeyRing::isSealed);
        try {
            return work.apply(vault);
        } catch (IllegalStateException e) {
            throw vault.isClosed() ? isSealed() : e;
        }
    }

    private static PledgeException isSealed() {
        return new PledgeException(PledgeException.Kind.UNAVAILABLE, "the vault is sealed")
                .remedy("Custodians: vault:unseal");
    }

    /** Wipes a card's key in memory, where it is. */
    void forget(OpenVault.Card card) {
        open.get().ifPresent(vault -> vault.dataKeys().forget(card));
    }

    @Override
    public List<WrappingKey> wrappingKeys() {
        return transactions.required(() -> {
            Map<String, Long> cards = store.keysByEpoch();
            Optional<EpochName> current = VaultEpochs.current(store, clock);
            record Named(EpochName name, EpochKey key) {}
            return store.epochKeys().stream()
                    .flatMap(key -> EpochName.of(key.name()).map(name -> new Named(name, key)).stream())
                    .sorted((a, b) -> b.name().compareTo(a.name()))
                    .map(each -> new WrappingKey(
                            each.key().name(),
                            each.key().made(),
                            cards.getOrDefault(each.key().name(), 0L),
                            current.equals(Optional.of(each.name()))))
                    .toList();
        });
    }

    @Override
    public WrappingKey rotate() {
        return with(vault -> transactions.required(() -> {
            EpochKey made = vault.epochs().rotate();
            vault.intake().rotate();
            return new WrappingKey(made.name(), made.made(), 0, true);
        }));
    }

    @Override
    public long rewrap(LongConsumer progress) {
        return with(vault -> new Rewrapping(vault, store, transactions, batchSize).run(progress));
    }
}
