package org.pledge.distribution;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The second factor of one user of the shell, as an app on their phone has it (RFC 6238). */
final class Authenticator {
    private static final Pattern SECRET = Pattern.compile("secret=([A-Z2-7]{32})");
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int STEP_SECONDS = 30;

    private final byte[] secret;
    private long lastStep;

    private Authenticator(String base32) {
        String digits = base32.chars()
                .mapToObj(letter -> Integer.toString(BASE32.indexOf(letter), BASE32.length()))
                .collect(Collectors.joining());
        byte[] number = new BigInteger("1" + digits, BASE32.length()).toByteArray();
        this.secret = Arrays.copyOfRange(number, number.length - 20, number.length);
    }

    /** Enrols the user who holds this role, and takes the factor into use. */
    static Authenticator enrol(Shell shell, String role, String tenant) throws IOException {
        String enrol = "pledge:second-factor-enrol --tenant " + tenant + "\n";
        String shown = shell.answers(role, List.of(enrol)).get(enrol);
        Matcher found = SECRET.matcher(shown);
        if (!found.find()) {
            throw new IllegalStateException("no secret for " + role + ": " + shown);
        }
        Authenticator own = new Authenticator(found.group(1));
        String confirm = "pledge:second-factor-confirm --tenant " + tenant + "\n" + own.code();
        String said = shell.answers(role, List.of(confirm)).get(confirm);
        if (!said.contains("is in use")) {
            throw new IllegalStateException("the second factor of " + role + " is not confirmed: " + said);
        }
        return own;
    }

    /** A code that was not given before; waits until it is taken, which one of the next step is. */
    String code() {
        long step = Math.max(lastStep + 1, now());
        await("the next code").atMost(Duration.ofSeconds(4 * STEP_SECONDS)).until(() -> now() + 1 >= step);
        lastStep = step;
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret, "HmacSHA1"));
            byte[] hash =
                    mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
            int number = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 0xf) & Integer.MAX_VALUE;
            return String.format(Locale.ROOT, "%06d", number % 1_000_000);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long now() {
        return Instant.now().getEpochSecond() / STEP_SECONDS;
    }
}
