package org.pledge.connectors.smtp.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.mail.MessagingException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.pledge.PledgeException;
import org.pledge.notices.MessageService;

/**
 * Makes a mail of a delivery: to the person, of the fields {@code email} and {@code message}; or, of a notice about
 * earlier deliveries, to whom the exchange property {@code noticesTo} names.
 */
final class Notice implements Processor {
    static final String FROM = "from";
    static final String FROM_NAME = "fromName";
    static final String REPLY_TO = "replyTo";
    static final String NOTICES_TO = "noticesTo";

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._-]{1,200}");
    private static final Pattern LINK =
            Pattern.compile("(https://[A-Za-z0-9.-]+|http://(127\\.0\\.0\\.1|\\[::1]|localhost))(:[0-9]{1,5})?"
                    + "/[A-Za-z0-9._~/-]{1,800}");

    /** Its buffers are not used again: they would hold what was sent before. */
    private final ObjectMapper json = new ObjectMapper(JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .build());

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        try {
            boolean disclosure = "DISCLOSURE".equals(message.getHeader("PledgeKind", String.class));
            Mail mail = disclosure ? toThePerson(exchange) : aboutEarlierMail(exchange);
            message.removeHeaders("*", "Pledge*");
            message.setBody(mail);
        } catch (RefusedMail | MessagingException e) {
            message.setHeader("PledgeRefused", true);
            message.setBody("");
            String reason = e instanceof RefusedMail ? e.getMessage() : "its addresses cannot be used";
            throw new PledgeException(PledgeException.Kind.INVALID, "the mail is not sent: " + reason)
                    .remedy("Correct what it is made of, and share it anew.");
        }
    }

    private Mail toThePerson(Exchange exchange) throws RefusedMail, MessagingException {
        Map<?, ?> fields = exchange.getMessage().getBody(Map.class);
        String to = first(fields, MessageService.EMAIL);
        JsonNode content = content(first(fields, MessageService.MESSAGE));
        if (!MailText.ADDRESS.matcher(to).matches() || to.length() > 254) {
            throw new RefusedMail("the field email is no address that mail can be sent to");
        }
        MailText text = start(exchange, to).text("Subject", needed(content, "subject"));
        Optional<String> link = given(content, "unsubscribe");
        if (link.isPresent()) {
            if (!LINK.matcher(link.get()).matches()) {
                throw new RefusedMail("the link to unsubscribe is none");
            }
            text.header("List-Unsubscribe", "<" + link.get() + ">")
                    .header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        return mail(exchange, to, text.with(needed(content, "text"), given(content, "html")));
    }

    /** Identifiers and names only, and none of a person. */
    private Mail aboutEarlierMail(Exchange exchange) throws RefusedMail, MessagingException {
        String to = exchange.getProperty(NOTICES_TO, "", String.class);
        if (to.isEmpty()) {
            throw new RefusedMail("settings.notices-to names nobody who takes notices");
        }
        Message message = exchange.getMessage();
        Wording wording = wording(message.getHeader("PledgeKind", "", String.class));
        String id = message.getHeader("PledgeDisclosure", "", String.class);
        List<?> disclosures = (List<?>) message.getBody(Map.class).get("disclosures");
        StringBuilder text = new StringBuilder(wording.what()).append(":\n");
        (disclosures == null ? List.of() : disclosures)
                .forEach(disclosure -> text.append("  ").append(disclosure).append('\n'));
        text.append(wording.thenDo()).append(", and confirm it to us.\n");
        text.append("Notice ").append(id).append('\n');
        MailText mail = start(exchange, to).text("Subject", wording.subject() + " " + id);
        return mail(exchange, to, mail.with(text.toString(), Optional.empty()));
    }

    private record Wording(String subject, String what, String thenDo) {}

    private static Wording wording(String kind) throws RefusedMail {
        return switch (kind) {
            case "WITHDRAWAL" ->
                new Wording(
                        "Withdrawal",
                        "Consent was withdrawn for data that you received with these disclosures",
                        "Delete it");
            case "CORRECTION" ->
                new Wording(
                        "Correction",
                        "Data that you received with these disclosures was corrected",
                        "Do not use what you kept of it any more");
            case "RESTRICTION" ->
                new Wording(
                        "Restriction",
                        "The use of data that you received with these disclosures was restricted",
                        "Keep it without using it until we tell you that this has ended");
            case "RESTRICTION_LIFTED" ->
                new Wording(
                        "Restriction lifted",
                        "The use of data that you received with these disclosures is not restricted any more",
                        "Use it again only as we agreed");
            default -> throw new RefusedMail("the connector does not know this kind of notice");
        };
    }

    private static MailText start(Exchange exchange, String to) throws RefusedMail {
        String from = exchange.getProperty(FROM, "", String.class);
        String name = exchange.getProperty(FROM_NAME, "", String.class);
        String replyTo = exchange.getProperty(REPLY_TO, "", String.class);
        MailText text = new MailText();
        text.header("Date", MailText.date(created(exchange)));
        text.header("From", name.isEmpty() ? from : "\"" + name + "\" <" + from + ">");
        if (!replyTo.isEmpty()) {
            text.header("Reply-To", replyTo);
        }
        return text.header("To", to).header("Message-ID", id(exchange)).header("Auto-Submitted", "auto-generated");
    }

    private static Mail mail(Exchange exchange, String to, byte[] bytes) throws RefusedMail, MessagingException {
        String from = exchange.getProperty(FROM, "", String.class);
        return new Mail(bytes, from, to, id(exchange), Date.from(created(exchange)));
    }

    /** The same at every try, so that who receives it twice can tell. */
    private static String id(Exchange exchange) throws RefusedMail {
        String key = exchange.getMessage().getHeader("PledgeIdempotencyKey", "", String.class);
        Matcher from = MailText.ADDRESS.matcher(exchange.getProperty(FROM, "", String.class));
        if (!KEY.matcher(key).matches() || !from.matches()) {
            throw new RefusedMail("its key or its sender has another form");
        }
        return "<" + key + "@" + from.group("domain") + ">";
    }

    private static Instant created(Exchange exchange) {
        return Instant.parse(exchange.getMessage().getHeader("PledgeCreated", String.class));
    }

    private static String first(Map<?, ?> fields, String name) throws RefusedMail {
        if (fields.get(name) instanceof List<?> values && !values.isEmpty()) {
            return String.valueOf(values.get(0));
        }
        throw new RefusedMail("the field " + name + " is not among what was permitted");
    }

    private JsonNode content(String text) throws RefusedMail {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new RefusedMail("the field message is no message");
        }
    }

    private static String needed(JsonNode content, String name) throws RefusedMail {
        return given(content, name).orElseThrow(() -> new RefusedMail("its message has no " + name));
    }

    private static Optional<String> given(JsonNode content, String name) {
        return Optional.ofNullable(content.get(name))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue);
    }
}
