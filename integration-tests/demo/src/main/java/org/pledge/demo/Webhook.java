package org.pledge.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Looks at a message as a partner should: by the Standard Webhooks signature and the CloudEvents envelope.
 *
 * @param secrets the folder of the secrets that the platform shares with partners
 * @param partner its name
 */
record Webhook(Path secrets, String partner) {
    private static final long TOLERANCE_SECONDS = 300;

    /** What is wrong with a message; empty when it is genuine. */
    String fault(Map<String, String> headers, byte[] body) {
        try {
            JsonNode event = new ObjectMapper().readTree(body);
            String id = headers.getOrDefault("webhook-id", "");
            String timestamp = headers.getOrDefault("webhook-timestamp", "");
            if (!headers.getOrDefault("content-type", "").startsWith("application/cloudevents+json")) {
                return "it is no CloudEvent";
            }
            if (!id.equals(event.path("id").asText()) || !id.equals(headers.get("idempotency-key"))) {
                return "its identifiers differ";
            }
            if (!timestamp.matches("[0-9]{1,12}")
                    || Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) > TOLERANCE_SECONDS) {
                return "its time is not now";
            }
            String tenant = event.path("source").asText().replaceFirst("^/tenants/", "");
            byte[] right = signature(secret(tenant), id + "." + timestamp + ".", body);
            byte[] given = headers.getOrDefault("webhook-signature", "").getBytes(StandardCharsets.US_ASCII);
            return MessageDigest.isEqual(right, given) ? "" : "its signature is wrong";
        } catch (IOException e) {
            return "it cannot be checked: " + e.getClass().getSimpleName();
        }
    }

    private byte[] secret(String tenant) throws IOException {
        if (!tenant.matches("[a-z][a-z0-9-]{1,31}")) {
            throw new IOException("no tenant");
        }
        String text = Files.readString(secrets.resolve(tenant + "." + partner)).strip();
        return Base64.getDecoder().decode(text.substring("whsec_".length()));
    }

    private static byte[] signature(byte[] secret, String before, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(before.getBytes(StandardCharsets.UTF_8));
            return ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
