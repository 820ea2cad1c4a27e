package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.TenantId;
import org.pledge.sharing.spi.DeletionTokens;

/** Makes requests of the Data Deletion Request Framework under each tenant's key, and verifies what is said to them. */
final class IabTokens implements DeletionTokens {
    private static final Duration SKEW = Duration.ofMinutes(1);

    private final Map<TenantId, Settings> settings;
    private final Clock clock;

    IabTokens(Map<TenantId, Settings> settings, Clock clock) {
        this.settings = Map.copyOf(settings);
        this.clock = clock;
    }

    @Override
    public Asked ask(TenantId tenant, Recipient recipient, String name, Instant since, String identifier) {
        Settings own = Optional.ofNullable(settings.get(tenant))
                .filter(it -> it.iab().isPresent())
                .orElseThrow(() -> new PledgeException(
                                Kind.UNAVAILABLE, "the tenant has no key for deletion requests; nothing was sent")
                        .remedy("Add signing and iab to its settings, and restart the bundle org.pledge.dsr."));
        List<Jwk> keys = keys(recipient);
        Signer signer = own.signer().orElseThrow();
        String issuer = own.iab().orElseThrow().issuer();
        Instant now = clock.instant();
        ObjectNode subject = Json.made()
                .put("identifierType", recipient.type())
                .put("identifierFormat", recipient.format())
                .put("identifierValue", identifier);
        String origin = signer.token(Json.bytes(claims(issuer, "id-" + name, since, subject)));
        String token =
                signer.token(Json.bytes(claims(issuer, name, now, subject).put("idJWT", origin)));
        return new Asked() {
            @Override
            public String token() {
                return token;
            }

            @Override
            public OptionalInt result(String acknowledgement) {
                return IabTokens.this.result(acknowledgement, token, recipient.domain(), keys, now);
            }
        };
    }

    private static ObjectNode claims(String issuer, String name, Instant at, ObjectNode subject) {
        ObjectNode claims = Json.made()
                .put("version", IabMessage.VERSION)
                .put("jti", name)
                .put("iss", issuer)
                .put("iat", at.getEpochSecond());
        claims.set("sub", subject);
        return claims;
    }

    private static List<Jwk> keys(Recipient recipient) {
        List<Jwk> keys = new ArrayList<>();
        try {
            Json.object(recipient.keys()).path("keys").forEach(key -> keys.add(Jwk.read(key)));
        } catch (Refusal | IllegalArgumentException e) {
            keys.clear();
        }
        if (keys.isEmpty()) {
            throw new PledgeException(
                            Kind.UNAVAILABLE, "the keys of " + recipient.domain() + " cannot be used; nothing was sent")
                    .remedy(
                            "Write them as a JWK Set: {\"keys\":[…]}, each RSA from 2048 bits or EC on P-256, with kid.");
        }
        return keys;
    }

    /** Nothing of it is read before its signature is known to be right. */
    private OptionalInt result(String acknowledgement, String token, String domain, List<Jwk> keys, Instant asked) {
        try {
            Jwt read = Jwt.read(acknowledgement);
            JsonNode claims = read.claims();
            boolean proven = read.isSignedBy(keys)
                    && claims.path("version").asText("").equals(IabMessage.VERSION)
                    && claims.path("iss").asText("").equals(domain)
                    && claims.path("rqJWT").asText("").equals(token)
                    && !claims.path("jti").asText("").isBlank()
                    && claims.path("iat").isNumber()
                    && !isFar(claims.path("iat").asLong(), asked)
                    && claims.path("raResultCode").canConvertToInt()
                    && claims.path("raResultCode").isIntegralNumber();
            return proven ? OptionalInt.of(claims.path("raResultCode").intValue()) : OptionalInt.empty();
        } catch (Refusal e) {
            return OptionalInt.empty();
        }
    }

    /** Whether it was not said between the question and now. */
    private boolean isFar(long issued, Instant asked) {
        return issued < asked.minus(SKEW).getEpochSecond()
                || issued > clock.instant().plus(SKEW).getEpochSecond();
    }
}
