package org.pledge.store.vault.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Work;
import org.pledge.vault.Network;
import org.pledge.vault.spi.VaultStore.StoredCard;

/** A row of {@code card}. */
final class CardRow {
    static final String ADD =
            """
            insert into card (
                id, customer, lookup, network, last_four, expires, code_given, number_sealed, holder_sealed, stored,
                tenant, token)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    static final String REPLACE =
            """
            update card set
                id = ?, customer = ?, lookup = ?, network = ?, last_four = ?, expires = ?, code_given = ?,
                number_sealed = ?, holder_sealed = ?, stored = ?
            where tenant = ? and token = ?
            """;

    private CardRow() {}

    /** In the order of both statements. */
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
