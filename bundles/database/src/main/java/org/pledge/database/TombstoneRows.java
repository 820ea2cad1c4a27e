package org.pledge.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pledge.TenantId;
import org.pledge.crypto.spi.TombstoneStore.Kind;
import org.pledge.crypto.spi.TombstoneStore.Tombstone;

/** The table of tombstones, which both databases have. */
public final class TombstoneRows {
    private static final String PUT =
            "insert into tombstone (tenant, token, destroyed, kind, kept, unrecorded) values (?, ?, ?, ?, ?, false)";
    private static final String OR_REPLACE =
            """
             on conflict (tenant, token) do update
            set destroyed = excluded.destroyed, kind = excluded.kind, kept = excluded.kept where tombstone.kind <> 'ENDED'
            """;
    private static final String REPLACE =
            """
            update tombstone set destroyed = ?, kind = ?, kept = ? where tenant = ? and token = ? and kind <> 'ENDED'
            """;
    private static final String UNRECORDED = "update tombstone set unrecorded = true where tenant = ? and token = ?";
    private static final String RECORDED = "update tombstone set unrecorded = false where tenant = ? and token = ?";
    private static final String FROM_THE_FIRST = "select * from tombstone order by tenant, token limit ?";
    private static final String AFTER =
            """
            select * from tombstone where tenant > ? or tenant = ? and token > ?
            order by tenant, token limit ?
            """;
    /** Locked, so that one of several nodes records each. */
    private static final String WAITING =
            """
            select * from tombstone where unrecorded and not (tenant = any (?)) order by tenant, token limit ? for update
            """;

    private TombstoneRows() {}

    /** Keeps one; on PostgreSQL without a round trip of its own. */
    public static void put(Work work, Tombstone tombstone) {
        String kept = Names.join(tombstone.kept());
        Object[] columns = {tombstone.tenant(), tombstone.token(), tombstone.destroyed(), tombstone.kind(), kept};
        if (work.dialect() == Dialect.POSTGRESQL) {
            work.updateLater(PUT + OR_REPLACE, columns);
        } else if (!work.insertIfAbsent(PUT, columns)) {
            work.update(REPLACE, tombstone.destroyed(), tombstone.kind(), kept, tombstone.tenant(), tombstone.token());
        }
    }

    /** Keeps one as unrecorded. */
    public static void putUnrecorded(Work work, Tombstone tombstone) {
        put(work, tombstone);
        work.update(UNRECORDED, tombstone.tenant(), tombstone.token());
    }

    /** The next ones. */
    public static List<Tombstone> list(Work work, Optional<Tombstone> after, int limit) {
        return after.isEmpty()
                ? work.query(TombstoneRows::read, FROM_THE_FIRST, limit)
                : work.query(
                        TombstoneRows::read,
                        AFTER,
                        after.get().tenant(),
                        after.get().tenant(),
                        after.get().token(),
                        limit);
    }

    /** Those that are unrecorded. */
    public static List<Tombstone> unrecorded(Work work, int limit, Set<TenantId> without) {
        return work.query(
                TombstoneRows::read,
                WAITING,
                without.stream().map(TenantId::value).toArray(String[]::new),
                limit);
    }

    /** One is recorded. */
    public static void recorded(Work work, Tombstone tombstone) {
        work.update(RECORDED, tombstone.tenant(), tombstone.token());
    }

    private static Tombstone read(ResultSet row) throws SQLException {
        Instant destroyed = Work.instant(row, "destroyed");
        return new Tombstone(
                new TenantId(row.getString("tenant")),
                row.getString("token"),
                destroyed,
                Kind.valueOf(row.getString("kind")),
                Names.set(row.getString("kept")));
    }
}
