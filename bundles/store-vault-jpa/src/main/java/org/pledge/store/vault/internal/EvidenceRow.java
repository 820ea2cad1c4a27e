package org.pledge.store.vault.internal;

import java.io.ByteArrayOutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Work;
import org.pledge.vault.EvidenceService.Evidence;
import org.pledge.vault.EvidenceService.Type;
import org.pledge.vault.spi.VaultStore.StoredEvidence;

/** A row of {@code evidence}, and those of {@code evidence_part}, which are no longer than H2 takes a value. */
final class EvidenceRow {
    static final int LONGEST_PART = 1 << 19;
    static final String ADD =
            """
            insert into evidence (
                tenant, id, chargeback, token, customer, kind, bytes, sha256, added, added_by, keep_until)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    static final String ADD_PART = "insert into evidence_part (tenant, evidence, part, content) values (?, ?, ?, ?)";

    private EvidenceRow() {}

    /** In the order of the statement. */
    static Object[] columns(StoredEvidence stored) {
        Evidence evidence = stored.evidence();
        return new Object[] {
            evidence.tenant(),
            evidence.id(),
            evidence.chargeback(),
            stored.token(),
            stored.customer(),
            evidence.type(),
            evidence.size(),
            evidence.sha256(),
            evidence.added(),
            evidence.by(),
            evidence.until()
        };
    }

    /** In the order of the statement, for each part. */
    static List<Object[]> parts(StoredEvidence stored) {
        byte[] content = stored.content();
        List<Object[]> parts = new ArrayList<>();
        for (int from = 0; from < content.length; from += LONGEST_PART) {
            byte[] part = Arrays.copyOfRange(content, from, Math.min(content.length, from + LONGEST_PART));
            parts.add(
                    new Object[] {stored.evidence().tenant(), stored.evidence().id(), parts.size(), part});
        }
        return parts;
    }

    static byte[] together(List<byte[]> parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        parts.forEach(content::writeBytes);
        return content.toByteArray();
    }

    static Evidence read(ResultSet row) throws SQLException {
        return new Evidence(
                new TenantId(row.getString("tenant")),
                row.getObject("id", UUID.class),
                row.getObject("chargeback", UUID.class),
                Type.valueOf(row.getString("kind")),
                row.getInt("bytes"),
                row.getString("sha256"),
                Work.instant(row, "added"),
                row.getString("added_by"),
                Work.instant(row, "keep_until"));
    }

    /** All but its content. */
    static StoredEvidence readWhole(ResultSet row) throws SQLException {
        return new StoredEvidence(
                read(row), row.getString("token"), SubjectId.of(row.getObject("customer", UUID.class)), new byte[0]);
    }
}
