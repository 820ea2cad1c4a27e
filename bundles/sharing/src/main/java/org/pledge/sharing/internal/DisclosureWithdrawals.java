package org.pledge.sharing.internal;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.consent.ConsentService.InDoubt;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.consent.WithdrawalListener;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;

/**
 * Stops queued and parked disclosures whose consent is withdrawn, names those that may already have left, and has every
 * earlier recipient told.
 */
@Component
public final class DisclosureWithdrawals implements WithdrawalListener {
    private final SharingStore store;
    private final AuditLog audit;
    private final EarlierRecipients recipients;
    private final Clock clock;

    /** In the container. */
    @Activate
    public DisclosureWithdrawals(
            @Reference SharingStore store, @Reference AuditLog audit, @Reference EarlierRecipients recipients) {
        this(store, audit, recipients, Clock.systemUTC());
    }

    DisclosureWithdrawals(SharingStore store, AuditLog audit, EarlierRecipients recipients, Clock clock) {
        this.store = store;
        this.audit = audit;
        this.recipients = recipients;
        this.clock = clock;
    }

    @Override
    public Effect withdrawn(TenantId tenant, SubjectId subject, Withdrawal withdrawal) {
        int cancelled = 0;
        List<InDoubt> inDoubt = new ArrayList<>();
        for (StoredDisclosure stored : store.lockUnfinished(tenant, subject)) {
            Disclosure disclosure = stored.disclosure();
            if (!covers(withdrawal, disclosure)) {
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
                        Map.of("reason", "WITHDRAWN")));
                cancelled++;
            }
        }
        return new Effect(cancelled, inDoubt, recipients.withdrawn(tenant, subject, withdrawal));
    }

    /** It is on its way, or it was tried before: a partner that answers with an error has read it all the same. */
    private static boolean mayHaveLeft(Disclosure disclosure) {
        return disclosure.state() == State.SENDING || disclosure.attempts() > 0;
    }

    static boolean covers(Withdrawal withdrawal, Disclosure disclosure) {
        return disclosure.basis().equals(Disclosures.CONSENT)
                && withdrawal.purpose().map(disclosure.purpose()::equals).orElse(true)
                && withdrawal.recipient().map(disclosure.partner()::equals).orElse(true)
                && (withdrawal.categories().isEmpty()
                        || !Collections.disjoint(withdrawal.categories(), disclosure.fields()));
    }
}
