package org.pledge.rights.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.pledge.TenantId;
import org.pledge.crypto.LookupTokens;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.spi.RequestStore;
import org.pledge.rights.spi.RequestStore.CodeDay;
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

    /** Another code, which counts but never matches unless it may be sent; empty when the request, or its day, takes no more. */
    Optional<String> another(Request request, Instant now, boolean sent) {
        Optional<CodeState> before = store.codes(request.tenant(), request.id());
        int codes = before.map(CodeState::codes).orElse(0);
        int failures = before.map(CodeState::failures).orElse(0);
        if (codes >= config.codes() || failures >= config.wrongCodes()) {
            return Optional.empty();
        }
        CodeDay today = today(request, now, 1, 0);
        if (today.codes() > config.codesADay() || today.failures() >= config.wrongCodesADay()) {
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

    /** Whether it is the last code and in time, of a request that takes more; nothing is counted. */
    boolean matches(Request request, String code, Instant now) {
        return store.codes(request.tenant(), request.id())
                .filter(kept -> kept.failures() < config.wrongCodes() && now.isBefore(kept.expires()))
                .filter(kept -> FORM.matcher(code).matches()
                        && MessageDigest.isEqual(kept.token(), token(request.tenant(), request.id(), code)))
                .isPresent();
    }

    /** Whether the request still takes codes. */
    boolean open(Request request) {
        return store.codes(request.tenant(), request.id())
                .filter(kept -> kept.failures() < config.wrongCodes())
                .isPresent();
    }

    /** Whether no code verifies the request any more; the same whether or not somebody is behind it. */
    boolean locked(Request request, Instant now) {
        return store.codes(request.tenant(), request.id())
                .filter(kept -> kept.failures() >= config.wrongCodes()
                        || kept.codes() >= config.codes() && !now.isBefore(kept.expires()))
                .isPresent();
    }

    /** Whether a code is enough, and it is the last one and in time; any other is counted. Locks nothing itself. */
    boolean takes(Request request, String code, Instant now, boolean enough) {
        Optional<CodeState> kept = store.codes(request.tenant(), request.id());
        if (kept.isEmpty() || kept.get().failures() >= config.wrongCodes()) {
            return false;
        }
        CodeState codes = kept.get();
        boolean takesMore = today(request, now, 0, 0).failures() < config.wrongCodesADay();
        boolean right = FORM.matcher(code).matches()
                && MessageDigest.isEqual(codes.token(), token(request.tenant(), request.id(), code));
        if (right && takesMore && enough && now.isBefore(codes.expires())) {
            return true;
        }
        today(request, now, 0, 1);
        store.putCodes(new CodeState(
                codes.tenant(), codes.request(), codes.token(), codes.expires(), codes.codes(), codes.failures() + 1));
        return false;
    }

    /** Counts for whomever the request is about, known or not. */
    private CodeDay today(Request request, Instant now, int codes, int failures) {
        return store.addToCodeDay(
                request.tenant(),
                request.subject(),
                LocalDate.ofInstant(now, ZoneOffset.UTC),
                new CodeDay(codes, failures));
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
