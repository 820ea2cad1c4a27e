package org.pledge.crypto.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.pledge.PledgeException;

/** A root key in a PKCS#11 token, whose PIN is in a file or typed in the place of a share. */
final class TokenRoot implements RootSource {
    private final TokenRootKey.Place place;
    private final Optional<Path> pinFile;

    TokenRoot(TokenRootKey.Place place, Optional<Path> pinFile) {
        this.place = place;
        this.pinFile = pinFile;
    }

    @Override
    public boolean development() {
        return false;
    }

    @Override
    public boolean opensAlone() {
        return pinFile.isPresent();
    }

    @Override
    public int needed() {
        return opensAlone() ? 0 : 1;
    }

    @Override
    public int given() {
        return 0;
    }

    @Override
    public Optional<RootKey> take(char[] share, boolean keysExist) {
        char[] pin = pinFile.map(TokenRoot::read).orElseGet(share::clone);
        try {
            return Optional.of(TokenRootKey.open(place, pin));
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    /** The first line of a file; the caller wipes it. */
    static char[] read(Path file) {
        byte[] content = new byte[0];
        try {
            content = Files.readAllBytes(file);
            CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(content));
            int end = 0;
            while (end < text.limit() && text.get(end) >= ' ') {
                end++;
            }
            char[] line = Arrays.copyOf(text.array(), end);
            Arrays.fill(text.array(), '\0');
            return line;
        } catch (IOException e) {
            throw new PledgeException(PledgeException.Kind.UNAVAILABLE, "the token's PIN file cannot be read")
                    .remedy("Let the platform's user read " + file + ".");
        } finally {
            SecretBytes.wipe(content);
        }
    }
}
