package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.pledge.dsr.internal.Settings.Agent;
import org.pledge.dsr.internal.Settings.Drp;

/**
 * A message of an authorized agent: 64 bytes of Ed25519 signature before the JSON that they sign, in Base64.
 *
 * @param bytes the signature and what it signs
 */
record SignedMessage(JsonNode claims, byte[] bytes) {
    private static final int SIGNATURE_BYTES = 64;
    /** What stands before the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410). */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    /** Takes the first two steps of section 3.07: it is Base64, and the agent signed it. */
    static SignedMessage signedBy(Agent agent, byte[] body) {
        byte[] bytes = decoded(body);
        if (bytes.length <= SIGNATURE_BYTES) {
            throw Refusal.malformed("the message is too short to be signed");
        }
        byte[] signature = Arrays.copyOf(bytes, SIGNATURE_BYTES);
        byte[] message = Arrays.copyOfRange(bytes, SIGNATURE_BYTES, bytes.length);
        if (!verifies(agent, signature, message)) {
            throw new Refusal(403, "the signature is not that of the agent");
        }
        return new SignedMessage(Json.object(message), bytes);
    }

    private static byte[] decoded(byte[] body) {
        try {
            return Base64.getDecoder().decode(new String(body, StandardCharsets.US_ASCII).strip());
        } catch (IllegalArgumentException e) {
            throw Refusal.malformed("the message must be in Base64");
        }
    }

    private static boolean verifies(Agent agent, byte[] signature, byte[] message) {
        try {
            byte[] key = Arrays.copyOf(PREFIX, PREFIX.length + agent.key().length);
            System.arraycopy(agent.key(), 0, key, PREFIX.length, agent.key().length);
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(key)));
            ed25519.update(message);
            return ed25519.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Tells it from every other message, whatever its signature. */
    String name() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(bytes, SIGNATURE_BYTES, bytes.length - SIGNATURE_BYTES);
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes the other four steps of section 3.07, in their order. */
    SignedMessage validFor(Agent agent, Drp drp, Instant now) {
        forAgent(agent);
        forBusiness(drp);
        issued(drp, now);
        expires(now);
        return this;
    }

    /** As {@link #validFor}, for a message that need not hold what is checked; what it holds must be right. */
    SignedMessage notAgainst(Agent agent, Drp drp, Instant now) {
        if (claims.has("agent-id")) {
            forAgent(agent);
        }
        if (claims.has("business-id")) {
            forBusiness(drp);
        }
        if (claims.has("issued-at")) {
            issued(drp, now);
        }
        if (claims.has("expires-at")) {
            expires(now);
        }
        return this;
    }

    /** A request acts as nothing else, though it holds what a key setup or a revocation holds. */
    SignedMessage noRequest() {
        if (claims.has("exercise")) {
            throw Refusal.malformed("the message is a request");
        }
        return this;
    }

    private void forAgent(Agent agent) {
        if (!Json.text(claims, "agent-id", 64).equals(agent.id())) {
            throw new Refusal(403, "agent-id is not the agent of the token");
        }
    }

    private void forBusiness(Drp drp) {
        if (!Json.text(claims, "business-id", 64).equals(drp.business())) {
            throw new Refusal(403, "business-id is not this business");
        }
    }

    private void issued(Drp drp, Instant now) {
        if (Json.time(claims, "issued-at").isAfter(now.plus(drp.skew()))) {
            throw Refusal.malformed("issued-at is in the future");
        }
    }

    private void expires(Instant now) {
        if (!now.isBefore(Json.time(claims, "expires-at"))) {
            throw Refusal.fatal(400, "expires-at has passed");
        }
    }

    @Override
    public String toString() {
        return "SignedMessage";
    }
}
