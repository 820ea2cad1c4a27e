package org.pledge.rights.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.pledge.SubjectId;
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

    /**
     * Another code for each who may be sent one, which counts where that is nobody all the same; none when the request, or
     * its day, takes no more.
     */
    Map<SubjectId, String> another(Request request, Instant now, Set<SubjectId> to) {
        Optional<CodeState> before = store.codes(request.tenant(), request.id());
        int codes = before.map(CodeState::codes).orElse(0);
        int failures = before.map(CodeState::failures).orElse(0);
        if (codes >= config.codes() || failures >= config.wrongCodes()) {
            return Map.of();
        }
        CodeDay today = today(request, now, 1, 0);
        if (today.codes() > config.codesADay() || today.failures() >= config.wrongCodesADay()) {
            return Map.of();
        }
        Map<SubjectId, String> made = new LinkedHashMap<>();
        to.forEach(person -> made.put(person, String.format(Locale.ROOT, "%06d", random.nextInt(1_000_000))));
        store.putCodes(new CodeState(
                request.tenant(),
                request.id(),
                made.isEmpty() ? unmatched() : tokens(request, made),
                now.plus(Duration.ofMinutes(config.codeMinutes())),
                codes + 1,
                failures));
        return made;
    }

    /** Whether it is the last code of one of them and in time, of a request that takes more; nothing is counted. */
    boolean matches(Request request, String code, Instant now, Set<SubjectId> by) {
        return store.codes(request.tenant(), request.id())
                .filter(kept -> kept.failures() < config.wrongCodes() && now.isBefore(kept.expires()))
                .filter(kept -> isOf(by, kept, request, code))
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

    /** Whether it is the last code of one of them and in time; any other is counted. Locks nothing itself. */
    boolean takes(Request request, String code, Instant now, Set<SubjectId> by) {
        Optional<CodeState> kept = store.codes(request.tenant(), request.id());
        if (kept.isEmpty() || kept.get().failures() >= config.wrongCodes()) {
            return false;
        }
        CodeState codes = kept.get();
        boolean takesMore = today(request, now, 0, 0).failures() < config.wrongCodesADay();
        boolean right = isOf(by, codes, request, code);
        if (right && takesMore && now.isBefore(codes.expires())) {
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

    /** Whether it was sent to one of them; the same work where they are nobody. */
    private boolean isOf(Set<SubjectId> by, CodeState kept, Request request, String code) {
        if (!FORM.matcher(code).matches()) {
            return false;
        }
        boolean right = false;
        for (SubjectId person : by.isEmpty() ? Set.of(request.subject()) : by) {
            byte[] token = token(request, person, code);
            for (int at = 0; at < kept.token().length; at += TOKEN_BYTES) {
                right |= MessageDigest.isEqual(token, Arrays.copyOfRange(kept.token(), at, at + TOKEN_BYTES));
            }
        }
        return right && !by.isEmpty();
    }

    private byte[] tokens(Request request, Map<SubjectId, String> made) {
        ByteBuffer all = ByteBuffer.allocate(made.size() * TOKEN_BYTES);
        made.forEach((person, code) -> all.put(token(request, person, code)));
        return all.array();
    }

    private byte[] token(Request request, SubjectId to, String code) {
        String text = request.id() + " " + to + " " + code;
        return tokens.token(request.tenant(), USE, text.getBytes(StandardCharsets.UTF_8));
    }
}
