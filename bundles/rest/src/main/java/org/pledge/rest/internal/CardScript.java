package org.pledge.rest.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The script that encrypts a card in the browser, and what a page says of it so that no other is run. */
final class CardScript {
    static final String TEXT = read();
    /** As in the attribute {@code integrity} of HTML. */
    static final String INTEGRITY = "sha384-" + digest(TEXT);

    private CardScript() {}

    private static String read() {
        try (InputStream in = CardScript.class.getResourceAsStream("/org/pledge/rest/card.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-384").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
