package org.pledge.connectors.opendsr.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.pledge.connectors.parts.event.CloudEvent;
import org.pledge.connectors.parts.event.NamedEvent;

/** Lays out what a partner is told: removals and questions as OpenDSR requests, everything else as a CloudEvent. */
final class Instruction implements Processor {
    static final String REGULATION = "regulation";
    static final String CALLBACK = "callback";
    /** The exchange property with the type of request that it is; empty for a CloudEvent. */
    static final String TYPE = "type";

    private static final Set<String> QUESTIONS = Set.of("ACCESS", "PORTABILITY");

    private final NamedEvent event;

    Instruction(NamedEvent event) {
        this.event = event;
    }

    @Override
    public void process(Exchange exchange) throws JsonProcessingException {
        String type = type(exchange);
        exchange.setProperty(TYPE, type);
        if (!type.isEmpty()) {
            exchange.getMessage().setBody(Json.bytes(request(exchange)));
            exchange.getMessage().setHeader("Content-Type", "application/json");
            exchange.getMessage().setHeader("Accept", "application/json");
            exchange.getMessage().setHeader("Idempotency-Key", header(exchange, "PledgeIdempotencyKey"));
        }
    }

    private String type(Exchange exchange) throws JsonProcessingException {
        String kind = header(exchange, "PledgeKind");
        if (QUESTIONS.contains(kind)) {
            exchange.setProperty(CloudEvent.SUBJECT, event.pseudonym(exchange.getMessage()));
            return kind.toLowerCase(Locale.ROOT);
        }
        event.process(exchange);
        return exchange.getProperty(NamedEvent.REMOVED, Boolean.class) ? "erasure" : "";
    }

    /** Section 7.1.1; the same bytes at every try. */
    private static ObjectNode request(Exchange exchange) {
        Instant created = Instant.parse(header(exchange, "PledgeCreated"));
        ObjectNode request = Json.made()
                .put("regulation", exchange.getProperty(REGULATION, String.class))
                .put("subject_request_id", header(exchange, "PledgeIdempotencyKey"))
                .put("subject_request_type", exchange.getProperty(TYPE, String.class))
                .put("submitted_time", created.truncatedTo(ChronoUnit.SECONDS).toString());
        request.putArray("subject_identities")
                .addObject()
                .put("identity_type", "controller_customer_id")
                .put("identity_value", exchange.getProperty(CloudEvent.SUBJECT, String.class))
                .put("identity_format", "raw");
        request.put("api_version", "2.0");
        String callback = exchange.getProperty(CALLBACK, "", String.class);
        if (!callback.isEmpty()) {
            request.putArray("status_callback_urls").add(callback);
        }
        return request;
    }

    private static String header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, String.class);
    }
}
