package org.pledge.consent.internal;

import java.time.Clock;
import java.util.List;
import org.pledge.audit.AuditLog;
import org.pledge.consent.ConsentService;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;

/** Makes the consent service outside a container. */
public final class PlainConsents {
    private PlainConsents() {}

    /** The service as it runs, without withdrawal listeners. */
    public static ConsentService over(
            ConsentStore store,
            SubjectStore people,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions) {
        ConsentTable table = new ConsentTable(store, transactions);
        return new DefaultConsentService(
                table, store, people, policies, audit, transactions, List::of, Clock.systemUTC());
    }
}
