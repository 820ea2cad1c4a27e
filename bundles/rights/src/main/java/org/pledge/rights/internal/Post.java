package org.pledge.rights.internal;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.notices.MessageService;
import org.pledge.notices.MessageService.MessageClass;
import org.pledge.notices.MessageService.Template;
import org.pledge.rights.RightsService.Request;
import org.pledge.sharing.SharingService.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends people messages of one template, without telling whether anybody gets one. */
record Post(MessageService carrier, Template template) {
    private static final Logger LOG = LoggerFactory.getLogger(Post.class);

    /**
     * @param remedy what to do when the tenant lacks the template
     * @throws PledgeException of kind {@code UNAVAILABLE} or {@code CONFLICT} when nothing can be sent to anybody
     */
    static Post of(Supplier<List<MessageService>> carriers, TenantId tenant, String template, String remedy) {
        MessageService carrier = carriers.get().stream().findFirst().orElseThrow(() -> new PledgeException(
                        Kind.UNAVAILABLE, "nobody is there to send messages")
                .remedy("Nothing was done; try again in a moment, and start the notices bundle if it stays so."));
        return carrier.templates(tenant).stream()
                .filter(known -> known.name().equals(template))
                .findFirst()
                .map(known -> new Post(carrier, known))
                .orElseThrow(() -> new PledgeException(Kind.CONFLICT, "this tenant has no template '" + template + "'")
                        .remedy(remedy));
    }

    /** Whether messages of a template can leave at all now. */
    static boolean leaves(Supplier<List<MessageService>> carriers, TenantId tenant, String template) {
        return carriers.get().stream()
                .findFirst()
                .filter(carrier -> carrier.obstacle(tenant, template).isEmpty())
                .isPresent();
    }

    /** That nothing could be sent must not be told: it would tell who is known. */
    void send(Caller caller, Request request, Map<String, String> parameters) {
        send(caller, request, request.subject(), parameters);
    }

    /** The same, to somebody who asks about another person. */
    void send(Caller caller, Request request, SubjectId to, Map<String, String> parameters) {
        try {
            if (!queued(caller, to, parameters)) {
                LOG.info("A message '{}' of request {} could not be queued", template.name(), request.id());
            }
        } catch (PledgeException e) {
            LOG.info("A message '{}' of request {} could not be queued: {}", template.name(), request.id(), e.kind());
        }
    }

    /** Whether the message waits to leave; a gate or a policy may keep it. */
    boolean queued(Caller caller, SubjectId person, Map<String, String> parameters) {
        return queued(() -> template.messageClass() == MessageClass.RIGHTS
                ? carrier.tell(caller, person, template.name(), parameters)
                : carrier.send(caller, person, template.name(), parameters));
    }

    /** The same, to an address that is not held. */
    boolean queuedAt(Caller caller, SubjectId person, Map<String, String> parameters, String address) {
        return queued(() -> carrier.tellAt(caller, person, template.name(), parameters, address));
    }

    private static boolean queued(Supplier<Outcome> message) {
        try {
            return !(message.get() instanceof Outcome.Refused);
        } catch (PledgeException e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw e;
            }
            return false;
        }
    }
}
