package org.pledge.store.vault.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.RowChange;
import org.pledge.database.Work;
import org.pledge.vault.Network;
import org.pledge.vault.spi.VaultStore.StoredCard;

/** A row of {@code card}. */
final class CardRow {
    private static final List<String> TYPES = List.of(
            "uuid",
            "uuid",
            "bytea",
            "varchar",
            "varchar",
            "date",
            "bool",
            "bytea",
            "bytea",
            "timestamptz",
            "varchar",
            "varchar");
    private static final String ADD_ONE =
            """
            insert into card (
                id, customer, lookup, network, last_four, expires, code_given, number_sealed, holder_sealed, stored,
                tenant, token)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String ADD_MANY =
            """
            insert into card (
                id, customer, lookup, network, last_four, expires, code_given, number_sealed, holder_sealed, stored,
                tenant, token)
            select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE_ONE =
            """
            update card set
                id = ?, customer = ?, lookup = ?, network = ?, last_four = ?, expires = ?, code_given = ?,
                number_sealed = ?, holder_sealed = ?, stored = ?
            where tenant = ? and token = ?
            """;
    private static final String REPLACE_MANY =
            """
            update card set
                id = row.id, customer = row.customer, lookup = row.lookup, network = row.network,
                last_four = row.last_four, expires = row.expires, code_given = row.code_given,
                number_sealed = row.number_sealed, holder_sealed = row.holder_sealed, stored = row.stored
            from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as row (
                id, customer, lookup, network, last_four, expires, code_given, number_sealed, holder_sealed, stored,
                tenant, token)
            where card.tenant = row.tenant and card.token = row.token
            """;
    static final RowChange ADD = new RowChange(ADD_ONE, ADD_MANY, TYPES, 2);
    static final RowChange REPLACE = new RowChange(REPLACE_ONE, REPLACE_MANY, TYPES, 2);

    private CardRow() {}

    /** In the order of all statements. */
    static Object[] columns(StoredCard card) {
        return new Object[] {
            card.id(),
            card.customer(),
            card.lookup(),
            card.network(),
            card.lastFour(),
            day(card.expires()),
            card.securityCodeGiven(),
            card.number(),
            card.holder(),
            card.stored(),
            card.tenant(),
            card.token()
        };
    }

    /** What stands for a month. */
    static LocalDate day(YearMonth month) {
        return month.atDay(1);
    }

    static StoredCard read(ResultSet row) throws SQLException {
        return new StoredCard(
                new TenantId(row.getString("tenant")),
                row.getObject("id", UUID.class),
                row.getString("token"),
                SubjectId.of(row.getObject("customer", UUID.class)),
                row.getBytes("lookup"),
                Network.valueOf(row.getString("network")),
                row.getString("last_four"),
                YearMonth.from(row.getObject("expires", LocalDate.class)),
                row.getBoolean("code_given"),
                row.getBytes("number_sealed"),
                row.getBytes("holder_sealed"),
                Work.instant(row, "stored"));
    }
}
