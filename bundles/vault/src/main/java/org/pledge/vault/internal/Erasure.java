package org.pledge.vault.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pledge.Caller;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.crypto.CardSealer;
import org.pledge.vault.EvidenceService.Evidence;
import org.pledge.vault.spi.VaultStore;
import org.pledge.vault.spi.VaultStore.StoredEvidence;

/** Erases evidence against chargebacks, in the current transaction. */
final class Erasure {
    private final VaultStore store;
    private final CardSealer sealer;
    private final Acts acts;

    Erasure(VaultStore store, CardSealer sealer, Acts acts) {
        this.store = store;
        this.sealer = sealer;
        this.acts = acts;
    }

    /** Erases what is still there of these. */
    void erase(Caller caller, List<Evidence> evidence) {
        evidence.forEach(each -> store.evidence(each.tenant(), each.id()).ifPresent(stored -> erase(caller, stored)));
    }

    private void erase(Caller caller, StoredEvidence stored) {
        Evidence evidence = stored.evidence();
        TenantId tenant = evidence.tenant();
        sealer.destroyKey(tenant, evidence.id());
        if (store.removeEvidence(tenant, evidence.id())) {
            acts.add(
                    Leaf.Act.EVIDENCE_ERASED,
                    caller,
                    Optional.of(stored.customer()),
                    stored.token(),
                    List.of(),
                    details(evidence));
        }
    }

    /** What is recorded of a piece. */
    static Map<String, String> details(Evidence evidence) {
        return Map.of(
                "evidence",
                evidence.id().toString(),
                Trail.PAYMENT,
                evidence.chargeback().toString(),
                "type",
                evidence.type().name(),
                "bytes",
                Integer.toString(evidence.size()),
                "sha256",
                evidence.sha256());
    }
}
