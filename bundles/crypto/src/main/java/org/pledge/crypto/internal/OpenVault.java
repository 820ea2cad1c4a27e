package org.pledge.crypto.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.crypto.spi.CardKeyStore.EpochKey;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.VaultTransactions;

/** Every key of the vault that is in memory between unsealing and sealing. */
final class OpenVault implements AutoCloseable {
    private static final String LOOKUP = "lookup";
    private static final String LOOKUP_USE = "lookup key";
    private static final int KEY_BYTES = 32;
    private static final byte[] NO_SALT = new byte[0];

    /** A card, as the owner of its key. */
    record Card(TenantId tenant, UUID id) {}

    /** How long keys stay in memory, and how many; and how long a retired intake key is taken. */
    record Limits(int cards, Duration lifetime, Duration intake) {}

    private final RootKey root;
    private final CardKeyStore store;
    private final SecretBytes lookup;
    private final VaultEpochs epochs;
    private final DataKeys<Card> dataKeys;
    private final IntakeKeys intake;
    private final Hmac hmac = new Hmac();

    /**
     * Takes over the root key.
     *
     * @throws PledgeException {@code CONFLICT} when the database was sealed under another root key
     */
    OpenVault(RootKey root, CardKeyStore store, VaultTransactions transactions, Limits limits, Clock clock) {
        this.root = root;
        this.store = store;
        this.lookup = transactions.required(() -> lookup(root, store, clock));
        this.epochs = new VaultEpochs(root, store, transactions, limits.lifetime(), clock);
        this.dataKeys = new DataKeys<>(
                "pledge vault tenant key 1",
                new Cards(store),
                epochs,
                transactions,
                new KeyCache<>(limits.cards(), limits.lifetime(), clock));
        this.intake = new IntakeKeys(root, store, transactions, limits.intake(), limits.lifetime(), clock);
    }

    /** The key of lookup keys, made with the first root key: that it opens proves that this is still the same one. */
    private static SecretBytes lookup(RootKey root, CardKeyStore store, Clock clock) {
        if (store.epochKeys().isEmpty()) {
            try (SecretBytes fresh = SecretBytes.random(KEY_BYTES)) {
                store.putEpochKey(new EpochKey(
                        LOOKUP,
                        root.wrap(LOOKUP_USE, LOOKUP, fresh),
                        clock.instant().truncatedTo(ChronoUnit.MICROS)));
            }
        }
        List<EpochKey> keys = store.epochKeys();
        try {
            return keys.stream()
                    .filter(each -> each.name().equals(LOOKUP))
                    .findFirst()
                    .map(each -> root.unwrap(LOOKUP_USE, LOOKUP, each.wrapped()))
                    .orElseThrow(RootKey::refusal);
        } catch (SecurityException e) {
            throw new PledgeException(
                            PledgeException.Kind.CONFLICT, "this root key belongs to another database of the vault")
                    .remedy("Restore the root key whose backup was made with this database.");
        }
    }

    VaultEpochs epochs() {
        return epochs;
    }

    DataKeys<Card> dataKeys() {
        return dataKeys;
    }

    /** The key of a card that has none; the caller wipes it. */
    SecretBytes newKey(Card card) {
        return dataKeys.made(card, epochs::expected, wrapped -> store.addCardKey(card.tenant(), card.id(), wrapped));
    }

    IntakeKeys intake() {
        return intake;
    }

    byte[] token(TenantId tenant, String use, byte[] value) {
        byte[] info = Fields.of("pledge vault token 1", tenant.value(), use);
        try (SecretBytes key = SecretBytes.of(hmac.hkdf(lookup, NO_SALT, info, Hmac.BYTES))) {
            return hmac.hmac(key, value);
        }
    }

    /** Wipes the keys whose time is over. */
    void sweep() {
        epochs.sweep();
        dataKeys.sweep();
        intake.sweep();
    }

    boolean isClosed() {
        return lookup.isDestroyed();
    }

    /** Wipes every key, for good. */
    @Override
    public void close() {
        lookup.close();
        intake.close();
        dataKeys.close();
        epochs.close();
        root.close();
    }

    /** The cards' wrapped keys. */
    private record Cards(CardKeyStore store) implements DataKeys.Shelf<Card> {
        @Override
        public TenantId tenant(Card card) {
            return card.tenant();
        }

        @Override
        public Optional<WrappedKey> find(Card card) {
            return store.cardKey(card.tenant(), card.id());
        }

        @Override
        public boolean put(Card card, WrappedKey key) {
            return store.putCardKey(card.tenant(), card.id(), key);
        }

        @Override
        public void remove(Card card) {
            store.removeCardKey(card.tenant(), card.id());
        }

        @Override
        public PledgeException destroyed() {
            return new PledgeException(PledgeException.Kind.NOT_FOUND, "the card was deleted")
                    .remedy("It does not come back; have the customer give a card again.");
        }

        @Override
        public PledgeException changing() {
            return new PledgeException(PledgeException.Kind.UNAVAILABLE, "the card's key is being changed")
                    .remedy("Try again.");
        }
    }
}
