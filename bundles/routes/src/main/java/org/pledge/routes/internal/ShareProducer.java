package org.pledge.routes.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Outcome;

/** Asks for a disclosure about the subject that the message names, and stops the route when it is denied. */
final class ShareProducer extends DefaultProducer {
    private final Services services;
    private final Question question;

    /** What the endpoint asks for. */
    record Question(TenantId tenant, String partner, String purpose, List<String> fields, boolean continueOnDenied) {}

    ShareProducer(Endpoint endpoint, Services services, Question question) {
        super(endpoint);
        this.services = services;
        this.question = question;
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setHeader(Names.DECISION, "DENIED");
        message.removeHeader(Names.DISCLOSURE);
        message.removeHeader(Names.PROMISES);
        SharingService sharing = services.sharing().get().orElseThrow(() -> Services.stopped("sharing"));
        Outcome outcome = sharing.share(
                new Caller(question.tenant(), "route:" + exchange.getFromRouteId(), Set.of(Role.OPERATOR)),
                new SharingService.Request(
                        SubjectId.parse(message.getHeader(Names.SUBJECT, String.class)),
                        question.partner(),
                        question.purpose(),
                        question.fields(),
                        Optional.empty(),
                        Map.of()));
        message.setHeader(Names.PROMISES, String.join(",", outcome.decision().promises()));
        if (outcome instanceof Outcome.Queued queued) {
            message.setHeader(Names.DECISION, "QUEUED");
            message.setHeader(Names.DISCLOSURE, queued.disclosure().id().toString());
        } else if (!question.continueOnDenied()) {
            exchange.setRouteStop(true);
        }
    }
}
