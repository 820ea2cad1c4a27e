package org.pledge.simulators;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Stands before a mail server that cannot encrypt, and lets nobody through who does not begin with STARTTLS (RFC 3207). */
final class StartTls {
    private StartTls() {}

    /** Listens, and returns where. */
    static int before(int mail, int port, SSLContext context) throws IOException {
        ServerSocket server = new ServerSocket(port, 16, InetAddress.getByName("127.0.0.1"));
        thread(() -> {
            while (true) {
                Socket client = server.accept();
                thread(() -> serve(client, mail, context));
            }
        });
        return server.getLocalPort();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void thread(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // the other side left
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void serve(Socket client, int mail, SSLContext context) throws IOException {
        try (client) {
            OutputStream out = client.getOutputStream();
            say(out, "220 front");
            if (!asksForTls(client.getInputStream(), out)) {
                return;
            }
            try (SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(client, null, true);
                    Socket inner = new Socket(InetAddress.getByName("127.0.0.1"), mail)) {
                secured.setUseClientMode(false);
                new BufferedReader(new InputStreamReader(inner.getInputStream(), StandardCharsets.US_ASCII), 1)
                        .readLine();
                thread(() -> inner.getInputStream().transferTo(secured.getOutputStream()));
                secured.getInputStream().transferTo(inner.getOutputStream());
            }
        }
    }

    private static boolean asksForTls(InputStream in, OutputStream out) throws IOException {
        while (true) {
            String line = line(in);
            if (line.startsWith("STARTTLS")) {
                say(out, "220 go ahead");
                return true;
            } else if (line.startsWith("EHLO")) {
                say(out, "250-front");
                say(out, "250 STARTTLS");
            } else if (line.isEmpty() || line.startsWith("QUIT")) {
                return false;
            } else {
                say(out, "530 Must issue a STARTTLS command first");
            }
        }
    }

    /** Byte by byte, so that nothing of the handshake is taken. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        while (next >= 0 && next != '\n') {
            line.append((char) next);
            next = in.read();
        }
        return line.toString().strip().toUpperCase(Locale.ROOT);
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
