package org.pledge.sharing.internal;

import java.time.Clock;
import java.util.Collections;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.consent.WithdrawalListener;
import org.pledge.policy.Policy;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.spi.SharingStore;

/**
 * Stops queued and parked disclosures whose consent is withdrawn, names those that may already have left, and has every
 * earlier recipient told.
 */
@Component
public final class DisclosureWithdrawals implements WithdrawalListener {
    private final UnfinishedDisclosures unfinished;
    private final EarlierRecipients recipients;

    /** In the container. */
    @Activate
    public DisclosureWithdrawals(
            @Reference SharingStore store, @Reference AuditLog audit, @Reference EarlierRecipients recipients) {
        this(store, audit, recipients, Clock.systemUTC());
    }

    DisclosureWithdrawals(SharingStore store, AuditLog audit, EarlierRecipients recipients, Clock clock) {
        this.unfinished = new UnfinishedDisclosures(store, audit, clock);
        this.recipients = recipients;
    }

    @Override
    public Effect withdrawn(TenantId tenant, SubjectId subject, Withdrawal withdrawal) {
        Effect stopped = unfinished.stop(tenant, subject, disclosure -> covers(withdrawal, disclosure), "WITHDRAWN");
        return new Effect(stopped.cancelled(), stopped.inDoubt(), recipients.withdrawn(tenant, subject, withdrawal));
    }

    static boolean covers(Withdrawal withdrawal, Disclosure disclosure) {
        boolean abroad = disclosure.basis().equals(Disclosures.CONSENT_TO_TRANSFER);
        return (abroad || disclosure.basis().equals(Disclosures.CONSENT))
                && withdrawal
                        .purpose()
                        .map(purpose -> disclosure.purpose().equals(purpose)
                                || abroad && purpose.equals(Policy.TRANSFER_ABROAD))
                        .orElse(true)
                && withdrawal.recipient().map(disclosure.partner()::equals).orElse(true)
                && (withdrawal.categories().isEmpty()
                        || !Collections.disjoint(withdrawal.categories(), disclosure.fields()));
    }
}
