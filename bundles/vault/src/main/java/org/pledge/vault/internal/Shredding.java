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
    private final Erasure erasure;

    Shredding(
            VaultTransactions transactions,
            VaultStore store,
            CardRecords records,
            SecurityCodes codes,
            Acts acts,
            Erasure erasure) {
        this.transactions = transactions;
        this.store = store;
        this.records = records;
        this.codes = codes;
        this.acts = acts;
        this.erasure = erasure;
    }

    /** Destroys a locked card in the current transaction, and what was handed in against chargebacks of it. */
    Event shred(Caller caller, StoredCard card, List<String> promises) {
        records.destroyKey(card);
        store.removeCard(card.tenant(), card.token());
        erasure.erase(caller, store.evidenceAbout(card.tenant(), card.token()));
        transactions.afterCommit(codes.leaving(card.tenant(), card.token())::forget);
        return acts.add(
                Leaf.Act.CARD_DELETED,
                caller,
                Optional.of(card.customer()),
                card.token(),
                promises,
                Map.of("network", card.network().name()));
    }
}
