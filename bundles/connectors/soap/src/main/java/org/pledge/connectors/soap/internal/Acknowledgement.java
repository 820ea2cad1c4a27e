package org.pledge.connectors.soap.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Reads a partner's answer, which may be anything, and says what it means. */
final class Acknowledgement implements Processor {
    private static final int MOST_BYTES = 65_536;
    private static final int NOT_UNDERSTOOD = 502;
    private static final int DEEPEST = 16;

    private final XMLInputFactory xml = XMLInputFactory.newDefaultFactory();

    /** What a SOAP body holds. */
    private enum Meaning {
        ACKNOWLEDGED,
        NEVER,
        NOTHING
    }

    Acknowledgement() {
        xml.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        xml.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        xml.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        xml.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("nothing is loaded from elsewhere");
        });
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        switch (meaning(message)) {
            case NEVER -> message.setHeader("PledgeRefused", true);
            case NOTHING -> {
                if (status >= 200 && status < 300) {
                    message.setHeader("PledgeAnswer", NOT_UNDERSTOOD);
                }
            }
            case ACKNOWLEDGED -> {
                // the status says the rest
            }
        }
        message.setBody("");
    }

    private Meaning meaning(Message message) {
        try (InputStream body = message.getBody(InputStream.class)) {
            byte[] bytes = body == null ? new byte[0] : body.readNBytes(MOST_BYTES + 1);
            return bytes.length == 0 || bytes.length > MOST_BYTES ? Meaning.NOTHING : read(bytes);
        } catch (IOException | XMLStreamException e) {
            return Meaning.NOTHING;
        }
    }

    /** The whole of it is read: half an answer is none. */
    private Meaning read(byte[] bytes) throws XMLStreamException {
        XMLStreamReader reader = xml.createXMLStreamReader(new ByteArrayInputStream(bytes));
        Meaning found = Meaning.NOTHING;
        int depth = 0;
        boolean body = false;
        boolean fault = false;
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
                return Meaning.NOTHING;
            } else if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
                if (depth > DEEPEST || depth == 1 && !is(reader, Envelope.SOAP, "Envelope")) {
                    return Meaning.NOTHING;
                } else if (depth == 2) {
                    body = is(reader, Envelope.SOAP, "Body");
                } else if (depth == 3 && body) {
                    fault = is(reader, Envelope.SOAP, "Fault");
                    found = is(reader, Envelope.CALLBACK, "acknowledgement") ? Meaning.ACKNOWLEDGED : found;
                } else if (depth == 4 && fault && reader.getLocalName().equals("faultcode")) {
                    found = client(reader) ? Meaning.NEVER : found;
                    depth--;
                }
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            }
        }
        return found;
    }

    private static boolean is(XMLStreamReader reader, String namespace, String name) {
        return namespace.equals(reader.getNamespaceURI()) && name.equals(reader.getLocalName());
    }

    /** SOAP 1.1, section 4.4.1: what follows a dot refines the code; this ends the element. */
    private static boolean client(XMLStreamReader reader) throws XMLStreamException {
        String[] code = reader.getElementText().strip().split(":", 2);
        boolean soap = code.length == 2 && Envelope.SOAP.equals(reader.getNamespaceURI(code[0]));
        return soap && (code[1].equals("Client") || code[1].startsWith("Client."));
    }
}
