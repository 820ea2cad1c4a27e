package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** A compact JWT (RFC 7519) with its parts decoded; it is not verified yet. */
record Jwt(String compact, JsonNode header, JsonNode claims) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

    /** @throws Refusal when it has another form */
    static Jwt read(String compact) {
        if (!FORM.matcher(compact).matches()) {
            throw Refusal.malformed("a token must be three parts in Base64");
        }
        String[] parts = compact.split("\\.");
        return new Jwt(compact, object(parts[0]), object(parts[1]));
    }

    private static JsonNode object(String part) {
        try {
            return Json.object(Base64.getUrlDecoder().decode(part));
        } catch (IllegalArgumentException e) {
            throw Refusal.malformed("a token must be three parts in Base64");
        }
    }

    /** What its signature is about. */
    byte[] signed() {
        return compact.substring(0, compact.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the key that it names signed it; the key says the algorithm, and the token must say the same. */
    boolean isSignedBy(List<Jwk> keys) {
        String kid = header.path("kid").asText("");
        return !header.has("crit")
                && keys.stream().filter(key -> key.kid().equals(kid)).anyMatch(key -> verifies(key.key()));
    }

    private boolean verifies(PublicKey key) {
        boolean rsa = key instanceof RSAPublicKey;
        if (!header.path("alg").asText("").equals(rsa ? "RS256" : "ES256")) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
            signature.initVerify(key);
            signature.update(signed());
            return signature.verify(Base64.getUrlDecoder().decode(compact.substring(compact.lastIndexOf('.') + 1)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "Jwt";
    }
}
