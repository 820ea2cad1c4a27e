package org.pledge.front.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.servlet.ServletOutputStream;
import javax.servlet.WriteListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedStreamTest {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private int withheld;

    private final ServletOutputStream out = new ServletOutputStream() {
        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new AssertionError("unexpected");
        }

        @Override
        public void write(int b) {
            sent.write(b);
        }
    };
    private final GuardedStream stream = new GuardedStream(out, () -> withheld++);

    private String sent() {
        return sent.toString(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 15, 16, 17})
    void findsANumberAcrossWritesAndSendsNoDigitOfIt(int size) throws IOException {
        byte[] body = "{\"id\":17,\"number\":\"4111-1111 1111 1111\",\"end\":true}".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < body.length; i += size) {
            stream.write(body, i, Math.min(size, body.length - i));
            stream.flush();
        }
        stream.close();

        assertThat(withheld).isOne();
        assertThat("{\"id\":17,\"number\":\"").startsWith(sent());
    }

    @Test
    void findsANumberThatEndsTheAnswer() throws IOException {
        stream.print("4111111111111111");
        assertThat(sent()).isEmpty();
        stream.finish();
        assertThat(withheld).isOne();
        assertThat(sent()).isEmpty();
    }

    @Test
    void sendsDigitsThatAreNoNumberAsSoonAsThatIsClear() throws IOException {
        stream.print("{\"n\":41111111");
        assertThat(sent()).isEqualTo("{\"n\":");
        stream.print("1111}");
        assertThat(sent()).isEqualTo("{\"n\":411111111111}");
        stream.print("42");
        assertThat(sent()).endsWith("}");
        stream.finish();
        assertThat(sent()).endsWith("42");
        assertThat(withheld).isZero();
    }

    @Test
    void changesNothingElseHoweverItIsWritten() throws IOException {
        Random random = new Random(5);
        byte[] body = new byte[20_000];
        byte[] alphabet = "0123456789 -.ab\n\"\0+\\".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < body.length; i++) {
            body[i] = i % 9 == 0 ? (byte) ',' : alphabet[random.nextInt(alphabet.length)];
        }
        for (int i = 0; i < body.length; ) {
            int size = Math.min(1 + random.nextInt(40), body.length - i);
            stream.write(body, i, size);
            i += size;
        }
        stream.close();

        assertThat(withheld).isZero();
        assertThat(sent.toByteArray()).isEqualTo(body);
    }
}
