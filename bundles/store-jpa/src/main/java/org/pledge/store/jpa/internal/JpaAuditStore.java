package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.audit.spi.AuditStore;
import org.pledge.database.Dialect;
import org.pledge.database.Work;

/**
 * Keeps leaves and their chain; in plain SQL, as every act passes here. A leaf waits in a row of its own, which is
 * written with the act; once it has its place, it stands in a block with others.
 */
@Component
public final class JpaAuditStore implements AuditStore {
    private static final int BLOCKS_AT_ONCE = 16;
    private static final String ADD = "insert into audit_leaf (tenant, content) values (?, ?)";
    private static final String ADD_ALL_POSTGRESQL =
            """
            insert into audit_leaf (tenant, content)
            select tenant, content from unnest(?, ?) with ordinality as leaf (tenant, content, place) order by place
            """;

    private static final String UNCHAINED =
            "select id, content from audit_leaf where tenant = ? order by tenant, id limit ?";
    private static final String FIRST_HEAD = "insert into audit_head (tenant) values (?)";
    private static final String LOCK_HEAD = "select tenant from audit_head where tenant = ? for update";
    private static final String ADD_BLOCK =
            "insert into audit_block (tenant, last_position, links, packed) values (?, ?, ?, ?)";
    private static final String NO_LONGER_UNCHAINED = "delete from audit_leaf where tenant = ? and id = ?";
    private static final String NONE_UNCHAINED_ANY_MORE = "delete from audit_leaf where tenant = ? and id = any (?)";
    /** Ordered by the whole key, without which H2 sorts all blocks of the tenant. */
    private static final String BLOCKS =
            """
            select last_position, links, packed from audit_block where tenant = ? and last_position >= ?
            order by tenant, last_position limit ?
            """;

    private static final String NEWEST =
            """
            select last_position, links, packed from audit_block where tenant = ? and last_position < ?
            order by tenant desc, last_position desc limit ?
            """;

    private static final String TENANTS = "select tenant from audit_head union select tenant from audit_leaf";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaAuditStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void add(TenantId tenant, byte[] content) {
        transactions.current().updateLater(ADD, tenant, content);
    }

    @Override
    public void addAll(TenantId tenant, List<byte[]> contents) {
        Work work = transactions.current();
        List<Object[]> rows =
                contents.stream().map(content -> new Object[] {tenant, content}).toList();
        if (work.dialect() == Dialect.POSTGRESQL) {
            work.updateColumns(ADD_ALL_POSTGRESQL, List.of("varchar", "bytea"), rows);
        } else {
            work.updateAll(ADD, rows);
        }
    }

    @Override
    public List<StoredLeaf> unchained(TenantId tenant, int limit) {
        return transactions
                .current()
                .query(
                        row -> new StoredLeaf(tenant, row.getLong("id"), row.getBytes("content")),
                        UNCHAINED,
                        tenant,
                        limit);
    }

    @Override
    public Optional<Link> lockHead(TenantId tenant) {
        Work work = transactions.current();
        if (work.queryOne(row -> row.getString(1), LOCK_HEAD, tenant).isEmpty()) {
            work.insertIfAbsent(FIRST_HEAD, tenant);
            work.queryOne(row -> row.getString(1), LOCK_HEAD, tenant).orElseThrow();
        }
        return newest(work, tenant, 1).stream().findFirst();
    }

    /** Waits for no disk of its own: a leaf keeps its row until its block is kept, and readers wait for the disk. */
    @Override
    public void link(TenantId tenant, List<Link> links) {
        Work work = transactions.current();
        work.updateAllDerived(
                ADD_BLOCK,
                AuditBlock.pack(links).stream()
                        .map(block -> new Object[] {tenant, block.lastPosition(), block.links(), block.packed()})
                        .toList());
        if (removed(work, tenant, links) != links.size()) {
            throw new IllegalStateException("a leaf has its place in the chain already");
        }
    }

    private static int removed(Work work, TenantId tenant, List<Link> links) {
        if (work.dialect() == Dialect.POSTGRESQL) {
            Object[] leaves = links.stream().map(Link::leafId).toArray(Long[]::new);
            return work.updateAllDerived(NONE_UNCHAINED_ANY_MORE, List.<Object[]>of(new Object[] {tenant, leaves}))[0];
        }
        // H2 looks through the whole array again for each row
        List<Object[]> leaves =
                links.stream().map(link -> new Object[] {tenant, link.leafId()}).toList();
        return IntStream.of(work.updateAllDerived(NO_LONGER_UNCHAINED, leaves)).sum();
    }

    @Override
    public List<Link> links(TenantId tenant, long fromPosition, int limit) {
        Work work = transactions.current();
        work.readsWhatMustBeDurable();
        List<Link> found = new ArrayList<>();
        long from = fromPosition;
        while (found.size() < limit) {
            List<AuditBlock> blocks = work.query(JpaAuditStore::block, BLOCKS, tenant, from, BLOCKS_AT_ONCE);
            if (blocks.isEmpty()) {
                break;
            }
            blocks.stream()
                    .flatMap(block -> block.unpack().stream())
                    .filter(link -> link.position() >= fromPosition)
                    .forEach(found::add);
            from = blocks.get(blocks.size() - 1).lastPosition() + 1;
        }
        return found.size() <= limit ? found : found.subList(0, limit);
    }

    @Override
    public List<Link> newest(TenantId tenant, int limit) {
        Work work = transactions.current();
        work.readsWhatMustBeDurable();
        return newest(work, tenant, limit);
    }

    private static List<Link> newest(Work work, TenantId tenant, int limit) {
        List<Link> found = new ArrayList<>();
        long before = Long.MAX_VALUE;
        while (found.size() < limit) {
            int most = Math.min(BLOCKS_AT_ONCE, limit - found.size());
            List<AuditBlock> blocks = work.query(JpaAuditStore::block, NEWEST, tenant, before, most);
            if (blocks.isEmpty()) {
                break;
            }
            for (AuditBlock block : blocks) {
                List<Link> links = new ArrayList<>(block.unpack());
                Collections.reverse(links);
                found.addAll(links);
            }
            before = blocks.get(blocks.size() - 1).lastPosition();
        }
        return found.size() <= limit ? found : found.subList(0, limit);
    }

    @Override
    public Set<TenantId> tenants() {
        return Set.copyOf(transactions.current().query(row -> new TenantId(row.getString(1)), TENANTS));
    }

    private static AuditBlock block(ResultSet row) throws SQLException {
        return new AuditBlock(row.getLong("last_position"), row.getInt("links"), row.getBytes("packed"));
    }
}
