package org.pledge.crypto.internal;

import java.security.spec.ECPoint;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
            .thenComparing(pair -> Curve.of(pair.publicKey()))
            .thenComparing(IntakeKeyPair::made, Comparator.reverseOrder())
            .thenComparing(IntakeKeyPair::kid);

    /** In the order in which they are published: P-256 first, which every sender knows. */
    private enum Curve {
        P256,
        X25519;

        static Curve of(byte[] publicKey) {
            return publicKey.length == org.pledge.crypto.internal.X25519.BYTES ? X25519 : P256;
        }
    }

    /** A key is good on its own curve only. */
    private record Name(Curve curve, String kid) {}

    private final RootKey root;
    private final CardKeyStore store;
    private final VaultTransactions transactions;
    private final Duration taken;
    private final Clock clock;
    private final KeyCache<Name> cache;
    private final P256 p256 = new P256();

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

    /** The keys that are taken, the current ones first; makes the first of each curve. */
    List<IntakeKey> list() {
        return transactions.required(() -> {
            Set<Curve> current = store.intakeKeys().stream()
                    .filter(pair -> pair.retired().isEmpty())
                    .map(pair -> Curve.of(pair.publicKey()))
                    .collect(Collectors.toSet());
            for (Curve curve : Curve.values()) {
                if (!current.contains(curve)) {
                    make(curve);
                }
            }
            return store.intakeKeys().stream()
                    .filter(isTaken())
                    .sorted(CURRENT_FIRST)
                    .map(IntakeKeys::open)
                    .toList();
        });
    }

    private static IntakeKey open(IntakeKeyPair pair) {
        byte[] open = pair.publicKey();
        return switch (Curve.of(open)) {
            case P256 -> new IntakeKey(pair.kid(), P256.x(open), P256.y(open), pair.made(), pair.retired());
            case X25519 -> new IntakeKey(pair.kid(), open, new byte[0], pair.made(), pair.retired());
        };
    }

    private Predicate<IntakeKeyPair> isTaken() {
        Instant now = clock.instant();
        return pair -> pair.retired().map(at -> now.isBefore(at.plus(taken))).orElse(true);
    }

    byte[] agree(String kid, byte[] x, byte[] y) {
        if (y.length == 0) {
            try (SecretBytes secret = secret(new Name(Curve.X25519, kid))) {
                return X25519.agree(secret, x).orElseThrow(IntakeKeys::refusal);
            }
        }
        ECPoint point = p256.point(x, y).orElseThrow(IntakeKeys::refusal);
        try (SecretBytes secret = secret(new Name(Curve.P256, kid))) {
            return p256.agree(secret, point);
        }
    }

    private SecretBytes secret(Name name) {
        return cache.get(name).or(() -> transactions.required(() -> read(name))).orElseThrow(IntakeKeys::refusal);
    }

    private static PledgeException refusal() {
        return new PledgeException(PledgeException.Kind.INVALID, "this is not encrypted to a key that the vault takes")
                .remedy("Fetch the vault's keys again and encrypt to a current one, on its own curve.");
    }

    private Optional<SecretBytes> read(Name name) {
        long mark = cache.mark();
        return store.intakeKeys().stream()
                .filter(pair -> name.equals(new Name(Curve.of(pair.publicKey()), pair.kid())))
                .filter(isTaken())
                .findFirst()
                .map(pair -> {
                    SecretBytes key = root.unwrap(USE, name.kid(), pair.sealed());
                    transactions.whenUndone(key::close);
                    if (pair.retired().isEmpty()) { // what is retired is looked up each time, and so ends on time
                        SecretBytes copy = key.copy();
                        transactions.whenUndone(copy::close);
                        transactions.afterCommit(() -> cache.put(name, copy, mark));
                    }
                    return key;
                });
    }

    /** Makes a new current key of each curve and retires the others. */
    void rotate() {
        Instant now = now();
        store.intakeKeys().stream()
                .filter(pair -> pair.retired().isEmpty())
                .map(pair ->
                        new IntakeKeyPair(pair.kid(), pair.publicKey(), pair.sealed(), pair.made(), Optional.of(now)))
                .forEach(store::putIntakeKey);
        for (Curve curve : Curve.values()) {
            make(curve);
        }
    }

    private void make(Curve curve) {
        try (KeyPairBytes pair = curve == Curve.P256 ? p256.make() : X25519.make()) {
            String kid = curve == Curve.P256 ? P256.thumbprint(pair.open()) : X25519.thumbprint(pair.open());
            store.putIntakeKey(
                    new IntakeKeyPair(kid, pair.open(), root.wrap(USE, kid, pair.secret()), now(), Optional.empty()));
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Destroys the keys that are no longer taken, and wipes those in memory whose time is over. */
    void sweep() {
        transactions.required(
                () -> store.intakeKeys().stream().filter(isTaken().negate()).forEach(pair -> {
                    store.removeIntakeKey(pair.kid());
                    transactions.afterCommit(() -> cache.forget(new Name(Curve.of(pair.publicKey()), pair.kid())));
                }));
        cache.sweep();
    }

    @Override
    public void close() {
        cache.close();
    }
}
