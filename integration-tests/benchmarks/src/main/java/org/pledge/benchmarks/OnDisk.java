package org.pledge.benchmarks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.pledge.audit.internal.DefaultAuditLog;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentService.Grant;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Receipt;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.consent.internal.PlainConsents;
import org.pledge.policy.internal.DefaultPolicyService;
import org.pledge.store.jpa.internal.JpaAuditStore;
import org.pledge.store.jpa.internal.JpaConsentStore;
import org.pledge.store.jpa.internal.JpaPolicyStore;
import org.pledge.store.jpa.internal.JpaSubjectStore;
import org.pledge.store.jpa.internal.JpaTransactions;
import org.pledge.store.jpa.internal.OpenDatabase;
import org.pledge.subject.spi.SubjectStore;

/** Our consent service over a database, put together as the container does it. */
final class OnDisk implements AutoCloseable {
    private static final int PEOPLE = 1_000_000;
    private static final Grant GRANT = new Grant(
            People.PURPOSE,
            People.PARTNERS.get(0),
            Set.of("email"),
            Level.OPT_IN,
            Optional.empty(),
            new Wording("web", "w-1", "00".repeat(32)));

    private final OpenUnit unit;
    private final DefaultAuditLog audit;
    private final ConsentService consents;

    OnDisk(String url, String user, Path packs) {
        unit = new OpenUnit(url, user, "pledge", OpenDatabase::open);
        JpaTransactions transactions = new JpaTransactions(unit.database());
        audit = new DefaultAuditLog(transactions, new JpaAuditStore(transactions));
        DefaultPolicyService policies = new DefaultPolicyService(transactions, new JpaPolicyStore(transactions), audit);
        Korax.install(policies, packs);
        consents = PlainConsents.over(
                new JpaConsentStore(transactions),
                asked(new JpaSubjectStore(transactions)),
                policies,
                audit,
                transactions);
    }

    /** The people of this benchmark are not registered: the database is asked for each, and the answer taken for a yes. */
    static SubjectStore asked(SubjectStore people) {
        return (SubjectStore) Proxy.newProxyInstance(
                SubjectStore.class.getClassLoader(),
                new Class<?>[] {SubjectStore.class},
                (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(people, arguments);
                        return answer instanceof Boolean ? true : arguments[1];
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Records consent of one random person after the other; each call returns when it is durable and audited. */
    Callable<Receipt> client(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return () -> consents.grant(Korax.OPERATOR, People.person(random.nextInt(PEOPLE)), GRANT);
    }

    @Override
    public void close() {
        audit.deactivate();
        unit.close();
    }
}
