package org.pledge.store.vault.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.database.Names;
import org.pledge.database.Work;
import org.pledge.vault.spi.VaultStore.Event;

/** A row of {@code vault_event}. */
final class EventRow {
    static final String ADD =
            """
            insert into vault_event (
                tenant, token, id, happened, act, actor, subject, promises, details, relayed)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, false)
            """;

    private EventRow() {}

    static Object[] columns(Event event) {
        Leaf leaf = event.leaf();
        return new Object[] {
            leaf.tenant(),
            event.token(),
            event.id(),
            leaf.at(),
            leaf.act(),
            leaf.actor(),
            leaf.subject(),
            Names.joinInOrder(leaf.promises()),
            Names.joinPairs(leaf.details())
        };
    }

    static Object[] key(Event event) {
        return new Object[] {event.leaf().tenant(), event.token(), event.sequence()};
    }

    static Event read(ResultSet row) throws SQLException {
        return new Event(
                row.getLong("sequence"),
                row.getObject("id", UUID.class),
                row.getString("token"),
                new Leaf(
                        new TenantId(row.getString("tenant")),
                        Work.instant(row, "happened"),
                        Act.valueOf(row.getString("act")),
                        row.getString("actor"),
                        Optional.ofNullable(row.getObject("subject", UUID.class))
                                .map(SubjectId::of),
                        Names.list(row.getString("promises")),
                        Names.pairs(row.getString("details"))));
    }
}
