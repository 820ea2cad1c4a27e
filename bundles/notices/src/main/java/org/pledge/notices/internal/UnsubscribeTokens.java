package org.pledge.notices.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.LookupTokens;

/**
 * Makes the opaque part of unsubscribe links, and reads it. A token is a synthetic initialisation vector (as in RFC 5297,
 * with HMAC-SHA-256 as the function) followed by what it stands for, hidden under a key stream from that vector: nobody
 * can read, alter or invent one, and the same three make the same token.
 */
final class UnsubscribeTokens {
    private static final String SIGN = "unsubscribe-sign";
    private static final String HIDE = "unsubscribe-hide";
    private static final int VECTOR = 16;
    private static final int LONGEST = 256;
    private static final int SUBJECT = 2 * Long.BYTES;

    private final LookupTokens keys;

    UnsubscribeTokens(LookupTokens keys) {
        this.keys = keys;
    }

    /** What a token stands for. */
    record Link(TenantId tenant, SubjectId subject, String purpose) {}

    String token(Link link) {
        byte[] names = (link.tenant() + " " + link.purpose()).getBytes(StandardCharsets.US_ASCII);
        UUID subject = link.subject().toUuid();
        byte[] plain = ByteBuffer.allocate(SUBJECT + names.length)
                .putLong(subject.getMostSignificantBits())
                .putLong(subject.getLeastSignificantBits())
                .put(names)
                .array();
        byte[] vector = vector(plain);
        byte[] token = ByteBuffer.allocate(VECTOR + plain.length)
                .put(vector)
                .put(masked(vector, plain))
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** What a token stands for; empty when we did not make it. */
    Optional<Link> read(String token) {
        if (token.length() > 2 * LONGEST) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length <= VECTOR + SUBJECT || bytes.length > LONGEST) {
            return Optional.empty();
        }
        byte[] vector = Arrays.copyOf(bytes, VECTOR);
        byte[] plain = masked(vector, Arrays.copyOfRange(bytes, VECTOR, bytes.length));
        if (!MessageDigest.isEqual(vector, vector(plain))) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(plain);
        SubjectId subject = SubjectId.of(new UUID(buffer.getLong(), buffer.getLong()));
        String[] names = new String(plain, SUBJECT, plain.length - SUBJECT, StandardCharsets.US_ASCII).split(" ");
        return Optional.of(new Link(new TenantId(names[0]), subject, names[1]));
    }

    private byte[] vector(byte[] plain) {
        return Arrays.copyOf(keys.platformToken(SIGN, plain), VECTOR);
    }

    private byte[] masked(byte[] vector, byte[] bytes) {
        byte[] result = bytes.clone();
        byte[] block = {};
        for (int i = 0; i < result.length; i++) {
            if (i % 32 == 0) {
                block = keys.platformToken(
                        HIDE,
                        ByteBuffer.allocate(VECTOR + Integer.BYTES)
                                .put(vector)
                                .putInt(i / 32)
                                .array());
            }
            result[i] ^= block[i % 32];
        }
        return result;
    }
}
