package org.pledge.sharing.internal;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import org.pledge.audit.AuditLog;
import org.pledge.consent.ConsentView;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.crypto.Sealer;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;

/** The sharing service outside a container, for requests that carry no values; nobody sends what it queues. */
public final class PlainSharing implements AutoCloseable {
    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final DefaultOutbox outbox;
    private final SharingService service;

    /** The service as it runs. */
    public PlainSharing(
            Transactions transactions,
            SharingStore store,
            NoticeStore notices,
            ConsentStore consentStore,
            ConsentView consents,
            PolicyService policies,
            AuditLog audit) {
        PartnerTable partners = new PartnerTable(transactions, store);
        DisclosureRules rules = new DisclosureRules(
                transactions,
                store,
                consentStore,
                consents,
                policies,
                partners,
                new DefaultGate(policies, consents, partners));
        outbox = new DefaultOutbox(
                transactions,
                store,
                notices,
                audit,
                absent(Sealer.class),
                absent(SubjectService.class),
                absent(SubjectStore.class),
                partners,
                rules,
                Clock.systemUTC(),
                new Timing(DAY, 1, MINUTE, MINUTE, MINUTE));
        service = new DefaultSharingService(
                transactions, store, audit, absent(Sealer.class), partners, rules, outbox, Clock.systemUTC(), DAY);
    }

    private static <T> T absent(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                PlainSharing.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                }));
    }

    /** The service. */
    public SharingService service() {
        return service;
    }

    @Override
    public void close() {
        outbox.close();
    }
}
