package org.pledge.shell.internal;

import java.util.List;
import org.pledge.retention.RetentionService.Certificate;

/** How commands show certificates of sweeps. */
final class CertificateRows {
    private CertificateRows() {}

    static Rows of(List<Certificate> certificates) {
        Rows rows = new Rows(
                "Certificate", "Swept", "Category", "Removed by", "Older than", "Removed", "People held", "Policy");
        certificates.forEach(c -> rows.add(
                c.id(),
                c.at(),
                c.category(),
                c.answeredBy(),
                c.before(),
                c.removed(),
                c.held(),
                "version " + c.policyVersion()));
        return rows;
    }
}
