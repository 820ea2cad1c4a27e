package org.pledge.vault.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pledge.Caller;
import org.pledge.audit.Leaf;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.spi.VaultStore;
import org.pledge.vault.spi.VaultStore.Event;
import org.pledge.vault.spi.VaultStore.StoredCard;

/** Destroys cards for good. */
final class Shredding {
    private final VaultTransactions transactions;
    private final VaultStore store;
    private final CardRecords records;
    private final SecurityCodes codes;
    private final Acts acts;

    Shredding(VaultTransactions transactions, VaultStore store, CardRecords records, SecurityCodes codes, Acts acts) {
        this.transactions = transactions;
        this.store = store;
        this.records = records;
        this.codes = codes;
        this.acts = acts;
    }

    /** Destroys a locked card in the current transaction. */
    Event shred(Caller caller, StoredCard card, List<String> promises) {
        records.destroyKey(card);
        store.removeCard(card.tenant(), card.token());
        transactions.afterCommit(() -> codes.forget(card.tenant(), card.token()));
        return acts.add(
                Leaf.Act.CARD_DELETED,
                caller,
                Optional.of(card.customer()),
                card.token(),
                promises,
                Map.of("network", card.network().name()));
    }
}
