package org.pledge.connectors.soap.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.apache.camel.Exchange;
import org.pledge.PledgeException;
import org.pledge.sharing.spi.PartnerSecrets;

/** Proves us by a password that is not sent: WS-Security 1.1 UsernameToken with a digest, where a partner wants it. */
final class UsernameToken {
    static final String USERNAME = "username";
    static final String PASSWORD = ".password";

    private static final String WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
    private static final String SECURITY = WSS + "wssecurity-secext-1.0.xsd";
    private static final String UTILITY = WSS + "wssecurity-utility-1.0.xsd";
    private static final int NONCE_BYTES = 16;

    private final PartnerSecrets secrets;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    UsernameToken(PartnerSecrets secrets, Clock clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    void write(Exchange exchange, XMLStreamWriter writer) throws XMLStreamException {
        String username = exchange.getProperty(USERNAME, "", String.class);
        if (username.isEmpty()) {
            return;
        }
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        String created = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String digest = digest(nonce, created, password(exchange));
        writer.writeStartElement("w", "Security", SECURITY);
        writer.writeNamespace("w", SECURITY);
        writer.writeNamespace("u", UTILITY);
        writer.writeAttribute("s", Envelope.SOAP, "mustUnderstand", "1");
        writer.writeStartElement("w", "UsernameToken", SECURITY);
        text(writer, "Username", username);
        writer.writeStartElement("w", "Password", SECURITY);
        writer.writeAttribute("Type", WSS + "username-token-profile-1.0#PasswordDigest");
        writer.writeCharacters(digest);
        writer.writeEndElement();
        writer.writeStartElement("w", "Nonce", SECURITY);
        writer.writeAttribute("EncodingType", WSS + "soap-message-security-1.0#Base64Binary");
        writer.writeCharacters(Base64.getEncoder().encodeToString(nonce));
        writer.writeEndElement();
        writer.writeStartElement("u", "Created", UTILITY);
        writer.writeCharacters(created);
        writer.writeEndElement();
        writer.writeEndElement();
        writer.writeEndElement();
    }

    private static void text(XMLStreamWriter writer, String name, String text) throws XMLStreamException {
        writer.writeStartElement("w", name, SECURITY);
        writer.writeCharacters(text);
        writer.writeEndElement();
    }

    private String password(Exchange exchange) {
        String name = exchange.getProperty(PartnerSecrets.CREDENTIALS, String.class) + PASSWORD;
        return secrets.find(name)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).stripTrailing())
                .orElseThrow(() -> new PledgeException(
                                PledgeException.Kind.UNAVAILABLE,
                                "the secret " + name + " is missing; nothing was sent")
                        .remedy("Write the password that the partner gave you into its file."));
    }

    /** As the UsernameToken profile says, section 3.1; SHA-1 is all it knows. */
    private static String digest(byte[] nonce, String created, String password) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(nonce);
            sha1.update(created.getBytes(StandardCharsets.UTF_8));
            sha1.update(password.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(sha1.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1", e);
        }
    }
}
