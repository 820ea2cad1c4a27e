package org.pledge.connectors.parts.signature;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.pledge.PledgeException;
import org.pledge.sharing.spi.PartnerSecrets;

/** Signs a message as Standard Webhooks says, under the secret that the exchange property {@code credentials} names. */
public final class Signature implements Processor {
    private static final String PREFIX = "whsec_";
    private static final int SECRET_BYTES = 32;
    private static final int LEAST_BYTES = 24;

    private final PartnerSecrets secrets;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** @param clock gives the time of the try */
    public Signature(PartnerSecrets secrets, Clock clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) throws GeneralSecurityException {
        Message message = exchange.getMessage();
        String id = message.getHeader("PledgeIdempotencyKey", String.class);
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(
                secret(exchange.getProperty(PartnerSecrets.CREDENTIALS, String.class)), "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        message.setHeader("webhook-id", id);
        message.setHeader("webhook-timestamp", timestamp);
        message.setHeader(
                "webhook-signature",
                "v1," + Base64.getEncoder().encodeToString(mac.doFinal(message.getBody(byte[].class))));
    }

    private byte[] secret(String name) {
        String text = new String(secrets.findOrKeep(name, this::fresh), StandardCharsets.UTF_8).strip();
        try {
            byte[] secret = Base64.getDecoder().decode(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "");
            if (secret.length >= LEAST_BYTES) {
                return secret;
            }
        } catch (IllegalArgumentException e) {
            throw unusable(name);
        }
        throw unusable(name);
    }

    private byte[] fresh() {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return (PREFIX + Base64.getEncoder().encodeToString(secret) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static PledgeException unusable(String name) {
        return new PledgeException(
                        PledgeException.Kind.UNAVAILABLE,
                        "the secret " + name + " is not whsec_ and the base64 of at least 24 bytes; nothing was sent")
                .remedy("Write it into its file in that form, or remove the file to get a new one.");
    }
}
