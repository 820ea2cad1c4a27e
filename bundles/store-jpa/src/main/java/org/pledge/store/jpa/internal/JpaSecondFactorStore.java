package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.access.spi.SecondFactorStore;
import org.pledge.database.Work;

/** Keeps second factors in plain SQL. */
@Component
public final class JpaSecondFactorStore implements SecondFactorStore {
    private static final String ADD =
            """
            insert into second_factor
                (sealed_under, secret, enrolled, confirmed, last_step, wrong, locked_until, tenant, holder)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE =
            """
            update second_factor set
                sealed_under = ?, secret = ?, enrolled = ?, confirmed = ?, last_step = ?, wrong = ?, locked_until = ?
            where tenant = ? and holder = ?
            """;
    private static final String ONE = "select * from second_factor where tenant = ? and holder = ? for update";
    private static final String REMOVE = "delete from second_factor where tenant = ? and holder = ?";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaSecondFactorStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Optional<StoredFactor> lockFactor(TenantId tenant, String holder) {
        return transactions.current().queryOne(JpaSecondFactorStore::factor, ONE, tenant, holder);
    }

    @Override
    public void putFactor(StoredFactor factor) {
        Object[] columns = {
            factor.key(),
            factor.secret(),
            factor.enrolled(),
            factor.confirmed(),
            factor.lastStep(),
            factor.wrong(),
            factor.lockedUntil(),
            factor.tenant(),
            factor.holder()
        };
        Work work = transactions.current();
        if (work.update(REPLACE, columns) == 0 && !work.insertIfAbsent(ADD, columns)) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "a second factor was enrolled meanwhile")
                    .remedy("Confirm that one, or enrol again to replace it.");
        }
    }

    @Override
    public boolean removeFactor(TenantId tenant, String holder) {
        return transactions.current().update(REMOVE, tenant, holder) == 1;
    }

    private static StoredFactor factor(ResultSet row) throws SQLException {
        return new StoredFactor(
                new TenantId(row.getString("tenant")),
                row.getString("holder"),
                SubjectId.of(row.getObject("sealed_under", UUID.class)),
                row.getBytes("secret"),
                Work.instant(row, "enrolled"),
                Work.optionalInstant(row, "confirmed"),
                row.getLong("last_step"),
                row.getInt("wrong"),
                Work.optionalInstant(row, "locked_until"));
    }
}
