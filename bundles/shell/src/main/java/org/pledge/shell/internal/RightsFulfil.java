package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Fulfilment;

/** Does what is asked and closes the request. */
@Service
@Command(
        scope = "rights",
        name = "fulfil",
        description = "Does what is asked and closes the request",
        detailedDescription =
                """
            Example: rights:fulfil --tenant korax REQUEST
            Erasure and child-removal remove the person, opt-out withdraws every consent and objects to what the policy
            lets it end, disclosures lists what left, restriction keeps without using, objection ends what neither a
            contract nor a law needs (rights:lift).
            Access and portability take an answer that was made (rights:export), or --by-hand.
            Other requests are answered elsewhere, and this records it.
            """)
public final class RightsFulfil extends RightsCommand {
    @Option(
            name = "--by-hand",
            description =
                    "Records that access, portability or rectification was answered by hand, outside this platform")
    boolean byHand;

    @Override
    int run() {
        RightsService rights = service(RightsService.class);
        Fulfilment done = byHand ? rights.fulfilByHand(caller(), id()) : rights.fulfil(caller(), id());
        if (done.digest().isPresent()) {
            print(DisclosureRows.of(done.disclosures()));
        }
        if (forPeople()) {
            print(done.request());
            done.digest().ifPresent(digest -> out().println("SHA-256 of the list, as recorded: " + digest));
        }
        done.kept().forEach(kept -> out().println("A legal hold keeps " + kept.category() + " until " + kept.until()
                + " (" + kept.ground() + "); nobody can read it, and it goes by itself then."));
        if (!done.goingOn().isEmpty()) {
            out().println("What a contract or a law needs goes on: " + String.join(", ", done.goingOn()) + ".");
        }
        done.recipients().stream().filter(recipient -> !recipient.settled()).forEach(recipient -> out().println(
                        recipient.partner() + " has not answered yet"
                                + (recipient.overdue() ? ", and its time is over." : ".")));
        if (done.awaiting() > 0) {
            out().println("The person is removed; " + done.awaiting()
                    + " partners have yet to confirm it. The request closes with the last of them.");
        }
        return 0;
    }
}
