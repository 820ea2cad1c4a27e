package org.pledge.connectors.iab.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.connectors.parts.event.CloudEvent;
import org.pledge.connectors.parts.event.NamedEvent;
import org.pledge.sharing.spi.DeletionTokens;
import org.pledge.sharing.spi.DeletionTokens.Asked;
import org.pledge.sharing.spi.DeletionTokens.Recipient;
import org.pledge.sharing.spi.PartnerSecrets;

/** Lays out what a partner is told: a removal as an rqJWT, everything else as a CloudEvent. */
final class Request implements Processor {
    static final String DOMAIN = "domain";
    static final String TYPE = "type";
    static final String FORMAT = "format";
    static final String ASKED = "asked";
    private static final String SUFFIX = ".keys";

    private final NamedEvent event;
    private final PartnerSecrets secrets;
    private final DeletionTokens tokens;

    Request(NamedEvent event, PartnerSecrets secrets, DeletionTokens tokens) {
        this.event = event;
        this.secrets = secrets;
        this.tokens = tokens;
    }

    @Override
    public void process(Exchange exchange) throws JsonProcessingException {
        event.process(exchange);
        if (!exchange.getProperty(NamedEvent.REMOVED, Boolean.class)) {
            return;
        }
        Message message = exchange.getMessage();
        Asked asked = tokens.ask(
                new TenantId(header(message, "PledgeTenant")),
                new Recipient(text(exchange, DOMAIN), keys(exchange), text(exchange, TYPE), text(exchange, FORMAT)),
                header(message, "PledgeIdempotencyKey"),
                Instant.parse(header(message, "PledgeCreated")),
                text(exchange, CloudEvent.SUBJECT));
        exchange.setProperty(ASKED, asked);
        message.setBody(asked.token().getBytes(StandardCharsets.US_ASCII));
        message.setHeader("Content-Type", "application/jwt");
        message.setHeader("Accept", "application/jwt, text/plain, application/json");
    }

    private byte[] keys(Exchange exchange) {
        String name = text(exchange, PartnerSecrets.CREDENTIALS) + SUFFIX;
        return secrets.find(name).orElseThrow(() -> new PledgeException(
                        PledgeException.Kind.UNAVAILABLE, "the secret " + name + " is missing; nothing was sent")
                .remedy("Put the keys that verify the partner's acknowledgements into its file, as a JWK Set."));
    }

    private static String text(Exchange exchange, String property) {
        return exchange.getProperty(property, String.class);
    }

    private static String header(Message message, String name) {
        return message.getHeader(name, String.class);
    }
}
