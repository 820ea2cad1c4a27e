package org.pledge.crypto.internal;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.Transactions;

/** One data key per owner, made when it is first needed and wrapped under the tenant key of an epoch. */
final class DataKeys<O> implements AutoCloseable {
    private static final int KEY_BYTES = 32;
    private static final byte[] NO_SALT = new byte[0];
    private static final int TRIES = 3;

    /** Where the wrapped keys are, and what is said of those that are not there. */
    interface Shelf<O> {
        TenantId tenant(O owner);

        Optional<WrappedKey> find(O owner);

        /** Keeps an owner's first key; false when there is one already. */
        boolean put(O owner, WrappedKey key);

        void remove(O owner);

        PledgeException destroyed();

        PledgeException changing();
    }

    private final String tenantLabel;
    private final Shelf<O> shelf;
    private final EpochKeys epochs;
    private final Transactions transactions;
    private final KeyCache<O> cache;
    private final KeyWrap wrap = new KeyWrap();
    private final Hmac hmac = new Hmac();

    DataKeys(String tenantLabel, Shelf<O> shelf, EpochKeys epochs, Transactions transactions, KeyCache<O> cache) {
        this.tenantLabel = tenantLabel;
        this.shelf = shelf;
        this.epochs = epochs;
        this.transactions = transactions;
        this.cache = cache;
    }

    /** A copy of the owner's key, made where there is none; the caller wipes it. */
    SecretBytes foundOrMade(O owner) {
        return cache.get(owner)
                .orElseGet(() -> transactions.required(() -> {
                    for (int i = 0; i < TRIES; i++) {
                        Optional<SecretBytes> key = read(owner)
                                .or(() -> made(owner, epochs.current(), wrapped -> shelf.put(owner, wrapped)));
                        if (key.isPresent()) {
                            return key.get();
                        }
                    }
                    throw shelf.changing();
                }));
    }

    /** A copy of the owner's key, which the caller wipes. */
    SecretBytes found(O owner) {
        return cache.get(owner)
                .or(() -> transactions.required(() -> read(owner)))
                .orElseThrow(shelf::destroyed);
    }

    void destroy(O owner) {
        transactions.required(() -> {
            shelf.remove(owner);
            cache.forget(owner);
            transactions.afterCommit(() -> cache.forget(owner));
        });
    }

    /** Wipes the owner's key in memory. */
    void forget(O owner) {
        cache.forget(owner);
    }

    /** Wipes the keys in memory whose time is over. */
    void sweep() {
        cache.sweep();
    }

    /** Wipes every key in memory, for good. */
    @Override
    public void close() {
        cache.close();
    }

    /** The key of a tenant in an epoch; the caller wipes it. */
    SecretBytes tenantKey(SecretBytes epochKey, TenantId tenant) {
        return SecretBytes.of(hmac.hkdf(epochKey, NO_SALT, Fields.of(tenantLabel, tenant.value()), KEY_BYTES));
    }

    /**
     * The first key of an owner, who has none; the caller wipes it.
     *
     * @param epoch of the key it is wrapped under
     * @param keep keeps it, or has the transaction fail
     */
    SecretBytes made(O owner, Supplier<String> epoch, Consumer<WrappedKey> keep) {
        return transactions
                .required(() -> made(owner, epoch.get(), wrapped -> {
                    keep.accept(wrapped);
                    return true;
                }))
                .orElseThrow(shelf::changing);
    }

    private Optional<SecretBytes> read(O owner) {
        long mark = cache.mark();
        Optional<WrappedKey> stored = shelf.find(owner);
        for (int i = 0; i < TRIES && stored.isPresent(); i++) {
            Optional<SecretBytes> epochKey = epochs.key(stored.get().epoch());
            if (epochKey.isPresent()) {
                SecretBytes key = unwrapped(epochKey.get(), owner, stored.get());
                remember(owner, key, mark);
                return Optional.of(key);
            }
            stored = shelf.find(owner); // it may have been wrapped anew, and the older epoch destroyed
        }
        if (stored.isPresent()) {
            throw shelf.destroyed();
        }
        return Optional.empty();
    }

    private SecretBytes unwrapped(SecretBytes epochKey, O owner, WrappedKey stored) {
        try (epochKey;
                SecretBytes tenantKey = tenantKey(epochKey, shelf.tenant(owner))) {
            return wrap.unwrap(tenantKey, stored.wrapped());
        }
    }

    /** A new key; empty when somebody else made one meanwhile. */
    private Optional<SecretBytes> made(O owner, String epoch, Predicate<WrappedKey> keep) {
        long mark = cache.mark();
        SecretBytes key = SecretBytes.random(KEY_BYTES);
        boolean kept = false;
        try (SecretBytes epochKey = epochs.key(epoch).orElseThrow(shelf::changing);
                SecretBytes tenantKey = tenantKey(epochKey, shelf.tenant(owner))) {
            kept = keep.test(new WrappedKey(epoch, wrap.wrap(tenantKey, key)));
            if (!kept) {
                return Optional.empty();
            }
            remember(owner, key, mark);
            return Optional.of(key);
        } finally {
            if (!kept) {
                key.close();
            }
        }
    }

    /** Keeps a copy once it is certain that the key in the store is committed; otherwise both are wiped. */
    private void remember(O owner, SecretBytes key, long mark) {
        SecretBytes copy = key.copy();
        transactions.whenUndone(() -> {
            key.close();
            copy.close();
        });
        transactions.afterCommit(() -> cache.put(owner, copy, mark));
    }
}
