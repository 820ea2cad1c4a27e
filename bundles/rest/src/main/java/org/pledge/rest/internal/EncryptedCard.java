package org.pledge.rest.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;

/** The body of a request that brings a card: encrypted, or it is not read. */
final class EncryptedCard {
    private static final String TYPE = "application/jose";

    private EncryptedCard() {}

    /** Hands the compact JWE over and wipes it, whatever it was. */
    static <T> T read(String type, InputStream body, Function<byte[], T> use) throws IOException {
        if (type == null
                || !type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(TYPE)) {
            throw new HttpRefusal(
                    415,
                    "UNSUPPORTED_TYPE",
                    "a card is taken encrypted only; nothing of the body was read or kept",
                    "Encrypt it to a key of /api/v1/vault/keys, and send the JWE with Content-Type: application/jose.");
        }
        byte[] jwe = body.readAllBytes();
        try {
            return use.apply(jwe);
        } finally {
            Arrays.fill(jwe, (byte) 0);
        }
    }
}
