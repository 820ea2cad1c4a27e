package org.pledge.crypto.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.pledge.TenantId;
import org.pledge.crypto.internal.OpenVault.Card;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.crypto.spi.CardKeyStore.CardKey;
import org.pledge.crypto.spi.CardKeyStore.Replacement;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.VaultTransactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wraps cards' keys anew under the current wrapping key, batch by batch, and destroys the older wrapping keys. */
final class Rewrapping {
    private static final Logger LOG = LoggerFactory.getLogger(Rewrapping.class);

    private record Under(String epoch, TenantId tenant) {}

    private record Batch(int found, int done) {}

    /** Undoes the removal of a wrapping key that still wraps a card's key. */
    private static final class StillUsed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StillUsed() {
            super("still used", null, false, false);
        }
    }

    private final OpenVault vault;
    private final CardKeyStore store;
    private final VaultTransactions transactions;
    private final int batchSize;
    private final KeyWrap wrap = new KeyWrap();
    private final Set<Card> unreadable = new HashSet<>();

    Rewrapping(OpenVault vault, CardKeyStore store, VaultTransactions transactions, int batchSize) {
        this.vault = vault;
        this.store = store;
        this.transactions = transactions;
        this.batchSize = batchSize;
    }

    /** How many keys it wrapped anew. */
    long run(LongConsumer progress) {
        long done = 0;
        Batch batch;
        do {
            batch = transactions.required(this::batch);
            done += batch.done();
            progress.accept(done);
        } while (batch.found() > 0);
        if (!unreadable.isEmpty()) {
            LOG.error(
                    "{} cards' keys do not open and were left as they are. Restore the vault's database from a backup.",
                    unreadable.size());
        }
        removeOlder();
        return done;
    }

    private Batch batch() {
        String current = vault.epochs().current();
        Map<Under, SecretBytes> tenantKeys = new HashMap<>();
        try {
            List<CardKey> keys = store.keysOutside(current, batchSize + unreadable.size()).stream()
                    .filter(each -> !unreadable.contains(new Card(each.tenant(), each.card())))
                    .toList();
            List<Replacement> replacements = new ArrayList<>();
            for (CardKey each : keys) {
                wrapped(each, current, tenantKeys)
                        .ifPresentOrElse(
                                after -> replacements.add(
                                        new Replacement(each.tenant(), each.card(), each.key(), after)),
                                () -> unreadable.add(new Card(each.tenant(), each.card())));
            }
            return new Batch(keys.size(), store.replaceCardKeys(replacements));
        } finally {
            tenantKeys.values().forEach(SecretBytes::close);
        }
    }

    private Optional<WrappedKey> wrapped(CardKey card, String current, Map<Under, SecretBytes> tenantKeys) {
        Optional<SecretBytes> before = tenantKey(new Under(card.key().epoch(), card.tenant()), tenantKeys);
        Optional<SecretBytes> after = tenantKey(new Under(current, card.tenant()), tenantKeys);
        if (before.isEmpty() || after.isEmpty()) {
            return Optional.empty();
        }
        try (SecretBytes key = wrap.unwrap(before.get(), card.key().wrapped())) {
            return Optional.of(new WrappedKey(current, wrap.wrap(after.get(), key)));
        } catch (SecurityException e) {
            return Optional.empty();
        }
    }

    private Optional<SecretBytes> tenantKey(Under under, Map<Under, SecretBytes> tenantKeys) {
        SecretBytes known = tenantKeys.get(under);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<SecretBytes> epochKey = vault.epochs().key(under.epoch());
        if (epochKey.isEmpty()) {
            return Optional.empty();
        }
        try (SecretBytes key = epochKey.get()) {
            SecretBytes made = vault.dataKeys().tenantKey(key, under.tenant());
            tenantKeys.put(under, made);
            return Optional.of(made);
        }
    }

    /** A key that somebody still holds is waited for, and what was wrapped under it meanwhile keeps it. */
    private void removeOlder() {
        List<EpochName> older = transactions.required(() -> {
            EpochName current = EpochName.of(vault.epochs().current()).orElseThrow();
            Set<String> used = store.keysByEpoch().keySet();
            return store.epochKeys().stream()
                    .filter(each -> !used.contains(each.name()))
                    .flatMap(each -> EpochName.of(each.name()).stream())
                    .filter(each -> each.compareTo(current) < 0)
                    .toList();
        });
        for (EpochName each : older) {
            try {
                transactions.required(() -> {
                    vault.epochs().remove(each);
                    if (store.keysByEpoch().containsKey(each.toString())) {
                        throw new StillUsed();
                    }
                });
                LOG.info("The vault's wrapping key {} is destroyed: no card uses it any more.", each);
            } catch (StillUsed e) {
                LOG.info("The vault's wrapping key {} is still used and stays until the next run.", each);
            }
        }
    }
}
