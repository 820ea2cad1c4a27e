package org.pledge.access.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.pledge.access.ConfidentialityService.Duty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the text of the duty of confidentiality. Without a readable one nobody can accept it. */
final class DutyText {
    static final String DEFAULT_FILE = "${karaf.etc}/confidentiality.txt";
    static final String INSTALL =
            "An administrator puts the text into etc/confidentiality.txt, see etc/org.pledge.access.confidentiality.cfg";

    private static final Logger LOG = LoggerFactory.getLogger(DutyText.class);
    private static final int LONGEST = 32 * 1024;
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9._-]{1,32}");
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}&&[^\n\r\t]]");

    private DutyText() {}

    static Optional<Duty> read(String file, String version) {
        return read(Path.of(file.replace("${karaf.etc}", System.getProperty("karaf.etc", "etc"))), version);
    }

    static Optional<Duty> read(Path file, String version) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (bytes.length > LONGEST
                    || text.isBlank()
                    || UNPRINTABLE.matcher(text).find()) {
                LOG.error("{} must be plain text of at most 32 KiB; nobody can accept it as it is.", file);
            } else if (!VERSION.matcher(version).matches()) {
                LOG.error("version must be 1 to 32 letters, digits and . _ -; nobody can accept {} meanwhile.", file);
            } else {
                return Optional.of(new Duty(version, digest(bytes), text));
            }
        } catch (NoSuchFileException e) {
            LOG.info("There is no {}; tenants whose policy asks for a duty of confidentiality need it.", file);
        } catch (CharacterCodingException e) {
            LOG.error("{} is not UTF-8; nobody can accept it as it is.", file);
        } catch (IOException e) {
            LOG.error(
                    "{} cannot be read ({}); nobody can accept it.",
                    file,
                    e.getClass().getName());
        }
        return Optional.empty();
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
