package org.pledge.store.vault.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.RowChange;
import org.pledge.database.Work;
import org.pledge.vault.RevealService.Request;
import org.pledge.vault.RevealService.State;
import org.pledge.vault.RevealService.Type;

/** A row of {@code reveal_request}, where it is looked at and used up: entities cost a reveal more than all the rest. */
final class RequestRow {
    static final String LOCK = "select * from reveal_request where tenant = ? and id = ? for update";
    static final String SOME = "select * from reveal_request where tenant = ? and id = any (?::uuid[])";
    static final String LOCK_MANY = SOME + " order by id for update";
    static final String REPLACE_ONE =
            """
            update reveal_request set
                token = ?, customer = ?, kind = ?, ticket = ?, state = ?, opened = ?, expires = ?, opened_by = ?,
                approved_by = ?, used = ?
            where tenant = ? and id = ?
            """;
    private static final String REPLACE_MANY =
            """
            update reveal_request set
                token = row.token, customer = row.customer, kind = row.kind, ticket = row.ticket, state = row.state,
                opened = row.opened, expires = row.expires, opened_by = row.opened_by,
                approved_by = row.approved_by, used = row.used
            from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as row (
                token, customer, kind, ticket, state, opened, expires, opened_by, approved_by, used, tenant, id)
            where reveal_request.tenant = row.tenant and reveal_request.id = row.id
            """;
    static final RowChange REPLACE = new RowChange(
            REPLACE_ONE,
            REPLACE_MANY,
            List.of(
                    "varchar",
                    "uuid",
                    "varchar",
                    "varchar",
                    "varchar",
                    "timestamptz",
                    "timestamptz",
                    "varchar",
                    "varchar",
                    "timestamptz",
                    "varchar",
                    "uuid"),
            2);

    private RequestRow() {}

    static Object[] columns(Request request) {
        return new Object[] {
            request.token(),
            request.customer(),
            request.type(),
            request.ticket(),
            request.state(),
            request.opened(),
            request.expires(),
            request.openedBy(),
            request.approvedBy(),
            request.used(),
            request.tenant(),
            request.id()
        };
    }

    static Request read(ResultSet row) throws SQLException {
        return new Request(
                new TenantId(row.getString("tenant")),
                row.getObject("id", UUID.class),
                row.getString("token"),
                SubjectId.of(row.getObject("customer", UUID.class)),
                Type.valueOf(row.getString("kind")),
                row.getString("ticket"),
                State.valueOf(row.getString("state")),
                Work.instant(row, "opened"),
                Work.instant(row, "expires"),
                row.getString("opened_by"),
                Optional.ofNullable(row.getString("approved_by")),
                Work.optionalInstant(row, "used"));
    }
}
