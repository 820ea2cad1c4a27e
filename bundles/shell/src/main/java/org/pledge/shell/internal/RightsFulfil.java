package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
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
            Erasure and child-removal remove the person, opt-out withdraws every consent, disclosures lists what left.
            Other requests are answered elsewhere, and this records it.
            """)
public final class RightsFulfil extends RightsCommand {
    @Override
    int run() {
        Fulfilment done = service(RightsService.class).fulfil(caller(), id());
        if (done.digest().isPresent()) {
            print(DisclosureRows.of(done.disclosures()));
        }
        if (forPeople()) {
            print(done.request());
            done.digest().ifPresent(digest -> out().println("SHA-256 of the list, as recorded: " + digest));
        }
        if (done.awaiting() > 0) {
            out().println("The person is removed; " + done.awaiting()
                    + " partners have yet to confirm it. The request closes with the last of them.");
        }
        return 0;
    }
}
