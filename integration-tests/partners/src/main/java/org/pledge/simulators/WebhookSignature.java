package org.pledge.simulators;

import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks a message as Standard Webhooks tells a receiver to. */
final class WebhookSignature {
    private static final long TOLERANCE_SECONDS = 300;

    private WebhookSignature() {}

    /** What is wrong with it; empty when it is genuine. */
    static String fault(Path secret, Headers headers, byte[] body) throws IOException {
        String id = String.valueOf(headers.getFirst("webhook-id"));
        String timestamp = String.valueOf(headers.getFirst("webhook-timestamp"));
        if (!timestamp.matches("[0-9]{1,12}")
                || Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) > TOLERANCE_SECONDS) {
            return "its time is not now";
        }
        if (!id.equals(headers.getFirst("Idempotency-Key"))) {
            return "its identifiers differ";
        }
        try {
            String key = Files.readString(secret).strip().substring("whsec_".length());
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            String right = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
            String given = String.valueOf(headers.getFirst("webhook-signature"));
            boolean same = MessageDigest.isEqual(
                    right.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.US_ASCII));
            return same ? "" : "its signature is wrong";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
