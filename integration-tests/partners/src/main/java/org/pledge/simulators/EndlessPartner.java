package org.pledge.simulators;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An HTTP server whose answers have no end: {@code EndlessPartner FOLDER [PORT]}. The path says how:
 * {@code /flood/N} sends a body as fast as it is taken, {@code /drip/N} a byte of it each second, both after a status of
 * {@code N}; {@code /head} sends headers as fast as they are taken, {@code /line} one header that has no end, and
 * {@code /slow} a byte of the headers each second. Writes
 * the first line of each request to {@code FOLDER/NNNN.head}.
 */
public final class EndlessPartner {
    private EndlessPartner() {}

    /** Starts it; prints {@code PORT <n>}. */
    public static void main(String[] arguments) throws IOException {
        Record record = new Record(Path.of(arguments[0]));
        int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        ServerSocket server = new ServerSocket(port, 16, InetAddress.getByName("127.0.0.1"));
        Thread listener = new Thread(() -> {
            while (true) {
                try {
                    Socket client = server.accept();
                    Thread answering = new Thread(() -> answer(client, record));
                    answering.setDaemon(true);
                    answering.start();
                } catch (IOException e) {
                    return;
                }
            }
        });
        listener.setDaemon(true);
        listener.start();
        System.out.println("PORT " + server.getLocalPort());
        Until.inputEnds();
    }

    private static void answer(Socket client, Record record) {
        try (client) {
            String first = line(client.getInputStream());
            record.add(Map.of(), "head", (first + "\n").getBytes(StandardCharsets.US_ASCII));
            String[] path = first.split(" ")[1].split("/");
            String start = "HTTP/1.1 " + (path.length > 2 ? path[2] : "200") + " Endless\r\n";
            String body = start + "Content-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n";
            OutputStream out = client.getOutputStream();
            byte[] much = new byte[64 * 1024];
            Arrays.fill(much, (byte) 'x');
            switch (path[1]) {
                case "flood" -> endless(out, body, "10000\r\n" + text(much) + "\r\n", 0);
                case "drip" -> endless(out, body, "1\r\nx\r\n", 1);
                case "head" -> endless(out, start, "X-More: more\r\n".repeat(1000), 0);
                case "line" -> endless(out, start + "X-More: ", text(much), 0);
                default -> endless(out, start + "X-More: ", "x", 1);
            }
        } catch (IOException e) {
            // they had enough
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static void endless(OutputStream out, String start, String again, long seconds) throws IOException {
        out.write(start.getBytes(StandardCharsets.US_ASCII));
        byte[] bytes = again.getBytes(StandardCharsets.US_ASCII);
        while (true) {
            out.write(bytes);
            out.flush();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        while (next >= 0 && next != '\r') {
            line.append((char) next);
            next = in.read();
        }
        return line.toString();
    }
}
