package org.pledge.soap.internal;

import java.util.List;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;

/** Opens a request once, for a subject or for who somebody says they are, and lists requests. */
final class Requesting {
    private final Services services;
    private final Once once;

    Requesting(Services services, Once once) {
        this.services = services;
        this.once = once;
    }

    Request open(Caller caller, RightsContract.OpenRequest message) {
        if ((message.subject == null) == message.identifier.isEmpty()) {
            throw new PledgeException(Kind.MALFORMED, "a request is opened for a subject or for identifiers")
                    .remedy("Send one of the two.");
        }
        RightsService rights = services.rights().get();
        String id = once.run(caller, message.idempotencyKey, message, () -> opened(rights, caller, message)
                .id()
                .toString());
        return rights.request(caller, UUID.fromString(id));
    }

    private static Request opened(RightsService rights, Caller caller, RightsContract.OpenRequest message) {
        return message.subject == null
                ? rights.openFor(
                        caller,
                        message.identified(),
                        message.type(),
                        message.jurisdiction,
                        message.channel,
                        message.purposes(),
                        message.received())
                : rights.open(
                        caller,
                        new NewRequest(
                                SubjectId.parse(message.subject),
                                message.type(),
                                message.jurisdiction,
                                message.channel,
                                message.purposes(),
                                message.received()));
    }

    List<Request> list(Caller caller, RightsContract.ListRequests message) {
        RightsService rights = services.rights().get();
        return message.subject == null
                ? rights.due(caller, message.days(), message.limit())
                : rights.ofSubject(caller, SubjectId.parse(message.subject));
    }
}
