package org.pledge.shell.internal;

import java.util.UUID;
import org.apache.karaf.shell.api.action.Argument;
import org.pledge.PledgeException;

/** A command about a parked disclosure or notice; which of them it is, its identifier tells. */
abstract class ParkedCommand extends TenantCommand {
    @Argument(index = 0, name = "id", description = "The identifier, from sharing:parked", required = true)
    String id;

    /** Acts on a disclosure; returns its state. */
    abstract Enum<?> disclosure(UUID disclosure);

    /** Acts on a notice; returns its state. */
    abstract Enum<?> notice(UUID notice);

    @Override
    final int run() {
        UUID wanted = Ids.uuid(id);
        try {
            out().println("Disclosure " + wanted + " is " + disclosure(wanted) + ".");
        } catch (PledgeException e) {
            if (e.kind() != PledgeException.Kind.NOT_FOUND) {
                throw e;
            }
            out().println("Notice " + wanted + " is " + notice(wanted) + ".");
        }
        return 0;
    }
}
