package org.pledge.shell.internal;

import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.vault.VaultAdministration;

/** Counts cards, movements of money and keys of a tenant; never shows data. */
@Service
@Command(
        scope = "vault",
        name = "report",
        description = "Counts cards, movements of money and keys of a tenant; never shows data",
        detailedDescription = """
            Example: vault:report --tenant korax
            """)
public final class VaultReport extends TenantCommand {
    @Override
    int run() {
        VaultAdministration.Report report = service(VaultAdministration.class).report(caller());
        Rows rows = new Rows("What", "Which", "Value");
        rows.add("vault", "", report.status().seal());
        new TreeMap<>(report.cardsByNetwork()).forEach((network, cards) -> rows.add("cards", network, cards));
        rows.add("cards", "expired", report.expiredCards());
        new TreeMap<>(report.paymentsByState()).forEach((state, payments) -> rows.add("payments", state, payments));
        rows.add("payments", "age of the oldest in doubt", report.oldestInDoubt());
        rows.add("requests to reveal", "open or approved", report.openRequests());
        rows.add("reveals", "in 30 days", report.reveals30Days());
        report.keys().forEach(key -> rows.add("key", key.name() + (key.current() ? " (current)" : ""), key.cards()));
        print(rows);
        return 0;
    }
}
