package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.dsr.internal.Intake.Identity;
import org.pledge.dsr.internal.Settings.Claim;
import org.pledge.rights.RightsService.Type;

/** A request as OpenDSR 2.0 writes it. */
record OpenDsrMessage(UUID id, Type type, String jurisdiction, Identity identity, Set<String> callbacks) {
    static final String VERSION = "2.0";
    static final Map<String, Type> TYPES = Map.of(
            "access", Type.ACCESS,
            "portability", Type.PORTABILITY,
            "erasure", Type.ERASURE,
            "rectification", Type.RECTIFICATION);

    private static final String CUSTOMER = "controller_customer_id";
    private static final Map<String, Claim> VALUES = Map.of("email", Claim.EMAIL, "mobile_number", Claim.PHONE);
    private static final Duration FAST_CLOCK = Duration.ofMinutes(5);
    private static final int MOST_IDENTITIES = 8;
    private static final int LONGEST_VALUE = 320;

    /** The identity types that are understood for a tenant. */
    static List<String> identities(Settings settings) {
        List<String> types = new ArrayList<>(List.of(CUSTOMER));
        VALUES.forEach((type, claim) -> {
            if (settings.categories().containsKey(claim)) {
                types.add(type);
            }
        });
        return types.stream().sorted().toList();
    }

    /**
     * @param agreed where the sender may be told of the status, by partner
     * @throws Refusal naming what is missing or not understood
     */
    static OpenDsrMessage read(Settings settings, Map<String, String> agreed, JsonNode body, Instant now) {
        String jurisdiction = Optional.ofNullable(settings.jurisdictions().get(Json.text(body, "regulation", 16)))
                .orElseThrow(() -> Refusal.malformed("regulation must be gdpr or ccpa"));
        UUID id = Json.uuid(body, "subject_request_id");
        Type type = Optional.ofNullable(TYPES.get(Json.text(body, "subject_request_type", 32)))
                .orElseThrow(() -> Refusal.malformed("subject_request_type is not one of those in /discovery"));
        if (Json.time(body, "submitted_time").isAfter(now.plus(FAST_CLOCK))) {
            throw Refusal.malformed("submitted_time is in the future");
        }
        if (Json.optional(body, "api_version", 8)
                .filter(version -> !version.equals(VERSION))
                .isPresent()) {
            throw Refusal.malformed("api_version must be " + VERSION);
        }
        if (body.path("extensions").has(settings.domain())) {
            throw Refusal.malformed("there are no extensions of this processor");
        }
        return new OpenDsrMessage(
                id, type, jurisdiction, identity(settings, body.path("subject_identities")), callbacks(agreed, body));
    }

    private static Set<String> callbacks(Map<String, String> agreed, JsonNode body) {
        JsonNode urls = body.path("status_callback_urls");
        if (urls.isMissingNode() || urls.isNull()) {
            return Set.of();
        }
        if (!urls.isArray()) {
            throw Refusal.malformed("status_callback_urls must be a list");
        }
        Set<String> partners = new HashSet<>();
        urls.forEach(url -> partners.add(Callbacks.partner(agreed, url.isTextual() ? url.textValue() : "")));
        return partners;
    }

    private static Identity identity(Settings settings, JsonNode identities) {
        if (!identities.isArray() || identities.isEmpty() || identities.size() > MOST_IDENTITIES) {
            throw Refusal.malformed("subject_identities must be a list of 1 to " + MOST_IDENTITIES);
        }
        Map<String, String> given = new HashMap<>();
        for (JsonNode each : identities) {
            String type = Json.text(each, "identity_type", 64);
            if (!identities(settings).contains(type)
                    || !Json.text(each, "identity_format", 16).equals("raw")) {
                throw Refusal.malformed("an identity has a type or format that is not in /discovery");
            }
            if (given.put(type, Json.text(each, "identity_value", LONGEST_VALUE)) != null) {
                throw Refusal.malformed("an identity type comes twice; send one request for each");
            }
        }
        if (given.containsKey(CUSTOMER)) {
            if (given.size() > 1) {
                throw Refusal.malformed(CUSTOMER + " stands alone");
            }
            return new Identity(Optional.of(customer(given.get(CUSTOMER))), Map.of());
        }
        Map<String, String> values = new HashMap<>();
        given.forEach((type, value) -> values.put(settings.categories().get(VALUES.get(type)), value));
        return new Identity(Optional.empty(), values);
    }

    private static SubjectId customer(String value) {
        return Json.uuid(value)
                .map(SubjectId::of)
                .orElseThrow(() -> Refusal.malformed(CUSTOMER + " must be an identifier that was given here"));
    }
}
