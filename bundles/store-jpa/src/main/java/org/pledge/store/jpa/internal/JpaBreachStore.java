package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Names;
import org.pledge.database.Work;
import org.pledge.rights.BreachService.Breach;
import org.pledge.rights.BreachService.NewBreach;
import org.pledge.rights.BreachService.Reason;
import org.pledge.rights.BreachService.State;
import org.pledge.rights.spi.BreachStore;

/** Keeps breaches in plain SQL. */
@Component
public final class JpaBreachStore implements BreachStore {
    private static final String ADD =
            """
            insert into breach (partner, possible_from, possible_until, categories, discovered, reported, reported_by,
                state, reason, changed, law, notify_by, overdue, tenant, id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE =
            """
            update breach set partner = ?, possible_from = ?, possible_until = ?, categories = ?, discovered = ?,
                reported = ?, reported_by = ?, state = ?, reason = ?, changed = ?, law = ?, notify_by = ?, overdue = ?
            where tenant = ? and id = ?
            """;
    private static final String ONE = "select * from breach where tenant = ? and id = ?";
    private static final String ALL = "select * from breach where tenant = ? order by notify_by, id limit ?";
    private static final String NOT_ENDED =
            """
            select * from breach where tenant = ? and state not in ('CLOSED', 'DISMISSED')
            order by notify_by, id limit ?
            """;
    private static final String AFFECTED =
            """
            select distinct subject from disclosure
            where tenant = ? and partner = ? and attempts > 0 and created < ? and subject > ? and (%s)
            order by subject limit ?
            """;
    private static final UUID FIRST = new UUID(0, 0);
    private static final String TELL = "insert into breach_told (tenant, breach, person) values (?, ?, ?)";
    private static final String FORGET = "delete from breach_told where tenant = ? and breach = ? and person = ?";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaBreachStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void putBreach(Breach breach) {
        Object[] columns = {
            breach.what().partner(),
            breach.what().from(),
            breach.what().until(),
            Names.join(breach.what().categories()),
            breach.what().discovered(),
            breach.reported(),
            breach.reportedBy(),
            breach.state(),
            breach.reason(),
            breach.changed(),
            breach.law(),
            breach.notifyBy(),
            breach.overdue(),
            breach.tenant(),
            breach.id()
        };
        Work work = transactions.current();
        if (work.update(REPLACE, columns) == 0) {
            work.update(ADD, columns);
        }
    }

    @Override
    public Optional<Breach> breach(TenantId tenant, UUID id) {
        return transactions.current().queryOne(JpaBreachStore::breach, ONE, tenant, id);
    }

    @Override
    public Optional<Breach> lockBreach(TenantId tenant, UUID id) {
        return transactions.current().queryOne(JpaBreachStore::breach, ONE + " for update", tenant, id);
    }

    @Override
    public List<Breach> breaches(TenantId tenant, boolean ended, int limit) {
        return transactions.current().query(JpaBreachStore::breach, ended ? ALL : NOT_ENDED, tenant, limit);
    }

    @Override
    public List<SubjectId> affected(
            TenantId tenant,
            String partner,
            Set<String> categories,
            Instant until,
            Optional<SubjectId> after,
            int limit) {
        if (categories.isEmpty()) {
            return List.of();
        }
        String anyOf =
                categories.stream().map(any -> "' ' || fields || ' ' like ?").collect(Collectors.joining(" or "));
        List<Object> parameters = new ArrayList<>(
                List.of(tenant, partner, until, after.map(SubjectId::toUuid).orElse(FIRST)));
        categories.forEach(category -> parameters.add("% " + category + " %"));
        parameters.add(limit);
        return transactions
                .current()
                .query(
                        row -> SubjectId.of(row.getObject("subject", UUID.class)),
                        String.format(AFFECTED, anyOf),
                        parameters.toArray());
    }

    @Override
    public boolean addTold(TenantId tenant, UUID breach, SubjectId person) {
        return transactions.current().insertIfAbsent(TELL, tenant, breach, person);
    }

    @Override
    public void removeTold(TenantId tenant, UUID breach, SubjectId person) {
        transactions.current().update(FORGET, tenant, breach, person);
    }

    private static Breach breach(ResultSet row) throws SQLException {
        return new Breach(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant")),
                new NewBreach(
                        row.getString("partner"),
                        Work.instant(row, "possible_from"),
                        Work.instant(row, "possible_until"),
                        Names.set(row.getString("categories")),
                        Work.instant(row, "discovered")),
                Work.instant(row, "reported"),
                row.getString("reported_by"),
                State.valueOf(row.getString("state")),
                Optional.ofNullable(row.getString("reason")).map(Reason::valueOf),
                Work.instant(row, "changed"),
                row.getString("law"),
                Work.instant(row, "notify_by"),
                row.getBoolean("overdue"));
    }
}
