package org.pledge.crypto.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;

/** A checked-in file of known values, made by an independent program. */
record Golden(Properties values) {
    static Golden of(String name) {
        Properties values = new Properties();
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + name), name)) {
            values.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Golden(values);
    }

    String text(String key) {
        return Objects.requireNonNull(values.getProperty(key), key);
    }

    byte[] bytes(String key) {
        return HexFormat.of().parseHex(text(key));
    }

    SecretBytes secret(String key) {
        return SecretBytes.of(bytes(key));
    }
}
