package org.pledge.connectors.kafka.internal;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.kafka.KafkaConstants;
import org.pledge.TenantId;
import org.pledge.crypto.LookupTokens;

/**
 * Keys a record by the person, so that what is said of one stays in order; under a name that this partner alone knows
 * them by, so that two partners cannot join what they have.
 */
final class Pseudonym implements Processor {
    private final LookupTokens tokens;

    Pseudonym(LookupTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        byte[] token = tokens.token(
                new TenantId(message.getHeader("PledgeTenant", String.class)),
                "pseudonym for " + message.getHeader("PledgePartner", String.class),
                message.getHeader("PledgeSubject", String.class).getBytes(StandardCharsets.US_ASCII));
        message.setHeader(
                KafkaConstants.KEY, Base64.getUrlEncoder().withoutPadding().encodeToString(token));
    }
}
