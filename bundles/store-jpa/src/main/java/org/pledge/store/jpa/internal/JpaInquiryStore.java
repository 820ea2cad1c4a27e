package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Work;
import org.pledge.inquiry.InquiryService.Inquiry;
import org.pledge.inquiry.spi.InquiryStore;

/** Keeps inquiries in plain SQL. */
@Component
public final class JpaInquiryStore implements InquiryStore {
    private static final String ADD =
            """
            insert into inquiry (subject, opened, opened_by, closed, closed_by, tenant, id)
            values (?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE =
            """
            update inquiry set subject = ?, opened = ?, opened_by = ?, closed = ?, closed_by = ?
            where tenant = ? and id = ?
            """;
    private static final String ONE = "select * from inquiry where tenant = ? and id = ?";
    private static final String OF_SUBJECT =
            "select * from inquiry where tenant = ? and subject = ? order by tenant, subject, opened, id";

    private static final String COUNT_CLOSED = "select count(*) from inquiry where tenant = ? and closed <= ?";
    private static final String REMOVE_CLOSED =
            """
            delete from inquiry where tenant = ? and id in (
                select id from inquiry where tenant = ? and closed <= ? order by closed limit ?)
            """;

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaInquiryStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void putInquiry(Inquiry inquiry) {
        Object[] columns = {
            inquiry.subject(),
            inquiry.opened(),
            inquiry.openedBy(),
            inquiry.closed(),
            inquiry.closedBy(),
            inquiry.tenant(),
            inquiry.id()
        };
        Work work = transactions.current();
        if (work.update(REPLACE, columns) == 0) {
            work.update(ADD, columns);
        }
    }

    @Override
    public Optional<Inquiry> inquiry(TenantId tenant, UUID id) {
        return transactions.current().queryOne(JpaInquiryStore::inquiry, ONE, tenant, id);
    }

    @Override
    public List<Inquiry> inquiries(TenantId tenant, SubjectId subject) {
        return transactions.current().query(JpaInquiryStore::inquiry, OF_SUBJECT, tenant, subject);
    }

    private static Inquiry inquiry(ResultSet row) throws SQLException {
        return new Inquiry(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant")),
                SubjectId.of(row.getObject("subject", UUID.class)),
                Work.instant(row, "opened"),
                row.getString("opened_by"),
                Work.optionalInstant(row, "closed"),
                Optional.ofNullable(row.getString("closed_by")));
    }

    @Override
    public long countClosed(TenantId tenant, Instant before) {
        return transactions
                .current()
                .queryOne(row -> row.getLong(1), COUNT_CLOSED, tenant, before)
                .orElse(0L);
    }

    @Override
    public int removeClosed(TenantId tenant, Instant before, int limit) {
        return transactions.current().update(REMOVE_CLOSED, tenant, tenant, before, limit);
    }
}
