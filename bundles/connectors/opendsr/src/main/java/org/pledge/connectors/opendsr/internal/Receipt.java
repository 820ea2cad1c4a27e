package org.pledge.connectors.opendsr.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Takes a processor's answer only where its signature is that of the certificate we hold, it comes in the processor's
 * name, and it is about our request; any other counts as a bad gateway.
 */
final class Receipt implements Processor {
    static final String DOMAIN = "domain";
    private static final String DOMAIN_HEADER = "X-OpenDSR-Processor-Domain";
    private static final String SIGNATURE_HEADER = "X-OpenDSR-Signature";
    private static final int MOST_BYTES = 65_536;
    private static final int UNPROVEN = 502;
    private static final byte[] NOTHING = new byte[0];

    private final Clock clock;

    Receipt(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        byte[] body = body(message);
        if (status >= 200 && status < 300 && !proven(exchange, body)) {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, UNPROVEN);
            message.setHeader("PledgeAnswer", UNPROVEN);
            body = NOTHING;
        }
        message.setBody(body);
    }

    private static byte[] body(Message message) {
        try (InputStream in = message.getBody(InputStream.class)) {
            byte[] bytes = in == null ? NOTHING : in.readNBytes(MOST_BYTES + 1);
            return bytes.length > MOST_BYTES ? NOTHING : bytes;
        } catch (IOException e) {
            return NOTHING;
        }
    }

    /** Nothing of it is read before its signature is known to be right (section 8.8). */
    private boolean proven(Exchange exchange, byte[] body) {
        Message message = exchange.getMessage();
        X509Certificate certificate = exchange.getProperty(Certificate.PROPERTY, X509Certificate.class);
        return exchange.getProperty(DOMAIN, String.class)
                        .equalsIgnoreCase(message.getHeader(DOMAIN_HEADER, "", String.class))
                && signed(certificate, body, message.getHeader(SIGNATURE_HEADER, "", String.class))
                && about(body).equals(Optional.of(message.getHeader("PledgeIdempotencyKey", String.class)));
    }

    private static Optional<String> about(byte[] body) {
        return Json.object(body)
                .map(answer -> answer.path("subject_request_id"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue);
    }

    private boolean signed(X509Certificate certificate, byte[] body, String base64) {
        try {
            certificate.checkValidity(Date.from(clock.instant()));
            boolean elliptic = certificate.getPublicKey() instanceof ECPublicKey;
            Signature signature = Signature.getInstance(elliptic ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initVerify(certificate.getPublicKey());
            signature.update(body);
            return signature.verify(Base64.getMimeDecoder().decode(base64));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
