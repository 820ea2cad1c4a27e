package org.pledge.rights.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.pledge.TenantId;
import org.pledge.crypto.LookupTokens;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.spi.RequestStore;
import org.pledge.rights.spi.RequestStore.CodeState;

/** Makes codes of six digits and checks them; only a keyed hash of a code is kept. Needs a transaction. */
final class Codes {
    private static final String USE = "rights-code";
    private static final int TOKEN_BYTES = 32;
    private static final Pattern FORM = Pattern.compile("[0-9]{6}");

    private final RequestStore store;
    private final LookupTokens tokens;
    private final Clockwork.Config config;
    private final SecureRandom random = new SecureRandom();

    Codes(RequestStore store, LookupTokens tokens, Clockwork.Config config) {
        this.store = store;
        this.tokens = tokens;
        this.config = config;
    }

    /** Another code, which counts but never matches unless it may be sent; empty when the request takes no more. */
    Optional<String> another(Request request, Instant now, boolean sent) {
        Optional<CodeState> before = store.codes(request.tenant(), request.id());
        int codes = before.map(CodeState::codes).orElse(0);
        int failures = before.map(CodeState::failures).orElse(0);
        if (codes >= config.codes() || failures >= config.wrongCodes()) {
            return Optional.empty();
        }
        String code = String.format("%06d", random.nextInt(1_000_000));
        store.putCodes(new CodeState(
                request.tenant(),
                request.id(),
                sent ? token(request.tenant(), request.id(), code) : unmatched(),
                now.plus(Duration.ofMinutes(config.codeMinutes())),
                codes + 1,
                failures));
        return Optional.of(code);
    }

    /** Whether a code is enough, and it is the last one and in time; any other is counted. Locks nothing itself. */
    boolean takes(Request request, String code, Instant now, boolean enough) {
        Optional<CodeState> kept = store.codes(request.tenant(), request.id());
        if (kept.isEmpty() || kept.get().failures() >= config.wrongCodes()) {
            return false;
        }
        CodeState codes = kept.get();
        boolean right = FORM.matcher(code).matches()
                && MessageDigest.isEqual(codes.token(), token(request.tenant(), request.id(), code));
        if (right && enough && now.isBefore(codes.expires())) {
            return true;
        }
        store.putCodes(new CodeState(
                codes.tenant(), codes.request(), codes.token(), codes.expires(), codes.codes(), codes.failures() + 1));
        return false;
    }

    private byte[] unmatched() {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] token(TenantId tenant, UUID request, String code) {
        return tokens.token(tenant, USE, (request + " " + code).getBytes(StandardCharsets.UTF_8));
    }
}
