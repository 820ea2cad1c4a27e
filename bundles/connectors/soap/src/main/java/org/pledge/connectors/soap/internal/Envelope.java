package org.pledge.connectors.soap.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.pledge.PledgeException;
import org.pledge.connectors.parts.check.Kinds;

/** Lays a delivery out as the SOAP 1.1 message {@code delivery} of our callback WSDL. */
final class Envelope implements Processor {
    static final String SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
    static final String CALLBACK = "urn:pledge:callback:v1";

    /** What XML 1.0 has no way to write (section 2.2). */
    private static final Pattern NOT_XML =
            Pattern.compile("[^\\t\\n\\r\\u0020-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

    private final XMLOutputFactory xml = XMLOutputFactory.newDefaultFactory();
    private final UsernameToken token;

    Envelope(UsernameToken token) {
        this.token = token;
    }

    @Override
    public void process(Exchange exchange) throws XMLStreamException {
        Message message = exchange.getMessage();
        String kind = Kinds.of(message);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        XMLStreamWriter writer = xml.createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
        writer.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
        writer.writeStartElement("s", "Envelope", SOAP);
        writer.writeNamespace("s", SOAP);
        writer.writeStartElement("s", "Header", SOAP);
        token.write(exchange, writer);
        writer.writeEndElement();
        writer.writeStartElement("s", "Body", SOAP);
        try {
            delivery(message, kind, writer);
        } catch (IllegalArgumentException e) {
            message.setHeader("PledgeRefused", true);
            throw new PledgeException(
                            PledgeException.Kind.INVALID,
                            "nothing was sent: a value holds a character that XML has no way to write")
                    .remedy("Correct the value, and share it anew.");
        }
        writer.writeEndElement();
        writer.writeEndElement();
        writer.writeEndDocument();
        writer.close();
        message.setBody(bytes.toByteArray());
    }

    private static void delivery(Message message, String kind, XMLStreamWriter writer) throws XMLStreamException {
        writer.writeStartElement("", "delivery", CALLBACK);
        writer.writeDefaultNamespace(CALLBACK);
        text(writer, "id", message.getHeader("PledgeDisclosure", "", String.class));
        text(writer, "idempotencyKey", message.getHeader("PledgeIdempotencyKey", "", String.class));
        text(writer, "kind", kind);
        text(writer, "tenant", message.getHeader("PledgeTenant", "", String.class));
        text(writer, "purpose", message.getHeader("PledgePurpose", "", String.class));
        text(writer, "created", message.getHeader("PledgeCreated", "", String.class));
        writer.writeStartElement("", "fields", CALLBACK);
        Map<String, List<?>> fields = new TreeMap<>();
        Map<?, ?> given = message.getBody(Map.class);
        given.forEach((name, values) -> fields.put(String.valueOf(name), (List<?>) values));
        for (Map.Entry<String, List<?>> field : fields.entrySet()) {
            writer.writeStartElement("", "field", CALLBACK);
            writer.writeAttribute("name", xml(field.getKey()));
            for (Object value : field.getValue()) {
                text(writer, "value", String.valueOf(value));
            }
            writer.writeEndElement();
        }
        writer.writeEndElement();
        writer.writeEndElement();
    }

    private static void text(XMLStreamWriter writer, String name, String value) throws XMLStreamException {
        writer.writeStartElement("", name, CALLBACK);
        writer.writeCharacters(xml(value));
        writer.writeEndElement();
    }

    private static String xml(String value) {
        if (NOT_XML.matcher(value).find()) {
            throw new IllegalArgumentException("not XML");
        }
        return value;
    }
}
