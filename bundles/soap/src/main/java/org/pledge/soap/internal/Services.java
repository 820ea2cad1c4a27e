package org.pledge.soap.internal;

import java.util.List;
import org.osgi.framework.BundleContext;
import org.pledge.access.CredentialService;
import org.pledge.access.RepeatableRequests;
import org.pledge.audit.AuditLog;
import org.pledge.consent.ConsentService;
import org.pledge.rights.RightsService;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.SharingService;
import org.pledge.store.Transactions;
import org.pledge.vault.CardService;
import org.pledge.vault.PaymentService;

/** Every service behind the operations. */
record Services(
        Live<Transactions> transactions,
        Live<AuditLog> audit,
        Live<CredentialService> credentials,
        Live<RepeatableRequests> repeatable,
        Live<ConsentService> consents,
        Live<SharingService> sharing,
        Live<NoticeService> notices,
        Live<CardService> cards,
        Live<PaymentService> payments,
        Live<RightsService> rights)
        implements AutoCloseable {

    static Services track(BundleContext context) {
        return new Services(
                Live.track(context, "store", Transactions.class),
                Live.track(context, "audit", AuditLog.class),
                Live.track(context, "access", CredentialService.class),
                Live.track(context, "access", RepeatableRequests.class),
                Live.track(context, "consent", ConsentService.class),
                Live.track(context, "sharing", SharingService.class),
                Live.track(context, "sharing", NoticeService.class),
                Live.track(context, "vault", CardService.class),
                Live.track(context, "vault", PaymentService.class),
                Live.track(context, "rights", RightsService.class));
    }

    @Override
    public void close() {
        List.of(transactions, audit, credentials, repeatable, consents, sharing, notices, cards, payments, rights)
                .forEach(Live::close);
    }
}
