package org.pledge.backup.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SealingStreamTest {
    private static final int HEADER = 58;
    private static final int SEGMENT = Segments.PLAIN_BYTES + Segments.TAG_BYTES;
    private final byte[] privateKey = X25519.newPrivate();

    private byte[] sealed(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SealingStream stream = new SealingStream(out, FileHeader.Content.DATA, X25519.publicOf(privateKey))) {
            stream.write(plain);
        }
        return out.toByteArray();
    }

    private byte[] opened(byte[] file) throws IOException {
        try (OpeningStream stream = new OpeningStream(new ByteArrayInputStream(file), privateKey)) {
            return stream.readAllBytes();
        }
    }

    private static byte[] plain(int length) {
        byte[] plain = new byte[length];
        new Random(length).nextBytes(plain);
        return plain;
    }

    private void assertRefused(byte[] file) {
        assertThatThrownBy(() -> opened(file)).isInstanceOf(DamagedFileException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 200_000})
    void opensWhatItSealed(int length) throws IOException {
        byte[] file = sealed(plain(length));
        assertThat(opened(file)).isEqualTo(plain(length));
        assertThat(opened(sealed(plain(length)))).isEqualTo(plain(length));
    }

    @Test
    void refusesSegmentsInAnotherOrder() throws IOException {
        byte[] file = sealed(plain(200_000));
        byte[] swapped = file.clone();
        System.arraycopy(file, HEADER, swapped, HEADER + SEGMENT, SEGMENT);
        System.arraycopy(file, HEADER + SEGMENT, swapped, HEADER, SEGMENT);
        assertRefused(swapped);
    }

    @ParameterizedTest
    @ValueSource(ints = {HEADER, HEADER + SEGMENT, HEADER + 2 * SEGMENT, HEADER + 2 * SEGMENT + 100, 30})
    void refusesAFileThatEndsEarly(int length) throws IOException {
        assertRefused(Arrays.copyOf(sealed(plain(200_000)), length));
    }

    @Test
    void refusesASegmentThatIsAddedOrLeftOut() throws IOException {
        byte[] file = sealed(plain(131_072));
        assertRefused(Arrays.copyOf(file, file.length + 1));
        byte[] twice = Arrays.copyOf(file, file.length + SEGMENT);
        System.arraycopy(file, HEADER + SEGMENT, twice, file.length, SEGMENT);
        assertRefused(twice);
        byte[] without = Arrays.copyOf(file, file.length - SEGMENT);
        System.arraycopy(file, HEADER + SEGMENT, without, HEADER, SEGMENT);
        assertRefused(without);
    }

    @Test
    void refusesAnotherKeyAndAnotherFormat() throws IOException {
        byte[] file = sealed(plain(10));
        assertThatThrownBy(() -> new OpeningStream(new ByteArrayInputStream(file), X25519.newPrivate()))
                .hasMessageContaining("another backup key");
        file[8] = 2;
        assertThatThrownBy(() -> opened(file)).hasMessageContaining("format 2");
    }

    /** RFC 7748, 6.1. */
    @Test
    void agreesAsTheStandardDoes() {
        byte[] alice = HexFormat.of().parseHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        byte[] bobsPublic = HexFormat.of().parseHex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        assertThat(HexFormat.of().formatHex(X25519.publicOf(alice)))
                .isEqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        assertThat(HexFormat.of().formatHex(X25519.agree(alice, bobsPublic)))
                .isEqualTo("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    }
}
