package org.pledge.connectors.opendsr.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.function.BiPredicate;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.connectors.parts.check.Kinds;
import org.pledge.connectors.parts.event.CloudEvent;
import org.pledge.crypto.LookupTokens;

/**
 * Lays out what a partner is told: a notice about somebody who was removed as an OpenDSR request for erasure,
 * everything else as a CloudEvent, restrictions too, for which OpenDSR has no type of request. Both name the person as this partner alone knows them, and alike.
 */
final class Instruction implements Processor {
    static final String ERASURE = "erasure";
    static final String REGULATION = "regulation";
    static final String CALLBACK = "callback";

    private final CloudEvent event = new CloudEvent();
    private final LookupTokens tokens;
    private final BiPredicate<TenantId, SubjectId> known;

    /** @param known whether somebody is a person here who was not removed */
    Instruction(LookupTokens tokens, BiPredicate<TenantId, SubjectId> known) {
        this.tokens = tokens;
        this.known = known;
    }

    @Override
    public void process(Exchange exchange) throws JsonProcessingException {
        String kind = Kinds.of(exchange.getMessage());
        TenantId tenant = new TenantId(header(exchange, "PledgeTenant"));
        String subject = header(exchange, "PledgeSubject");
        exchange.setProperty(CloudEvent.SUBJECT, pseudonym(tenant, header(exchange, "PledgePartner"), subject));
        boolean erasure = !kind.equals("DISCLOSURE") && !known.test(tenant, SubjectId.parse(subject));
        exchange.setProperty(ERASURE, erasure);
        if (erasure) {
            exchange.getMessage().setBody(Json.bytes(request(exchange)));
            exchange.getMessage().setHeader("Content-Type", "application/json");
            exchange.getMessage().setHeader("Accept", "application/json");
            exchange.getMessage().setHeader("Idempotency-Key", header(exchange, "PledgeIdempotencyKey"));
        } else {
            event.process(exchange);
        }
    }

    /** Section 7.1.1; the same bytes at every try. */
    private static ObjectNode request(Exchange exchange) {
        Instant created = Instant.parse(header(exchange, "PledgeCreated"));
        ObjectNode request = Json.made()
                .put("regulation", exchange.getProperty(REGULATION, String.class))
                .put("subject_request_id", header(exchange, "PledgeIdempotencyKey"))
                .put("subject_request_type", "erasure")
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

    private String pseudonym(TenantId tenant, String partner, String subject) {
        byte[] token = tokens.token(tenant, "pseudonym for " + partner, subject.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    private static String header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, String.class);
    }
}
