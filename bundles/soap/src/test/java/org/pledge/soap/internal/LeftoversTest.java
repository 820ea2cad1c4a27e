package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.Role;
import org.pledge.SubjectId;

/** Looks into the memory of this process for a number that somebody sent as it is. */
class LeftoversTest {
    private static final int DIGITS = 16;
    private static final byte[] PLANTED = digits();

    @TempDir
    Path folder;

    private static byte[] digits() {
        byte[] digits = new byte[DIGITS];
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < DIGITS; i++) {
            digits[i] = (byte) ('0' + random.nextInt(10));
        }
        return digits;
    }

    @Test
    void aNumberThatIsNotEncryptedStaysNowhere() throws IOException {
        try (Platform platform = new Platform()) {
            byte[] number = digits();
            for (int i = 0; i < 3; i++) {
                assertThat(answer(platform, number)).contains("<code>MALFORMED</code>");
            }
            invert(number);
            letGo(platform);
            Path dump = folder.resolve("heap.hprof");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dump.toString(), true);
            byte[] heap = Files.readAllBytes(dump);

            assertThat(places(heap, PLANTED, false)).isNotZero();
            invert(number);
            assertThat(places(heap, number, false)).isZero();
            assertThat(places(heap, number, true)).isZero();
        }
    }

    /** Not one that is found, while memory is looked through. */
    private static void invert(byte[] number) {
        for (int i = 0; i < number.length; i++) {
            number[i] = (byte) ~number[i];
        }
    }

    /** Each of the server's selectors remembers the last connection it looked at, a closed one, too. */
    private static void letGo(Platform platform) throws IOException {
        platform.awaitNoConnection();
        for (int i = 0; i < platform.selectors(); i++) {
            try (Socket socket = new Socket("127.0.0.1", platform.address().getPort())) {
                socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
            }
        }
        platform.awaitNoConnection();
    }

    private static String answer(Platform platform, byte[] number) throws IOException {
        String element = Platform.element("storeCard", "<subject>" + SubjectId.random() + "</subject><jwe>|</jwe>");
        String[] around = Platform.envelope("", element).split("\\|");
        int length = around[0].length() + DIGITS + around[1].length();
        String head = "POST " + platform.address().getPath() + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"\"\r\nContent-Length: " + length
                + "\r\nAuthorization: Bearer " + platform.token(Role.OPERATOR) + "\r\n\r\n";
        try (Socket socket = new Socket("127.0.0.1", platform.address().getPort());
                InputStream in = socket.getInputStream()) {
            socket.getOutputStream().write((head + around[0]).getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(number);
            socket.getOutputStream().write(around[1].getBytes(StandardCharsets.US_ASCII));
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** How often the digits stand in the heap, one byte or two bytes for each. */
    private static int places(byte[] heap, byte[] digits, boolean wide) {
        int step = wide ? 2 : 1;
        int found = 0;
        for (int i = 0; i + digits.length * step <= heap.length; i++) {
            int matching = 0;
            while (matching < digits.length
                    && heap[i + matching * step] == digits[matching]
                    && (!wide || heap[i + matching * step + 1] == 0)) {
                matching++;
            }
            if (matching == digits.length) {
                found++;
            }
        }
        return found;
    }
}
