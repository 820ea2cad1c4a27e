package org.pledge.store.jpa.internal;

import java.time.Instant;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Work;
import org.pledge.rights.spi.EmailChangeStore;

/** Keeps new email addresses in plain SQL. */
@Component
public final class JpaEmailChangeStore implements EmailChangeStore {
    private static final String ADD =
            "insert into email_change (tenant, person, sealed, code, failures, expires) values (?, ?, ?, ?, ?, ?)";
    private static final String REMOVE_EXPIRED = "delete from email_change where tenant = ? and expires < ?";
    private static final String ONE = "select * from email_change where tenant = ? and person = ?";
    private static final String REMOVE = "delete from email_change where tenant = ? and person = ?";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaEmailChangeStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void putEmailChange(EmailChange change, Instant now) {
        work().update(REMOVE_EXPIRED, change.tenant(), now);
        removeEmailChange(change.tenant(), change.person());
        work().update(
                        ADD,
                        change.tenant(),
                        change.person(),
                        change.sealed(),
                        change.code(),
                        change.failures(),
                        change.expires());
    }

    @Override
    public Optional<EmailChange> emailChange(TenantId tenant, SubjectId person) {
        return work().queryOne(
                        row -> new EmailChange(
                                tenant,
                                person,
                                row.getBytes("sealed"),
                                row.getBytes("code"),
                                row.getInt("failures"),
                                Work.instant(row, "expires")),
                        ONE,
                        tenant,
                        person);
    }

    @Override
    public void removeEmailChange(TenantId tenant, SubjectId person) {
        work().update(REMOVE, tenant, person);
    }

    private Work work() {
        return transactions.current();
    }
}
