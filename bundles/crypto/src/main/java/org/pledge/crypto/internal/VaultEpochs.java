package org.pledge.crypto.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.pledge.PledgeException;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.crypto.spi.CardKeyStore.EpochKey;
import org.pledge.store.VaultTransactions;

/** The vault's wrapping keys: the newest is the current one, and a new month makes a new one. */
final class VaultEpochs implements EpochKeys, AutoCloseable {
    private static final String USE = "epoch key";
    private static final int KEY_BYTES = 32;
    private static final int MOST_IN_MEMORY = 64;
    private static final int TRIES = 3;

    private record Known(Optional<EpochName> name, Instant until) {
        static final Known NOTHING = new Known(Optional.empty(), Instant.MIN);
    }

    private final RootKey root;
    private final CardKeyStore store;
    private final VaultTransactions transactions;
    private final Duration lifetime;
    private final Clock clock;
    private final KeyCache<String> cache;
    private final AtomicReference<Known> newest = new AtomicReference<>(Known.NOTHING);

    VaultEpochs(RootKey root, CardKeyStore store, VaultTransactions transactions, Duration lifetime, Clock clock) {
        this.root = root;
        this.store = store;
        this.transactions = transactions;
        this.lifetime = lifetime;
        this.clock = clock;
        this.cache = new KeyCache<>(MOST_IN_MEMORY, lifetime, clock);
    }

    @Override
    public String current() {
        Known known = newest.get();
        YearMonth month = month(clock);
        Optional<EpochName> remembered = remembered(known);
        if (remembered.isPresent() && store.holdEpochKey(remembered.get().toString())) {
            return remembered.get().toString();
        }
        for (int i = 0; i < TRIES; i++) {
            EpochName name = current(store, clock).orElseGet(() -> {
                EpochName first = EpochName.first(month);
                make(first);
                return first;
            });
            if (store.holdEpochKey(name.toString())) {
                Known found = new Known(Optional.of(name), clock.instant().plus(lifetime));
                transactions.afterCommit(() -> newest.compareAndSet(known, found));
                return name.toString();
            }
        }
        throw changing();
    }

    private Optional<EpochName> remembered(Known known) {
        return known.name()
                .filter(name ->
                        clock.instant().isBefore(known.until()) && !name.month().isBefore(month(clock)));
    }

    /**
     * As {@link #current}, but one that is remembered is not looked for: who keeps a key under it checks that, and when
     * the transaction fails it is remembered no longer.
     */
    String expected() {
        Known known = newest.get();
        Optional<EpochName> remembered = remembered(known);
        if (remembered.isEmpty()) {
            return current();
        }
        transactions.whenUndone(() -> newest.compareAndSet(known, Known.NOTHING));
        return remembered.get().toString();
    }

    private static PledgeException changing() {
        return new PledgeException(PledgeException.Kind.UNAVAILABLE, "the vault's wrapping key is being changed")
                .remedy("Try again.");
    }

    /** The wrapping key that new cards use; empty where the next card makes one. */
    static Optional<EpochName> current(CardKeyStore store, Clock clock) {
        return newest(store).filter(name -> !name.month().isBefore(month(clock)));
    }

    private static Optional<EpochName> newest(CardKeyStore store) {
        return store.epochKeys().stream()
                .flatMap(each -> EpochName.of(each.name()).stream())
                .max(Comparator.naturalOrder());
    }

    private static YearMonth month(Clock clock) {
        return YearMonth.now(clock.withZone(ZoneOffset.UTC));
    }

    @Override
    public Optional<SecretBytes> key(String epoch) {
        return cache.get(epoch).or(() -> read(epoch));
    }

    private Optional<SecretBytes> read(String epoch) {
        long mark = cache.mark();
        Optional<SecretBytes> key = store.epochKeys().stream()
                .filter(each -> each.name().equals(epoch))
                .findFirst()
                .map(each -> root.unwrap(USE, epoch, each.wrapped()));
        key.map(SecretBytes::copy).ifPresent(copy -> {
            transactions.whenUndone(copy::close);
            transactions.afterCommit(() -> cache.put(epoch, copy, mark));
        });
        return key;
    }

    /** Makes the next wrapping key, which is the current one from this transaction's end on. */
    EpochKey rotate() {
        YearMonth month = month(clock);
        EpochKey made = make(newest(store).map(name -> name.next(month)).orElse(EpochName.first(month)))
                .orElseThrow(VaultEpochs::changing);
        transactions.afterCommit(() -> newest.set(Known.NOTHING));
        return made;
    }

    /** Removes a wrapping key; whoever still uses it in another transaction is waited for. */
    void remove(EpochName name) {
        store.removeEpochKey(name.toString());
        transactions.afterCommit(() -> cache.forget(name.toString()));
    }

    /** Makes a wrapping key; empty when there is one of that name already. */
    private Optional<EpochKey> make(EpochName name) {
        try (SecretBytes key = SecretBytes.random(KEY_BYTES)) {
            EpochKey made = new EpochKey(
                    name.toString(),
                    root.wrap(USE, name.toString(), key),
                    clock.instant().truncatedTo(ChronoUnit.MICROS));
            return store.putEpochKey(made) ? Optional.of(made) : Optional.empty();
        }
    }

    /** Wipes the keys in memory whose time is over. */
    void sweep() {
        cache.sweep();
    }

    @Override
    public void close() {
        cache.close();
    }
}
