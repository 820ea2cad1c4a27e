package org.pledge.connectors.parts.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.connectors.parts.check.Kinds;
import org.pledge.crypto.LookupTokens;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;

/**
 * Lays a delivery out as a CloudEvent that names the person as this partner alone knows them; a notice about somebody who
 * was removed is left to the connector, which tells it in its protocol's own words.
 */
public final class NamedEvent implements Processor {
    /** The exchange property that says whether it is about somebody who was removed. */
    public static final String REMOVED = "removed";

    private final CloudEvent event = new CloudEvent();
    private final LookupTokens tokens;
    private final Transactions transactions;
    private final SubjectStore people;

    /** @param people says whether somebody is a person here who was not removed */
    public NamedEvent(LookupTokens tokens, Transactions transactions, SubjectStore people) {
        this.tokens = tokens;
        this.transactions = transactions;
        this.people = people;
    }

    @Override
    public void process(Exchange exchange) throws JsonProcessingException {
        Message message = exchange.getMessage();
        String kind = Kinds.of(message);
        TenantId tenant = new TenantId(message.getHeader("PledgeTenant", String.class));
        String subject = message.getHeader("PledgeSubject", String.class);
        exchange.setProperty(CloudEvent.SUBJECT, pseudonym(message));
        boolean removed = !kind.equals("DISCLOSURE")
                && !transactions.required(() -> people.knows(tenant, SubjectId.parse(subject)));
        exchange.setProperty(REMOVED, removed);
        if (!removed) {
            event.process(exchange);
        }
    }

    /** The name by which the partner of a delivery alone knows its person. */
    public String pseudonym(Message message) {
        TenantId tenant = new TenantId(message.getHeader("PledgeTenant", String.class));
        String partner = message.getHeader("PledgePartner", String.class);
        String subject = message.getHeader("PledgeSubject", String.class);
        byte[] token = tokens.token(tenant, "pseudonym for " + partner, subject.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }
}
