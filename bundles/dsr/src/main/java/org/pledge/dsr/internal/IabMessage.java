package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pledge.SubjectId;
import org.pledge.dsr.internal.Intake.Ask;
import org.pledge.dsr.internal.Intake.Identity;
import org.pledge.dsr.internal.Intake.Message;
import org.pledge.dsr.internal.Settings.Claim;
import org.pledge.dsr.internal.Settings.Iab;
import org.pledge.dsr.internal.Settings.Party;
import org.pledge.rights.RightsService.Type;

/** A deletion request with its chained tokens, verified. */
record IabMessage(Party requester, Ask ask) {
    /** The result codes of the framework. */
    enum Result {
        ACCEPTED,
        MALFORMED,
        SIGNATURE,
        TOKEN,
        TYPE,
        FORMAT,
        TIME;

        int code() {
            return ordinal();
        }
    }

    /** Why a request is not taken. */
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Result result;

        Fault(Result result, String text) {
            super(text);
            this.result = result;
        }

        Result result() {
            return result;
        }
    }

    /** The identifiers that are understood, as {@code dsrdelete.json} lists them. */
    enum Kind {
        CUSTOMER("customer_id", "uuid"),
        EMAIL("email", "raw"),
        PHONE("phone", "e164");

        private final String type;
        private final String format;

        Kind(String type, String format) {
            this.type = type;
            this.format = format;
        }

        String type() {
            return type;
        }

        String format() {
            return format;
        }

        boolean isOffered(Settings settings) {
            return claim().map(settings.categories()::containsKey).orElse(true);
        }

        Optional<Claim> claim() {
            return switch (this) {
                case CUSTOMER -> Optional.empty();
                case EMAIL -> Optional.of(Claim.EMAIL);
                case PHONE -> Optional.of(Claim.PHONE);
            };
        }

        private boolean fits(String value) {
            return switch (this) {
                case CUSTOMER -> Json.uuid(value).isPresent();
                case EMAIL -> value.matches("[^@\\s]+@[^@\\s]+");
                case PHONE -> value.matches("\\+[1-9][0-9]{6,14}");
            };
        }
    }

    static final String VERSION = "1.0";
    private static final List<String> OF_ID = List.of("version", "jti", "iss", "sub", "iat");
    private static final List<String> OF_REQUEST = List.of("version", "idJWT", "jti", "iss", "sub", "iat");
    private static final Duration FAST_CLOCK = Duration.ofMinutes(1);
    private static final Duration OLDEST_REQUEST = Duration.ofDays(1);
    private static final Duration OLDEST_IDENTITY = Duration.ofDays(45);
    private static final int LONGEST = 320;

    /** @throws Fault with its result code */
    static IabMessage read(Settings settings, Iab iab, String compact, Instant now) {
        Jwt request = token(compact);
        complete(request, OF_REQUEST);
        Jwt identity = token(request.claims().get("idJWT").asText(""));
        complete(identity, OF_ID);
        if (identity.claims().has("idJWT")) {
            throw new Fault(Result.MALFORMED, "the idJWT is a request itself");
        }
        Party requester = signed(iab, request);
        Party origin = signed(iab, identity);
        if (!origin.firstParty()) {
            throw new Fault(Result.SIGNATURE, "the issuer of the idJWT is not known here as a 1st party");
        }
        timely(request, now, OLDEST_REQUEST);
        timely(identity, now, OLDEST_IDENTITY);
        JsonNode subject = request.claims().get("sub");
        Kind kind = kind(settings, subject);
        String value = subject.path("identifierValue").textValue();
        boolean unchanged = subject.equals(identity.claims().get("sub"));
        return new IabMessage(
                requester,
                new Ask(
                        new Message(name(request), Optional.empty(), content(request, identity)),
                        Optional.of(origin.issuer() + "\n" + name(identity) + "\n" + kind + "\n" + value),
                        Type.ERASURE,
                        iab.jurisdiction(),
                        identity(settings, kind, value),
                        unchanged
                                && kind.claim().map(origin.trusted()::contains).orElse(false)));
    }

    /** What a repetition has in common with the first try: it may be signed anew, at a later time. */
    private static byte[] content(Jwt request, Jwt identity) {
        ObjectNode content = request.claims().deepCopy();
        content.remove("iat");
        content.set("idJWT", identity.claims());
        return Json.bytes(content);
    }

    private static Jwt token(String compact) {
        try {
            return Jwt.read(compact);
        } catch (Refusal e) {
            throw new Fault(Result.TOKEN, "a token is not a JWT with JSON in it");
        }
    }

    private static void complete(Jwt token, List<String> names) {
        for (String name : names) {
            JsonNode value = token.claims().path(name);
            boolean right =
                    switch (name) {
                        case "sub" ->
                            Arrays.stream(new String[] {"identifierType", "identifierFormat", "identifierValue"})
                                    .allMatch(part -> isText(value.path(part)));
                        case "iat" -> value.isNumber();
                        case "version" -> value.asText("").equals(VERSION);
                        case "idJWT" -> value.isTextual();
                        default -> isText(value);
                    };
            if (!right) {
                throw new Fault(Result.MALFORMED, "the field " + name + " is missing or of another form");
            }
        }
    }

    private static boolean isText(JsonNode value) {
        return value.isTextual()
                && !value.textValue().isBlank()
                && value.textValue().length() <= LONGEST;
    }

    private static Party signed(Iab iab, Jwt token) {
        return Optional.ofNullable(iab.parties().get(token.claims().get("iss").textValue()))
                .filter(party -> token.isSignedBy(party.keys()))
                .orElseThrow(() -> new Fault(Result.SIGNATURE, "a signature is not that of a party known here"));
    }

    private static void timely(Jwt token, Instant now, Duration oldest) {
        try {
            Instant issued = Instant.ofEpochSecond(token.claims().get("iat").longValue());
            if (!issued.isAfter(now.plus(FAST_CLOCK)) && !issued.isBefore(now.minus(oldest))) {
                return;
            }
        } catch (DateTimeException e) { // no such instant is in time
        }
        throw new Fault(Result.TIME, "iat is in the future or too long ago");
    }

    private static Kind kind(Settings settings, JsonNode subject) {
        String type = subject.path("identifierType").textValue();
        Kind kind = Arrays.stream(Kind.values())
                .filter(each -> each.type().equals(type) && each.isOffered(settings))
                .findFirst()
                .orElseThrow(() -> new Fault(Result.TYPE, "the identifier type is not one of dsrdelete.json"));
        if (!subject.path("identifierFormat").textValue().equals(kind.format())
                || !kind.fits(subject.path("identifierValue").textValue())) {
            throw new Fault(Result.FORMAT, "the identifier must have the format " + kind.format());
        }
        return kind;
    }

    private static Identity identity(Settings settings, Kind kind, String value) {
        return kind.claim()
                .map(claim -> new Identity(
                        Optional.empty(), Map.of(settings.categories().get(claim), value)))
                .orElseGet(() -> new Identity(Json.uuid(value).map(SubjectId::of), Map.of()));
    }

    private static String name(Jwt token) {
        return token.claims().get("jti").textValue();
    }
}
