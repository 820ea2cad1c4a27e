package org.pledge.connectors.clearing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pledge.simulators.Certificates;
import org.pledge.simulators.Simulator;
import org.pledge.vault.core.PaymentGateway.CardData;

/** What is left of a card in this process once its answer is there. */
class MemoryTest {
    private static final byte MASK = 0x5A;
    private static final String TRUST = "javax.net.ssl.trustStore";

    @TempDir
    Path folder;

    /** A number that no text of this process holds, with the eleven digits that make it its own masked. */
    private record Canary(byte[] number, byte[] masked) {
        static Canary random() {
            byte[] number = "4000000000000000".getBytes(StandardCharsets.US_ASCII);
            SecureRandom random = new SecureRandom();
            for (int i = 4; i < number.length; i++) {
                number[i] = (byte) ('0' + random.nextInt(10));
            }
            byte[] masked = number.clone();
            for (int i = 0; i < masked.length; i++) {
                masked[i] ^= MASK;
            }
            return new Canary(number, masked);
        }

        /** How often it is in a file, one byte or two for each digit. */
        int in(Path file) throws IOException {
            return count(file, 1) + count(file, 2);
        }

        private int count(Path file, int width) throws IOException {
            int found = 0;
            int length = masked.length * width;
            byte[] window = new byte[length];
            long at = 0;
            try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
                for (int next = bytes.read(); next >= 0; next = bytes.read()) {
                    window[(int) (at % length)] = (byte) next;
                    at++;
                    found += at >= length && matches(window, at, width) ? 1 : 0;
                }
            }
            Arrays.fill(window, (byte) 0);
            return found;
        }

        private boolean matches(byte[] window, long at, int width) {
            for (int i = 0; i < masked.length; i++) {
                if (window[(int) ((at + (long) i * width) % window.length)] != (byte) (masked[i] ^ MASK)) {
                    return false;
                }
            }
            return true;
        }
    }

    private Path heap(String name) throws IOException {
        Path dump = folder.resolve(name + ".hprof");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dump.toString(), true);
        return dump;
    }

    @ParameterizedTest
    @CsvSource({"http, NORMAL", "http, HANG_UP_AFTER", "http, ERROR_AFTER", "https, NORMAL"})
    void holdsNothingOfTheNumber(String scheme, String mode) throws Exception {
        Path own = folder.resolve("house");
        if (scheme.equals("https")) {
            trusted(Certificates.make(own));
        }
        try (Simulator house = Simulator.start("ClearingHouse", own);
                Shop shop = new Shop(URI.create(scheme + "://127.0.0.1:" + house.port()))) {
            if (!mode.equals("NORMAL")) {
                Control.put(house, "mode", mode + " 1");
            }
            Canary canary = Canary.random();
            CardData card = new CardData(
                    canary.number(),
                    "2031-07".getBytes(StandardCharsets.US_ASCII),
                    "Vera Ledger".getBytes(StandardCharsets.US_ASCII),
                    new byte[0],
                    new byte[0]);
            assertThat(shop.gateway.send(shop.authorisation(card)).isPresent()).isEqualTo(mode.equals("NORMAL"));
            card.close();
            assertThat(canary.in(heap(mode))).isZero();
        }
    }

    private void trusted(Path certificates) {
        System.setProperty(TRUST, certificates.resolve(Certificates.TRUST).toString());
        System.setProperty(TRUST + "Password", Certificates.PASSWORD);
    }

    @AfterEach
    void trustNobodyElse() {
        System.clearProperty(TRUST);
        System.clearProperty(TRUST + "Password");
    }

    @Test
    void findsOneThatIsHeld() throws Exception {
        Canary canary = Canary.random();
        String held = new String(canary.number(), StandardCharsets.US_ASCII);
        byte[] wide = held.getBytes(StandardCharsets.UTF_16BE);
        Arrays.fill(canary.number(), (byte) 0);
        assertThat(canary.in(heap("held"))).isGreaterThanOrEqualTo(2);
        assertThat(held.length() + wide.length).isEqualTo(48);
    }
}
