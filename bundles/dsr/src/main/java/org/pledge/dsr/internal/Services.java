package org.pledge.dsr.internal;

import java.util.List;
import org.osgi.framework.BundleContext;
import org.pledge.access.CredentialService;
import org.pledge.audit.AuditLog;
import org.pledge.crypto.LookupTokens;
import org.pledge.rights.RightsService;
import org.pledge.rights.spi.ExternalRequestStore;
import org.pledge.rights.spi.StatusCallbackStore;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.spi.PartnerLine;
import org.pledge.store.Transactions;

/** Every service behind the resources. */
record Services(
        Live<Transactions> transactions,
        Live<ExternalRequestStore> externals,
        Live<AuditLog> audit,
        Live<LookupTokens> tokens,
        Live<CredentialService> credentials,
        Live<RightsService> rights,
        Live<NoticeService> notices,
        Live<StatusCallbackStore> callbacks,
        Live<PartnerService> partners,
        Live<PartnerLine> line)
        implements AutoCloseable {

    static Services track(BundleContext context) {
        return new Services(
                Live.track(context, "store", Transactions.class),
                Live.track(context, "store", ExternalRequestStore.class),
                Live.track(context, "audit", AuditLog.class),
                Live.track(context, "crypto", LookupTokens.class),
                Live.track(context, "access", CredentialService.class),
                Live.track(context, "rights", RightsService.class),
                Live.track(context, "sharing", NoticeService.class),
                Live.track(context, "store", StatusCallbackStore.class),
                Live.track(context, "sharing", PartnerService.class),
                Live.track(context, "routes", PartnerLine.class));
    }

    @Override
    public void close() {
        List.of(transactions, externals, audit, tokens, credentials, rights, notices, callbacks, partners, line)
                .forEach(Live::close);
    }
}
