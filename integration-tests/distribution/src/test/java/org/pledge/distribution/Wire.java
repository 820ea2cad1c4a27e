package org.pledge.distribution;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** One connection: bytes out as no decent client would send them, and bytes in. */
final class Wire {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})[ \\r]");
    private static final int MOST = 1 << 20;

    private Wire() {}

    /**
     * What came back.
     *
     * @param text everything that was received, one character for a byte
     * @param closed whether the platform ended the connection
     */
    record Answer(String text, boolean closed, Duration took) {
        /** The status of every answer on the connection. */
        List<Integer> statuses() {
            return STATUS.matcher(text)
                    .results()
                    .map((MatchResult one) -> Integer.valueOf(one.group(1)))
                    .toList();
        }

        int status() {
            return statuses().isEmpty() ? 0 : statuses().get(0);
        }

        String body() {
            int end = text.indexOf("\r\n\r\n");
            return end < 0 ? "" : text.substring(end + 4);
        }

        boolean fault() {
            return text.contains(":Fault>") && text.contains("faultcode");
        }
    }

    /** Sends all bytes, then reads until the platform closes or the patience ends. */
    static Answer send(int port, byte[] bytes, Duration patience) throws IOException {
        long begun = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Thread writer = new Thread(() -> write(socket, bytes), "hostile-writer");
            writer.setDaemon(true);
            writer.start();
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            boolean closed = read(socket, received, begun + patience.toNanos());
            return new Answer(
                    received.toString(StandardCharsets.ISO_8859_1),
                    closed,
                    Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            socket.shutdownOutput();
        } catch (IOException e) {
            // the platform need not listen to the end
        }
    }

    private static boolean read(Socket socket, ByteArrayOutputStream received, long until) throws IOException {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = socket.getInputStream();
            while (received.size() < MOST) {
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                socket.setSoTimeout((int) left);
                int count = in.read(buffer);
                if (count < 0) {
                    return true;
                }
                received.write(buffer, 0, count);
            }
            return false;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (java.net.SocketException e) {
            return true; // reset
        }
    }
}
