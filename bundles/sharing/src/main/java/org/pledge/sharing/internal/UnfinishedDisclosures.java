package org.pledge.sharing.internal;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.consent.ConsentService.InDoubt;
import org.pledge.consent.WithdrawalListener.Effect;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;

/** Stops queued and parked disclosures of a person, and names those that may already have left. */
final class UnfinishedDisclosures {
    private final SharingStore store;
    private final AuditLog audit;
    private final Clock clock;

    UnfinishedDisclosures(SharingStore store, AuditLog audit, Clock clock) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
    }

    /** Needs the person's exclusive lock. */
    Effect stop(TenantId tenant, SubjectId subject, Predicate<Disclosure> which, String reason) {
        int cancelled = 0;
        List<InDoubt> inDoubt = new ArrayList<>();
        for (StoredDisclosure stored : store.lockUnfinished(tenant, subject)) {
            Disclosure disclosure = stored.disclosure();
            if (!which.test(disclosure)) {
                continue;
            }
            if (mayHaveLeft(disclosure)) {
                inDoubt.add(new InDoubt(disclosure.id(), disclosure.partner()));
            }
            if (disclosure.state() != State.SENDING) {
                store.putDisclosure(Disclosures.ended(stored, State.CANCELLED));
                audit.append(Disclosures.leaf(
                        Leaf.Act.DISCLOSURE_CANCELLED,
                        disclosure,
                        Disclosures.SYSTEM,
                        disclosure.promises(),
                        clock.instant(),
                        Map.of("reason", reason)));
                cancelled++;
            }
        }
        return new Effect(cancelled, inDoubt);
    }

    /** It is on its way, or it was tried before: a partner that answers with an error has read it all the same. */
    private static boolean mayHaveLeft(Disclosure disclosure) {
        return disclosure.state() == State.SENDING || disclosure.attempts() > 0;
    }
}
