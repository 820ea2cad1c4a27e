package org.pledge.simulators;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;

/**
 * A mail server: {@code SmtpPartner FOLDER [smtp|smtps|starttls [PORT]]}. Writes each message to {@code FOLDER/NNNN.eml}.
 * Its user is {@code pledge}, the password {@code open sesame}. With {@code FOLDER/server.p12} ({@link Certificates})
 * that is its certificate; {@code starttls} needs it, and takes nothing before the connection is encrypted.
 */
public final class SmtpPartner {
    private static final long STARTUP_MILLIS = 60_000;

    private SmtpPartner() {}

    /** Starts it; prints {@code PORT <n>}. */
    public static void main(String[] arguments) throws IOException {
        String protocol = arguments.length > 1 ? arguments[1] : "smtp";
        int port = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
        Record record = new Record(Path.of(arguments[0]));
        Path folder = Path.of(arguments[0]);
        if (Files.exists(folder.resolve(Certificates.SERVER))) {
            System.setProperty(
                    "greenmail.tls.keystore.file",
                    folder.resolve(Certificates.SERVER).toString());
            System.setProperty("greenmail.tls.keystore.password", Certificates.PASSWORD);
        }
        boolean front = protocol.equals("starttls");
        ServerSetup setup = new ServerSetup(front ? 0 : port, "127.0.0.1", front ? "smtp" : protocol);
        setup.setServerStartupTimeout(STARTUP_MILLIS);
        GreenMail mail = new GreenMail(setup);
        mail.start();
        mail.setUser("pledge@mail.example", "pledge", "open sesame");
        Thread writer = new Thread(() -> write(mail, record), "writer");
        writer.setDaemon(true);
        writer.start();
        int own = (protocol.equals("smtps") ? mail.getSmtps() : mail.getSmtp()).getPort();
        System.out.println("PORT " + (front ? StartTls.before(own, port, Certificates.context(folder)) : own));
        Until.inputEnds();
    }

    private static void write(GreenMail mail, Record record) {
        Set<MimeMessage> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        while (mail.waitForIncomingEmail(Long.MAX_VALUE, seen.size() + 1)) {
            for (MimeMessage message : mail.getReceivedMessages()) {
                if (seen.add(message)) {
                    record.add(Map.of(), "eml", bytes(message));
                }
            }
        }
    }

    private static byte[] bytes(MimeMessage message) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            message.writeTo(bytes);
            return bytes.toByteArray();
        } catch (IOException | MessagingException e) {
            return e.toString().getBytes(StandardCharsets.UTF_8);
        }
    }
}
