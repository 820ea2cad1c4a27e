package org.pledge.soap.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.cxf.binding.soap.Soap11;
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
    private static final String OTHER_TYPE = "application/octet-stream";
    private static final String LATER_TYPE = "application/soap+xml";
    private static final Pattern TYPE =
            Pattern.compile("(?i)text/xml\\s*(?:;\\s*charset\\s*=\\s*\"?(utf-8|utf-16|us-ascii)\"?\\s*)?");

    private static final Pattern WIDE = Pattern.compile("(?i)utf-16(le|be)?");
    private static final Pattern NARROW = Pattern.compile("(?i)utf-8|(us-)?ascii");

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
        Optional<Charset> charset = charset(message);
        byte[] body = body(message.getContent(InputStream.class));
        message.removeContent(InputStream.class);
        try {
            Charset used = charset.orElseGet(() -> seen(body));
            String text = text(body, used);
            JweForm.check(text);
            XMLStreamReader reader = StaxUtils.createXMLStreamReader(new StringReader(text));
            toEnvelope(reader);
            checkDeclared(reader, used);
            message.setContent(XMLStreamReader.class, StaxUtils.configureReader(reader, message));
        } catch (XMLStreamException e) {
            throw new Fault(e);
        }
    }

    /** The type that CXF is to see: one that is not taken may hold a charset at which it would fail without a fault. */
    static String shown(String contentType) {
        if (contentType == null) {
            return OTHER_TYPE;
        }
        if (TYPE.matcher(contentType).matches()) {
            return contentType;
        }
        return contentType.toLowerCase(Locale.ROOT).startsWith(LATER_TYPE) ? LATER_TYPE : OTHER_TYPE;
    }

    /** What the type says; empty when it says nothing. */
    private static Optional<Charset> charset(Message message) {
        Map<String, List<String>> headers = CastUtils.cast((Map<?, ?>) message.get(Message.PROTOCOL_HEADERS));
        String named = headers.getOrDefault("Content-Type", List.of(OTHER_TYPE)).get(0);
        if (named.equals(LATER_TYPE)) {
            throw anotherVersion();
        }
        Matcher type = TYPE.matcher(named);
        if (!type.matches() || headers.containsKey("Content-Encoding")) {
            throw new HttpRefusal(
                    415,
                    "UNSUPPORTED_TYPE",
                    "only SOAP 1.1 as uncompressed text/xml in UTF-8 or UTF-16 is understood, without attachments",
                    "Set Content-Type: text/xml; charset=utf-8.",
                    Map.of());
        }
        return Optional.ofNullable(type.group(1)).map(Charset::forName);
    }

    /** What the first two bytes say: XML 1.0, appendix F. */
    private static Charset seen(byte[] body) {
        int start = body.length < 2 ? 0 : (body[0] & 0xff) << 8 | body[1] & 0xff;
        return switch (start) {
            case 0xfeff, 0xfffe -> StandardCharsets.UTF_16;
            case '<' -> StandardCharsets.UTF_16BE;
            case '<' << 8 -> StandardCharsets.UTF_16LE;
            default -> StandardCharsets.UTF_8;
        };
    }

    /** Decoded here, so that no parser guesses at bytes or repairs them. */
    private static String text(byte[] body, Charset charset) {
        try {
            String text = charset.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new PledgeException(Kind.MALFORMED, "the bytes of the message are not text in its encoding")
                    .remedy("Send it in UTF-8, and say so: Content-Type: text/xml; charset=utf-8.");
        }
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
        if (reader.getLocalName().equals("Envelope")
                && !reader.getNamespaceURI().equals(Soap11.SOAP_NAMESPACE)) {
            throw anotherVersion();
        }
    }

    private static void checkDeclared(XMLStreamReader reader, Charset used) {
        String declared = reader.getCharacterEncodingScheme();
        if (declared != null
                && !(used.name().startsWith("UTF-16") ? WIDE : NARROW)
                        .matcher(declared)
                        .matches()) {
            throw new PledgeException(Kind.MALFORMED, "the message declares another encoding than it is sent in")
                    .remedy("Send it in UTF-8, and leave the declaration out.");
        }
    }

    /** SOAP 1.1, section 4.4. */
    private static HttpRefusal anotherVersion() {
        return new HttpRefusal(
                415,
                HttpRefusal.VERSION_MISMATCH,
                "this service speaks SOAP 1.1; the message is of another version",
                "Send SOAP 1.1 as Content-Type: text/xml, with an Envelope of http://schemas.xmlsoap.org/soap/envelope/.",
                Map.of());
    }
}
