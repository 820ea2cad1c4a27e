package org.pledge.store.vault.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.TenantId;
import org.pledge.database.RowChange;
import org.pledge.database.Work;
import org.pledge.vault.PaymentService.Kind;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;

/** A row of {@code payment}. */
final class PaymentRow {
    static final String ADD =
            """
            insert into payment (
                kind, parent, token, amount, currency, reference, state, code_match, address_match, reason, created,
                changed, evidence_until, tenant, id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE_ONE =
            """
            update payment set
                kind = ?, parent = ?, token = ?, amount = ?, currency = ?, reference = ?, state = ?, code_match = ?,
                address_match = ?, reason = ?, created = ?, changed = ?, evidence_until = ?
            where tenant = ? and id = ?
            """;
    private static final String REPLACE_MANY =
            """
            update payment set
                kind = row.kind, parent = row.parent, token = row.token, amount = row.amount, currency = row.currency,
                reference = row.reference, state = row.state, code_match = row.code_match,
                address_match = row.address_match, reason = row.reason, created = row.created, changed = row.changed,
                evidence_until = row.evidence_until
            from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as row (
                kind, parent, token, amount, currency, reference, state, code_match, address_match, reason, created,
                changed, evidence_until, tenant, id)
            where payment.tenant = row.tenant and payment.id = row.id
            """;
    static final RowChange REPLACE = new RowChange(
            REPLACE_ONE,
            REPLACE_MANY,
            List.of(
                    "varchar",
                    "uuid",
                    "varchar",
                    "int8",
                    "varchar",
                    "varchar",
                    "varchar",
                    "varchar",
                    "varchar",
                    "varchar",
                    "timestamptz",
                    "timestamptz",
                    "timestamptz",
                    "varchar",
                    "uuid"),
            2);

    private PaymentRow() {}

    /** In the order of all statements. */
    static Object[] columns(Payment payment) {
        return new Object[] {
            payment.kind(),
            payment.parent(),
            payment.token(),
            payment.amount(),
            payment.currency(),
            payment.reference(),
            payment.state(),
            payment.code(),
            payment.addressMatch(),
            payment.reason(),
            payment.created(),
            payment.changed(),
            payment.evidenceUntil(),
            payment.tenant(),
            payment.id()
        };
    }

    static Payment read(ResultSet row) throws SQLException {
        return new Payment(
                new TenantId(row.getString("tenant")),
                row.getObject("id", UUID.class),
                Kind.valueOf(row.getString("kind")),
                Optional.ofNullable(row.getObject("parent", UUID.class)),
                row.getString("token"),
                row.getLong("amount"),
                row.getString("currency"),
                row.getString("reference"),
                State.valueOf(row.getString("state")),
                row.getString("code_match"),
                row.getString("address_match"),
                row.getString("reason"),
                Work.instant(row, "created"),
                Work.instant(row, "changed"),
                Work.optionalInstant(row, "evidence_until"));
    }
}
