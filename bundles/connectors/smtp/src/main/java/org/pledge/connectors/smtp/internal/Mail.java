package org.pledge.connectors.smtp.internal;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Date;

/** A message whose bytes are written already, the same at every try; the transport reads the addresses only. */
final class Mail extends MimeMessage {
    private final byte[] bytes;

    /** @param id with its angle brackets */
    Mail(byte[] bytes, String from, String to, String id, Date date) throws MessagingException {
        super((Session) null);
        this.bytes = bytes.clone();
        setHeader("From", from);
        setRecipient(Message.RecipientType.TO, new InternetAddress(to, true));
        setHeader("Message-ID", id);
        setSentDate(date);
    }

    @Override
    public void saveChanges() {
        // there is nothing to be derived from anything
    }

    @Override
    public void writeTo(OutputStream out, String[] ignored) throws IOException {
        out.write(bytes);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
    }

    @Override
    public int getSize() {
        return bytes.length;
    }

    @Override
    public String toString() {
        return "Mail";
    }
}
