package org.pledge.soap.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.cxf.helpers.CastUtils;
import org.apache.cxf.interceptor.AttachmentInInterceptor;
import org.apache.cxf.interceptor.Fault;
import org.apache.cxf.message.Message;
import org.apache.cxf.phase.AbstractPhaseInterceptor;
import org.apache.cxf.phase.Phase;
import org.apache.cxf.staxutils.StaxUtils;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/** Takes one bounded XML text per request: no attachment, no compression, no document type, no instruction. */
final class Intake extends AbstractPhaseInterceptor<Message> {
    static final int LIMIT = 1 << 16;
    static final String OTHER_TYPE = "application/octet-stream";
    private static final Pattern TYPE =
            Pattern.compile("(?i)text/xml\\s*(?:;\\s*charset\\s*=\\s*\"?(utf-8|utf-16|us-ascii)\"?\\s*)?");

    Intake() {
        super(Phase.RECEIVE);
        addBefore(AttachmentInInterceptor.class.getName());
    }

    @Override
    public void handleMessage(Message message) {
        message.put(Message.ENCODING, StandardCharsets.UTF_8.name()); // of the answer
        if (!"POST".equals(message.get(Message.HTTP_REQUEST_METHOD))) {
            throw new HttpRefusal(
                    405,
                    "METHOD_NOT_ALLOWED",
                    "this address takes POST, and GET with ?wsdl or ?xsd",
                    "Send the SOAP message with POST.",
                    Map.of("Allow", "GET, POST"));
        }
        String encoding = encoding(message);
        byte[] body = body(message.getContent(InputStream.class));
        message.removeContent(InputStream.class);
        try {
            XMLStreamReader reader = StaxUtils.createXMLStreamReader(new ByteArrayInputStream(body), encoding);
            toEnvelope(reader);
            message.setContent(XMLStreamReader.class, StaxUtils.configureReader(reader, message));
        } catch (XMLStreamException e) {
            throw new Fault(e);
        }
    }

    static boolean takes(String contentType) {
        return contentType != null && TYPE.matcher(contentType).matches();
    }

    private static String encoding(Message message) {
        Map<String, List<String>> headers = CastUtils.cast((Map<?, ?>) message.get(Message.PROTOCOL_HEADERS));
        Matcher type = TYPE.matcher(
                headers.getOrDefault("Content-Type", List.of(OTHER_TYPE)).get(0));
        if (!type.matches() || headers.containsKey("Content-Encoding")) {
            throw new HttpRefusal(
                    415,
                    "UNSUPPORTED_TYPE",
                    "only SOAP 1.1 as uncompressed text/xml in UTF-8 or UTF-16 is understood, without attachments",
                    "Set Content-Type: text/xml; charset=utf-8.",
                    Map.of());
        }
        return type.group(1) == null ? null : type.group(1).toUpperCase(Locale.ROOT);
    }

    private static byte[] body(InputStream in) {
        try {
            byte[] body = in == null ? new byte[0] : in.readNBytes(LIMIT + 1);
            if (body.length > LIMIT) {
                throw new HttpRefusal(
                        413,
                        "TOO_LARGE",
                        "the message is larger than " + LIMIT + " bytes",
                        "Send it in several parts.",
                        Map.of("Connection", "close"));
            }
            return body;
        } catch (IOException e) {
            throw new Fault(e);
        }
    }

    private static void toEnvelope(XMLStreamReader reader) throws XMLStreamException {
        int event = reader.getEventType();
        while (event != XMLStreamConstants.START_ELEMENT) {
            if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.PROCESSING_INSTRUCTION) {
                throw new PledgeException(
                                Kind.MALFORMED, "a SOAP message has no document type and no processing instruction")
                        .remedy("Leave it out.");
            }
            event = reader.next();
        }
    }
}
