package org.pledge.crypto.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.internal.OpenVault.Card;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.store.VaultTransactions;

/** Seals cards under the keys of the ring, while that is open. */
@Component(service = CardSealer.class)
public final class DefaultCardSealer implements CardSealer {
    private final VaultKeyRing ring;
    private final VaultTransactions transactions;
    private final CardKeyStore store;
    private final BiConsumer<TenantId, UUID> tombstones;
    private final RecordFormat<Place> records = RecordFormat.ofCards();

    /** Uses the vault's keys. */
    @Activate
    public DefaultCardSealer(
            @Reference VaultKeyRing ring,
            @Reference VaultTransactions transactions,
            @Reference CardKeyStore store,
            @Reference CardTombstones tombstones) {
        this(ring, transactions, store, tombstones::leave);
    }

    /** As above, and leaves no tombstones. */
    public DefaultCardSealer(VaultKeyRing ring, VaultTransactions transactions, CardKeyStore store) {
        this(ring, transactions, store, (tenant, card) -> {});
    }

    private DefaultCardSealer(
            VaultKeyRing ring,
            VaultTransactions transactions,
            CardKeyStore store,
            BiConsumer<TenantId, UUID> tombstones) {
        this.ring = ring;
        this.transactions = transactions;
        this.store = store;
        this.tombstones = tombstones;
    }

    @Override
    public byte[] seal(Place place, byte[] plain) {
        return ring.with(vault -> {
            try (SecretBytes key = vault.dataKeys().foundOrMade(card(place))) {
                return records.seal(key, place, plain);
            }
        });
    }

    @Override
    public Map<Place, byte[]> sealNew(Map<Place, byte[]> plain) {
        List<Card> owners =
                plain.keySet().stream().map(DefaultCardSealer::card).distinct().toList();
        if (owners.size() != 1) {
            throw new IllegalArgumentException("the places are not of one card");
        }
        return ring.with(vault -> {
            try (SecretBytes key = vault.newKey(owners.get(0))) {
                Map<Place, byte[]> all = new HashMap<>();
                plain.forEach((place, each) -> all.put(place, records.seal(key, place, each)));
                return all;
            }
        });
    }

    @Override
    public byte[] open(Place place, byte[] sealed) {
        return ring.with(vault -> {
            try (SecretBytes key = vault.dataKeys().found(card(place))) {
                return records.open(key, place, sealed);
            }
        });
    }

    private static Card card(Place place) {
        return new Card(place.tenant(), place.card());
    }

    @Override
    public void destroyKey(TenantId tenant, UUID card) {
        Card owner = new Card(tenant, card);
        transactions.required(() -> {
            store.removeCardKey(tenant, card);
            tombstones.accept(tenant, card);
            ring.forget(owner);
            transactions.afterCommit(() -> ring.forget(owner));
        });
    }

    @Override
    public byte[] token(TenantId tenant, String use, byte[] value) {
        return ring.with(vault -> vault.token(tenant, use, value));
    }

    @Override
    public List<IntakeKey> intakeKeys() {
        return ring.with(vault -> vault.intake().list());
    }

    @Override
    public byte[] agree(String kid, byte[] x, byte[] y) {
        return ring.with(vault -> vault.intake().agree(kid, x, y));
    }
}
