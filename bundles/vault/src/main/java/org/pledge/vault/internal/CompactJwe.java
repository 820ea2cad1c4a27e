package org.pledge.vault.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.CardSealer.IntakeKey;

/** Opens what was encrypted to an intake key: RFC 7516 compact, ECDH-ES on P-256 or X25519 and A256GCM, and nothing else. */
final class CompactJwe {
    static final int LONGEST = 8_192;
    private static final int LONGEST_HEADER = 1_024;
    private static final int COORDINATE = 32;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final String ENCRYPTION = "A256GCM";
    private static final JsonObject.Shape HEADER = new JsonObject.Shape(
            Set.of("alg", "enc", "kid"), Set.of(), Map.of("epk", new JsonObject.Shape("kty", "crv", "x", "y")));
    private static final String REMEDY =
            "Encrypt it as a JWE in compact form with alg ECDH-ES and enc A256GCM to a key of the vault.";

    private final CardSealer sealer;
    /** Names of intake keys as they were last read; only the key ring knows whether one is still taken. */
    private final AtomicReference<List<String>> known = new AtomicReference<>(List.of());

    CompactJwe(CardSealer sealer) {
        this.sealer = sealer;
    }

    /** Opens it within a transaction of the vault; the caller wipes the result. What is no JWE at all is wiped. */
    byte[] open(byte[] jwe) {
        List<byte[]> parts = parts(jwe);
        byte[] nonce = decoded(parts.get(2));
        byte[] sealed = decoded(parts.get(3));
        byte[] tag = decoded(parts.get(4));
        if (parts.get(1).length != 0 || nonce.length != NONCE || tag.length != TAG || sealed.length == 0) {
            throw refused("the JWE has parts that ECDH-ES with A256GCM does not have");
        }
        byte[] secret = agreed(decoded(parts.get(0)));
        byte[] key = {};
        try {
            key = ConcatKdf.derive(secret, ENCRYPTION, new byte[0], new byte[0], Byte.SIZE * COORDINATE);
            return opened(key, nonce, parts.get(0), sealed, tag);
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    private static List<byte[]> parts(byte[] jwe) {
        if (jwe.length > LONGEST) {
            Arrays.fill(jwe, (byte) 0);
            throw refused("a JWE has at most " + LONGEST + " bytes here");
        }
        List<byte[]> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= jwe.length; i++) {
            if (i == jwe.length || jwe[i] == '.') {
                parts.add(Arrays.copyOfRange(jwe, from, i));
                from = i + 1;
            } else if (!isBase64Url(jwe[i])) {
                parts.clear();
                break;
            }
        }
        if (parts.size() != 5) {
            parts.forEach(part -> Arrays.fill(part, (byte) 0));
            Arrays.fill(jwe, (byte) 0);
            throw refused("this is not encrypted as a JWE in compact form; it was forgotten");
        }
        return parts;
    }

    private static boolean isBase64Url(byte each) {
        return each >= 'A' && each <= 'Z'
                || each >= 'a' && each <= 'z'
                || each >= '0' && each <= '9'
                || each == '-'
                || each == '_';
    }

    /** One text for one value: bits that are left over have to be zero, as RFC 4648, 3.5 lets us ask for. */
    private static byte[] decoded(byte[] part) {
        try {
            byte[] value = Base64.getUrlDecoder().decode(part);
            if (Arrays.equals(Base64.getUrlEncoder().withoutPadding().encode(value), part)) {
                return value;
            }
        } catch (IllegalArgumentException e) {
            throw refused("a part of the JWE is not base64url");
        }
        throw refused("a part of the JWE is not base64url");
    }

    private byte[] agreed(byte[] header) {
        if (header.length > LONGEST_HEADER) {
            throw refused("the header of the JWE is too long");
        }
        try (JsonObject read = JsonObject.read("the header of the JWE", header, HEADER)) {
            if (!is(read, "alg", "ECDH-ES") || !is(read, "enc", ENCRYPTION)) {
                throw refused("the JWE is not of alg ECDH-ES and enc A256GCM");
            }
            JsonObject epk = read.object("epk").orElseThrow(() -> refused("the JWE has no epk"));
            byte[] x = decoded(epk.text("x"));
            byte[] y = decoded(epk.text("y"));
            boolean p256 = is(epk, "kty", "EC") && is(epk, "crv", "P-256") && y.length == COORDINATE;
            boolean x25519 = is(epk, "kty", "OKP") && is(epk, "crv", "X25519") && !epk.has("y");
            if (!p256 && !x25519 || x.length != COORDINATE) {
                throw refused("the epk of the JWE is not on P-256 and not on X25519");
            }
            return sealer.agree(kid(read.text("kid")), x, y);
        }
    }

    private static boolean is(JsonObject object, String name, String value) {
        return Arrays.equals(object.text(name), value.getBytes(StandardCharsets.US_ASCII));
    }

    /** What the sender wrote becomes no text; only the name of a key that it equals does. */
    private String kid(byte[] written) {
        return equal(known.get(), written)
                .or(() -> {
                    List<String> kids =
                            sealer.intakeKeys().stream().map(IntakeKey::kid).toList();
                    known.set(kids);
                    return equal(kids, written);
                })
                .orElseThrow(() -> new PledgeException(Kind.INVALID, "the kid of the JWE is no key of the vault")
                        .remedy("Fetch the vault's keys and encrypt it again to a current one."));
    }

    private static Optional<String> equal(List<String> kids, byte[] written) {
        return kids.stream()
                .filter(kid -> Arrays.equals(kid.getBytes(StandardCharsets.UTF_8), written))
                .findFirst();
    }

    static byte[] opened(byte[] key, byte[] nonce, byte[] header, byte[] sealed, byte[] tag) {
        byte[] both = Arrays.copyOf(sealed, sealed.length + TAG);
        System.arraycopy(tag, 0, both, sealed.length, TAG);
        byte[] plain = new byte[sealed.length];
        boolean done = false;
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG * Byte.SIZE, nonce));
            cipher.updateAAD(header);
            cipher.doFinal(both, 0, both.length, plain, 0);
            done = true;
            return plain;
        } catch (AEADBadTagException e) {
            throw refused("the JWE was encrypted with another key or altered on its way");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "AES-GCM cannot be used: " + e.getClass().getSimpleName());
        } finally {
            if (!done) {
                Arrays.fill(plain, (byte) 0);
            }
        }
    }

    private static PledgeException refused(String text) {
        return new PledgeException(Kind.INVALID, text).remedy(REMEDY);
    }
}
