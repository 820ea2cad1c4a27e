package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.audit.spi.AuditStore;

/** Keeps leaves and their chain; in plain SQL, as every act passes here. */
@Component
public final class JpaAuditStore implements AuditStore {
    private static final String ADD_POSTGRESQL =
            """
            with added as (insert into audit_leaf (tenant, content) values (?, ?) returning tenant, id)
            insert into audit_unchained (tenant, leaf) select tenant, id from added
            """;
    private static final String ADD_H2 =
            """
            insert into audit_unchained (tenant, leaf)
            select tenant, id from final table (insert into audit_leaf (tenant, content) values (?, ?))
            """;
    private static final String UNCHAINED =
            """
            select l.tenant, l.id, l.content
            from audit_unchained u join audit_leaf l on l.tenant = u.tenant and l.id = u.leaf
            order by u.tenant, u.leaf limit ?
            """;
    private static final String FIRST_HEAD = "insert into audit_head (tenant) values (?)";
    private static final String LOCK_HEAD = "select tenant from audit_head where tenant = ? for update";
    private static final String LINK = "insert into audit_link (tenant, position, leaf, chain) values (?, ?, ?, ?)";
    private static final String NO_LONGER_UNCHAINED = "delete from audit_unchained where tenant = ? and leaf = ?";
    private static final String LINKS =
            """
            select k.position, k.leaf, k.chain, l.content
            from audit_link k join audit_leaf l on l.tenant = k.tenant and l.id = k.leaf
            where k.tenant = ? and k.position >= ? order by k.position limit ?
            """;
    /** Ordered by the whole key, without which H2 sorts all links of the tenant to find the last one. */
    private static final String NEWEST =
            """
            select k.position, k.leaf, k.chain, l.content
            from audit_link k join audit_leaf l on l.tenant = k.tenant and l.id = k.leaf
            where k.tenant = ? order by k.tenant desc, k.position desc limit ?
            """;

    private static final String TENANTS = "select tenant from audit_head union select tenant from audit_unchained";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaAuditStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void add(TenantId tenant, byte[] content) {
        Work work = transactions.current();
        work.updateLater(work.dialect() == Dialect.POSTGRESQL ? ADD_POSTGRESQL : ADD_H2, tenant, content);
    }

    @Override
    public List<StoredLeaf> unchained(int limit) {
        return transactions
                .current()
                .query(
                        row -> new StoredLeaf(
                                new TenantId(row.getString("tenant")), row.getLong("id"), row.getBytes("content")),
                        UNCHAINED,
                        limit);
    }

    @Override
    public Optional<Link> lockHead(TenantId tenant) {
        Work work = transactions.current();
        if (work.queryOne(row -> row.getString(1), LOCK_HEAD, tenant).isEmpty()) {
            work.insertIfAbsent(FIRST_HEAD, tenant);
            work.queryOne(row -> row.getString(1), LOCK_HEAD, tenant).orElseThrow();
        }
        return work.queryOne(JpaAuditStore::link, NEWEST, tenant, 1);
    }

    /** Waits for no disk of its own: links are derived from leaves, and whoever reads them waits for theirs. */
    @Override
    public void link(TenantId tenant, List<Link> links) {
        Work work = transactions.current();
        work.updateAllDerived(
                LINK,
                links.stream()
                        .map(link -> new Object[] {tenant, link.position(), link.leafId(), link.chain()})
                        .toList());
        int[] removed = work.updateAllDerived(
                NO_LONGER_UNCHAINED,
                links.stream().map(link -> new Object[] {tenant, link.leafId()}).toList());
        for (int count : removed) {
            if (count == 0) {
                throw new IllegalStateException("a leaf has its place in the chain already");
            }
        }
    }

    @Override
    public List<Link> links(TenantId tenant, long fromPosition, int limit) {
        Work work = transactions.current();
        work.readsWhatMustBeDurable();
        return work.query(JpaAuditStore::link, LINKS, tenant, fromPosition, limit);
    }

    @Override
    public List<Link> newest(TenantId tenant, int limit) {
        Work work = transactions.current();
        work.readsWhatMustBeDurable();
        return work.query(JpaAuditStore::link, NEWEST, tenant, limit);
    }

    @Override
    public Set<TenantId> tenants() {
        return Set.copyOf(transactions.current().query(row -> new TenantId(row.getString(1)), TENANTS));
    }

    private static Link link(ResultSet row) throws SQLException {
        return new Link(row.getLong("position"), row.getLong("leaf"), row.getBytes("content"), row.getBytes("chain"));
    }
}
