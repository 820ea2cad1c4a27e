package org.pledge.vault.internal;

import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.CardSealer;
import org.pledge.policy.PolicyService;
import org.pledge.store.VaultTransactions;
import org.pledge.subject.RemovalListener;
import org.pledge.vault.spi.VaultStore;

/**
 * Destroys the cards of who is removed, and evidence about them, also while the vault is sealed. It is done before the removal is durable, so
 * that a removal which cannot reach the vault fails as a whole and is done again.
 */
@Component
public final class RemovedCustomers implements RemovalListener {
    private final VaultTransactions transactions;
    private final VaultStore store;
    private final PolicyService policies;
    private final Shredding shredding;
    private final Erasure erasure;

    /** In the container. */
    @Activate
    public RemovedCustomers(
            @Reference VaultTransactions transactions,
            @Reference VaultStore store,
            @Reference PolicyService policies,
            @Reference CardSealer sealer,
            @Reference SecurityCodes codes,
            @Reference AuditRelay relay) {
        this(transactions, store, policies, sealer, codes, relay::wake, Clock.systemUTC());
    }

    RemovedCustomers(
            VaultTransactions transactions,
            VaultStore store,
            PolicyService policies,
            CardSealer sealer,
            SecurityCodes codes,
            Runnable wake,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.policies = policies;
        Acts acts = new Acts(transactions, store, wake, clock);
        this.erasure = new Erasure(store, sealer, acts);
        this.shredding = new Shredding(transactions, store, new CardRecords(sealer), codes, acts, erasure);
    }

    @Override
    public Set<String> holds(TenantId tenant, SubjectId person) {
        return transactions.required(() -> store.cards(tenant, person)).isEmpty() ? Set.of() : EndingCards.CARD;
    }

    /** A card stays as a whole while any part of it must. */
    @Override
    public void removed(Caller caller, SubjectId person, Set<String> kept) {
        if (Collections.disjoint(kept, EndingCards.CARD)) {
            removed(caller, person);
        }
    }

    @Override
    public void removed(Caller caller, SubjectId person) {
        List<String> promises = new CardRules(policies.current(caller.tenant())).deletion();
        transactions.required(() -> {
            store.cards(caller.tenant(), person).stream()
                    .flatMap(card -> store.lockCard(caller.tenant(), card.token()).stream())
                    .forEach(card -> shredding.shred(caller, card, promises));
            erasure.erase(caller, store.evidenceAbout(caller.tenant(), person));
        });
    }
}
