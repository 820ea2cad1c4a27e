package org.pledge.crypto.internal;

import java.security.spec.ECPoint;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.pledge.PledgeException;
import org.pledge.crypto.CardSealer.IntakeKey;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.crypto.spi.CardKeyStore.IntakeKeyPair;
import org.pledge.store.VaultTransactions;

/** The key pairs that cards are encrypted to; a retired one is taken for a while, then destroyed. */
final class IntakeKeys implements AutoCloseable {
    private static final String USE = "intake key";
    private static final int MOST_IN_MEMORY = 8;
    private static final Comparator<IntakeKeyPair> CURRENT_FIRST = Comparator.comparing(
                    (IntakeKeyPair pair) -> pair.retired().isPresent())
            .thenComparing(IntakeKeyPair::made, Comparator.reverseOrder())
            .thenComparing(IntakeKeyPair::kid);

    private final RootKey root;
    private final CardKeyStore store;
    private final VaultTransactions transactions;
    private final Duration taken;
    private final Clock clock;
    private final KeyCache<String> cache;
    private final P256 curve = new P256();

    IntakeKeys(
            RootKey root,
            CardKeyStore store,
            VaultTransactions transactions,
            Duration taken,
            Duration lifetime,
            Clock clock) {
        this.root = root;
        this.store = store;
        this.transactions = transactions;
        this.taken = taken;
        this.clock = clock;
        this.cache = new KeyCache<>(MOST_IN_MEMORY, lifetime, clock);
    }

    /** The keys that are taken, the current one first; makes the first one. */
    List<IntakeKey> list() {
        return transactions.required(() -> {
            if (store.intakeKeys().stream().noneMatch(pair -> pair.retired().isEmpty())) {
                make();
            }
            return store.intakeKeys().stream()
                    .filter(isTaken())
                    .sorted(CURRENT_FIRST)
                    .map(pair -> new IntakeKey(
                            pair.kid(),
                            P256.x(pair.publicKey()),
                            P256.y(pair.publicKey()),
                            pair.made(),
                            pair.retired()))
                    .toList();
        });
    }

    private Predicate<IntakeKeyPair> isTaken() {
        Instant now = clock.instant();
        return pair -> pair.retired().map(at -> now.isBefore(at.plus(taken))).orElse(true);
    }

    byte[] agree(String kid, byte[] x, byte[] y) {
        ECPoint point = curve.point(x, y).orElseThrow(IntakeKeys::refusal);
        try (SecretBytes secret =
                cache.get(kid).or(() -> transactions.required(() -> read(kid))).orElseThrow(IntakeKeys::refusal)) {
            return curve.agree(secret, point);
        }
    }

    private static PledgeException refusal() {
        return new PledgeException(PledgeException.Kind.INVALID, "this is not encrypted to a key that the vault takes")
                .remedy("Fetch the vault's keys again and encrypt to the first of them.");
    }

    private Optional<SecretBytes> read(String kid) {
        long mark = cache.mark();
        return store.intakeKeys().stream()
                .filter(pair -> pair.kid().equals(kid))
                .filter(isTaken())
                .findFirst()
                .map(pair -> {
                    SecretBytes key = root.unwrap(USE, kid, pair.sealed());
                    transactions.whenUndone(key::close);
                    if (pair.retired().isEmpty()) { // what is retired is looked up each time, and so ends on time
                        SecretBytes copy = key.copy();
                        transactions.whenUndone(copy::close);
                        transactions.afterCommit(() -> cache.put(kid, copy, mark));
                    }
                    return key;
                });
    }

    /** Makes a new current key and retires the others. */
    void rotate() {
        Instant now = now();
        store.intakeKeys().stream()
                .filter(pair -> pair.retired().isEmpty())
                .map(pair ->
                        new IntakeKeyPair(pair.kid(), pair.publicKey(), pair.sealed(), pair.made(), Optional.of(now)))
                .forEach(store::putIntakeKey);
        make();
    }

    private void make() {
        try (P256.Pair pair = curve.make()) {
            String kid = P256.thumbprint(pair.open());
            store.putIntakeKey(
                    new IntakeKeyPair(kid, pair.open(), root.wrap(USE, kid, pair.secret()), now(), Optional.empty()));
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Destroys the keys that are no longer taken, and wipes those in memory whose time is over. */
    void sweep() {
        transactions.required(() -> store.intakeKeys().stream()
                .filter(isTaken().negate())
                .map(IntakeKeyPair::kid)
                .forEach(kid -> {
                    store.removeIntakeKey(kid);
                    transactions.afterCommit(() -> cache.forget(kid));
                }));
        cache.sweep();
    }

    @Override
    public void close() {
        cache.close();
    }
}
