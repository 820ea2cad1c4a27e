package org.pledge.store.vault.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.database.Names;
import org.pledge.database.RowChange;
import org.pledge.database.Work;
import org.pledge.vault.spi.VaultStore.Event;

/** A row of {@code vault_event}. */
final class EventRow {
    private static final String ADD_ONE =
            """
            insert into vault_event (
                tenant, token, happened, act, actor, subject, promises, details, id, relayed)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, false)
            """;
    /** Their sequence is given in their order. */
    private static final String ADD_MANY =
            """
            insert into vault_event (
                tenant, token, happened, act, actor, subject, promises, details, id, relayed)
            select tenant, token, happened, act, actor, subject, promises, details, id, false
            from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?) with ordinality as row (
                tenant, token, happened, act, actor, subject, promises, details, id, place)
            order by place
            """;

    static final RowChange ADD = new RowChange(
            ADD_ONE,
            ADD_MANY,
            List.of("varchar", "varchar", "timestamptz", "varchar", "varchar", "uuid", "varchar", "varchar", "uuid"),
            1);

    private EventRow() {}

    static Object[] columns(Event event) {
        Leaf leaf = event.leaf();
        return new Object[] {
            leaf.tenant(),
            event.token(),
            leaf.at(),
            leaf.act(),
            leaf.actor(),
            leaf.subject(),
            Names.joinInOrder(leaf.promises()),
            Names.joinPairs(leaf.details()),
            event.id()
        };
    }

    static Object[] key(Event event) {
        return new Object[] {event.leaf().tenant(), event.token(), event.sequence()};
    }

    /** Those of several, each column an array. */
    static Object[] keys(List<Event> events) {
        return new Object[] {
            events.stream().map(event -> event.leaf().tenant().value()).toArray(String[]::new),
            events.stream().map(Event::token).toArray(String[]::new),
            events.stream().map(Event::sequence).toArray(Long[]::new)
        };
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
