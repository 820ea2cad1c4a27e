package org.pledge.shell.internal;

import java.util.Arrays;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.PledgeException;
import org.pledge.vault.PaymentService;
import org.pledge.vault.PaymentService.State;

/** Lists movements of money that stand in a state, oldest first. */
@Service
@Command(
        scope = "vault",
        name = "payments",
        description = "Lists movements of money that stand in a state, oldest first",
        detailedDescription =
                """
            Example: vault:payments --tenant korax --state IN_DOUBT
            States: INTENT, SENT, CONFIRMED, REFUSED, IN_DOUBT. What is in doubt is asked for by itself.
            """)
public final class VaultPayments extends TenantCommand {
    @Option(name = "--state", description = "The state they stand in")
    String state = State.IN_DOUBT.name();

    @Option(name = "--limit", description = "At most so many")
    int limit = 50;

    @Option(name = "--cursor", description = "Where the previous page ended")
    String cursor;

    @Override
    int run() {
        var page = service(PaymentService.class).payments(caller(), state(), Optional.ofNullable(cursor), limit);
        Rows rows = new Rows(
                "Payment",
                "Kind",
                "Parent",
                "Token",
                "Amount",
                "Currency",
                "Reference",
                "State",
                "Reason",
                "Created",
                "Changed");
        page.items()
                .forEach(p -> rows.add(
                        p.id(),
                        p.kind(),
                        p.parent(),
                        p.token(),
                        p.amount(),
                        p.currency(),
                        p.reference(),
                        p.state(),
                        p.reason(),
                        p.created(),
                        p.changed()));
        print(rows);
        if (forPeople()) {
            page.next().ifPresent(next -> out().println("More: --cursor " + next));
        }
        return 0;
    }

    private State state() {
        return Arrays.stream(State.values())
                .filter(each -> each.name().equals(state))
                .findFirst()
                .orElseThrow(() -> new PledgeException(
                                PledgeException.Kind.INVALID, "state must be one of " + Arrays.toString(State.values()))
                        .remedy("See vault:payments --help."));
    }
}
