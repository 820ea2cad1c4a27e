package org.pledge.shell.internal;

import java.util.UUID;
import org.apache.karaf.shell.api.action.Argument;
import org.pledge.ownership.OwnershipService.Transfer;

/** A command about one transfer with a change of ownership. */
abstract class OwnershipCommand extends TenantCommand {
    @Argument(index = 0, name = "transfer", description = "The transfer", required = true)
    String id;

    UUID id() {
        return Ids.uuid(id);
    }

    static Rows rows(Iterable<Transfer> transfers) {
        Rows rows = new Rows(
                "Transfer", "Successor", "State", "Categories", "Tier", "Notice", "Objections until", "Approvals");
        transfers.forEach(one -> rows.add(
                one.id(),
                one.scope().successor(),
                one.state(),
                one.scope().categories(),
                one.scope().tier(),
                one.scope().notice(),
                one.scope().objections(),
                one.approvals()));
        return rows;
    }
}
