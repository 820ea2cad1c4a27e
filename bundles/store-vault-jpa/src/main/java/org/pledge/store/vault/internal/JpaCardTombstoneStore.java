package org.pledge.store.vault.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.crypto.spi.TombstoneStore;
import org.pledge.database.TombstoneRows;
import org.pledge.database.Work;

/** Keeps tombstones of cards' keys, and removes cards and evidence that came back. */
@Component(property = "unit=pledge-vault")
public final class JpaCardTombstoneStore implements TombstoneStore {
    private static final String OWNERS =
            """
            select k.tenant, k.card, coalesce(c.customer, e.customer)
            from card_key k
            left join card c on c.tenant = k.tenant and c.id = k.card
            left join evidence e on e.tenant = k.tenant and e.id = k.card
            where k.tenant > ? or k.tenant = ? and k.card > ?
            order by k.tenant, k.card limit ?
            """;
    private static final List<String> REMOVE = List.of(
            "delete from card where tenant = ? and id = ?",
            "delete from evidence_part where tenant = ? and evidence = ?",
            "delete from evidence where tenant = ? and id = ?",
            "delete from card_key where tenant = ? and card = ?");
    private static final UUID FIRST = new UUID(0, 0);

    private final JpaVaultTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaCardTombstoneStore(@Reference JpaVaultTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void put(Tombstone tombstone) {
        TombstoneRows.put(work(), tombstone);
    }

    @Override
    public List<Tombstone> tombstones(Optional<Tombstone> after, int limit) {
        return TombstoneRows.list(work(), after, limit);
    }

    @Override
    public List<Owner> owners(Optional<Owner> after, int limit) {
        String tenant = after.map(owner -> owner.tenant().value()).orElse("");
        UUID id = after.map(Owner::id).orElse(FIRST);
        return work().query(JpaCardTombstoneStore::owner, OWNERS, tenant, tenant, id, limit);
    }

    private static Owner owner(ResultSet row) throws SQLException {
        return new Owner(
                new TenantId(row.getString(1)),
                row.getObject(2, UUID.class),
                Optional.ofNullable(row.getObject(3, UUID.class)));
    }

    @Override
    public void removeRestored(Owner owner, Tombstone tombstone) {
        REMOVE.forEach(sql -> work().update(sql, owner.tenant(), owner.id()));
        TombstoneRows.putUnrecorded(work(), tombstone);
    }

    @Override
    public List<Tombstone> unrecorded(int limit, Set<TenantId> without) {
        return TombstoneRows.unrecorded(work(), limit, without);
    }

    @Override
    public void recorded(Tombstone tombstone) {
        TombstoneRows.recorded(work(), tombstone);
    }

    private Work work() {
        return transactions.current();
    }
}
