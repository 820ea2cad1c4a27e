package org.pledge.access.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Optional;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.access.CredentialService.Credential;
import org.pledge.access.CredentialService.UsernameToken;
import org.pledge.access.spi.AccessStore.StoredCredential;
import org.pledge.crypto.LookupTokens;

/** Derives the passwords of UsernameTokens, and checks digests made with them. */
final class UsernameTokens {
    static final Duration OLDEST = Duration.ofMinutes(5);
    static final Duration AHEAD = Duration.ofMinutes(1);
    private static final String USE = "username-token";
    private static final byte[] NOBODY = new byte[32];
    private static final int SHORTEST_NONCE = 8;
    private static final int LONGEST_NONCE = 64;
    private static final int LONGEST_CREATED = 40;

    private final LookupTokens tokens;
    private final Instant started;
    private final Nonces nonces = new Nonces(OLDEST.plus(AHEAD));

    UsernameTokens(LookupTokens tokens, Instant started) {
        this.tokens = tokens;
        this.started = started;
    }

    /** Bound to the hash of the bearer token, so that it ends when the credential is replaced. */
    String password(Credential credential, byte[] tokenHash) {
        return password(CredentialTable.username(credential), tokenHash);
    }

    private String password(String username, byte[] tokenHash) {
        byte[] name = (username + '\0').getBytes(StandardCharsets.UTF_8);
        byte[] value = new byte[name.length + tokenHash.length];
        System.arraycopy(name, 0, value, 0, name.length);
        System.arraycopy(tokenHash, 0, value, name.length, tokenHash.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(tokens.platformToken(USE, value));
    }

    /** Does the same work for a user that is unknown. A nonce is used up only by its owner. */
    boolean isGenuine(UsernameToken token, Optional<StoredCredential> found, Instant now) {
        if (token.nonce().length < SHORTEST_NONCE || token.nonce().length > LONGEST_NONCE) {
            throw refused("the nonce must have " + SHORTEST_NONCE + " to " + LONGEST_NONCE + " bytes");
        }
        Instant created = created(token.created());
        if (created.isBefore(now.minus(OLDEST)) || created.isAfter(now.plus(AHEAD))) {
            throw refused("created must be at most 5 minutes ago and at most 1 minute ahead");
        }
        byte[] expected = digest(
                token,
                password(
                        token.username(), found.map(StoredCredential::tokenHash).orElse(NOBODY)));
        if (!MessageDigest.isEqual(expected, token.digest()) || found.isEmpty()) {
            return false;
        }
        if (created.isBefore(started)) {
            throw new PledgeException(Kind.UNAVAILABLE, "this was made before the platform started; nothing was done")
                    .remedy("Send the request again with a new nonce and created.");
        }
        if (!nonces.use(token.username(), token.nonce(), now)) {
            throw refused("this nonce was used before");
        }
        return true;
    }

    /** Space around it is refused: moved over from the end of the nonce, it would give the same digest for a new nonce. */
    private static Instant created(String text) {
        try {
            if (text.length() <= LONGEST_CREATED) {
                return OffsetDateTime.parse(text).toInstant();
            }
        } catch (DateTimeException e) {
            throw notATime();
        }
        throw notATime();
    }

    private static PledgeException notATime() {
        return refused("created must be a time such as 2026-01-31T12:00:00Z");
    }

    private static PledgeException refused(String text) {
        return new PledgeException(Kind.UNAUTHENTICATED, text)
                .remedy("Make a UsernameToken with a new nonce and the present time, by a clock that is right.");
    }

    /** UsernameToken Profile 1.1, section 3.1, which names SHA-1 and no other. */
    private static byte[] digest(UsernameToken token, String password) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(token.nonce());
            sha1.update(token.created().getBytes(StandardCharsets.UTF_8));
            return sha1.digest(password.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
