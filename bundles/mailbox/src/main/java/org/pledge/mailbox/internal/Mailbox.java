package org.pledge.mailbox.internal;

import jakarta.mail.Address;
import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Stream;

/** Hands the heads of new mails on and moves each mail where its fate says; bodies are never fetched. */
final class Mailbox {
    /** How the connection is protected. */
    enum Protection {
        /** TLS from the first byte (RFC 8314). */
        TLS,
        /** TLS that must begin before the login. */
        STARTTLS,
        /** None, on a loopback address only. */
        NONE
    }

    /** Where the mailbox is. */
    record Place(String host, int port, Protection protection, String user, String folder) {
        @Override
        public String toString() {
            return "Place[" + host + ":" + port + "]";
        }
    }

    private static final int AT_ONCE = 100;
    private static final String TIMEOUT = "20000";
    private static final String[] HEADERS = {
        "Message-ID",
        "From",
        "To",
        "Cc",
        "Delivered-To",
        "X-Original-To",
        "Subject",
        "Date",
        "Auto-Submitted",
        "Precedence",
        "List-Id",
        "List-Unsubscribe",
        "Return-Path",
        "X-Auto-Response-Suppress",
        "Content-Type"
    };
    private static final Map<Intake.Fate, String> FOLDERS =
            new EnumMap<>(Map.of(Intake.Fate.DONE, "Pledge/Done", Intake.Fate.HELD, "Pledge/Held"));

    private final Place place;

    Mailbox(Place place) {
        this.place = place;
    }

    /**
     * Takes up to a hundred mails, the oldest first.
     *
     * @return how many were done with or held
     */
    int look(String password, Function<Letter, Intake.Fate> taking) throws MessagingException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Session.class.getClassLoader());
        try (Store store = session().getStore("imap")) {
            store.connect(place.host(), place.port(), place.user(), password);
            try (Folder folder = store.getFolder(place.folder())) {
                folder.open(Folder.READ_WRITE);
                return take(store, folder, taking);
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Session session() {
        Properties properties = new Properties();
        properties.put("mail.imap.connectiontimeout", TIMEOUT);
        properties.put("mail.imap.timeout", TIMEOUT);
        properties.put("mail.imap.writetimeout", TIMEOUT);
        properties.put("mail.imap.ssl.enable", Boolean.toString(place.protection() == Protection.TLS));
        properties.put("mail.imap.ssl.checkserveridentity", "true");
        properties.put("mail.imap.starttls.enable", Boolean.toString(place.protection() == Protection.STARTTLS));
        properties.put("mail.imap.starttls.required", Boolean.toString(place.protection() == Protection.STARTTLS));
        return Session.getInstance(properties);
    }

    private int take(Store store, Folder folder, Function<Letter, Intake.Fate> taking) throws MessagingException {
        int count = folder.getMessageCount();
        Message[] messages = count == 0 ? new Message[0] : folder.getMessages(1, Math.min(count, AT_ONCE));
        FetchProfile heads = new FetchProfile();
        heads.add(FetchProfile.Item.ENVELOPE);
        Arrays.stream(HEADERS).forEach(heads::add);
        folder.fetch(messages, heads);
        int moved = 0;
        for (Message message : messages) {
            if (!message.isSet(Flags.Flag.DELETED)) {
                Intake.Fate fate = taking.apply(letter(message));
                if (fate == Intake.Fate.LATER) {
                    break;
                }
                move(store, folder, message, FOLDERS.get(fate));
                moved++;
            }
        }
        folder.expunge();
        return moved;
    }

    private static void move(Store store, Folder from, Message message, String name) throws MessagingException {
        Folder to = store.getFolder(name.replace('/', from.getSeparator()));
        if (!to.exists()) {
            to.create(Folder.HOLDS_MESSAGES);
        }
        from.copyMessages(new Message[] {message}, to);
        message.setFlag(Flags.Flag.DELETED, true);
    }

    private Letter letter(Message message) throws MessagingException {
        Optional<String> from = sender(message);
        String id = first(message, "Message-ID")
                .orElse(from.orElse("")
                        + first(message, "Date").orElse("")
                        + first(message, "Subject").orElse(""));
        List<String> recipients = new ArrayList<>();
        for (String header : List.of("To", "Cc", "Delivered-To", "X-Original-To")) {
            addresses(message, header).forEach(recipients::add);
        }
        Optional<Instant> received =
                Optional.ofNullable(message.getReceivedDate()).map(Date::toInstant);
        return new Letter(id, from, recipients, subject(message), received, automatic(message, from));
    }

    private static Optional<String> first(Message message, String header) throws MessagingException {
        String[] values = message.getHeader(header);
        return values == null || values.length == 0 ? Optional.empty() : Optional.of(values[0]);
    }

    private static Stream<String> addresses(Message message, String header) throws MessagingException {
        String[] values = message.getHeader(header);
        List<String> found = new ArrayList<>();
        for (String value : values == null ? new String[0] : values) {
            try {
                for (Address address : InternetAddress.parseHeader(value, false)) {
                    found.add(((InternetAddress) address).getAddress());
                }
            } catch (AddressException e) {
                return Stream.empty();
            }
        }
        return found.stream().filter(address -> address != null && address.indexOf('@') > 0);
    }

    private static Optional<String> sender(Message message) throws MessagingException {
        List<String> from = addresses(message, "From").toList();
        return from.size() == 1 ? Optional.of(from.get(0)) : Optional.empty();
    }

    private static String subject(Message message) throws MessagingException {
        String raw = MimeUtility.unfold(first(message, "Subject").orElse(""));
        if (raw.chars().anyMatch(each -> each > 0x7f) && raw.chars().allMatch(each -> each <= 0xff)) {
            return new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8); // RFC 6532
        }
        try {
            return MimeUtility.decodeText(raw);
        } catch (UnsupportedEncodingException e) {
            return raw;
        }
    }

    /** By the heads that machines and lists have (RFC 3834, RFC 2919, RFC 3462), and our own address. */
    private boolean automatic(Message message, Optional<String> from) throws MessagingException {
        String submitted = first(message, "Auto-Submitted").orElse("no").strip().toLowerCase(Locale.ROOT);
        String precedence = first(message, "Precedence").orElse("").strip().toLowerCase(Locale.ROOT);
        String type = first(message, "Content-Type").orElse("").strip().toLowerCase(Locale.ROOT);
        String local = from.map(address -> address.substring(0, address.lastIndexOf('@')))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        return !submitted.equals("no")
                || List.of("bulk", "list", "junk", "auto_reply").contains(precedence)
                || type.startsWith("multipart/report")
                || List.of("mailer-daemon", "postmaster", "noreply", "no-reply").contains(local)
                || from.filter(place.user()::equalsIgnoreCase).isPresent()
                || first(message, "Return-Path")
                        .map(String::strip)
                        .filter("<>"::equals)
                        .isPresent()
                || first(message, "List-Id").isPresent()
                || first(message, "List-Unsubscribe").isPresent()
                || first(message, "X-Auto-Response-Suppress").isPresent();
    }
}
