package org.pledge.dsr.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Reads and writes JSON objects; what is read is bounded, and no key may come twice. */
final class Json {
    private static final JsonMapper MAPPER = mapper();
    private static final Pattern UUID_V4 =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    private Json() {}

    private static JsonMapper mapper() {
        // a buffer that is used again holds what somebody sent before
        JsonFactory factory = JsonFactory.builder()
                .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(8)
                        .maxStringLength(32_768)
                        .maxNameLength(256)
                        .maxNumberLength(20)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /** @throws Refusal when it is no JSON object */
    static JsonNode object(byte[] bytes) {
        try {
            JsonNode node = MAPPER.readTree(bytes);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (IOException e) { // what it says may repeat what was sent
            throw Refusal.malformed("the body is not well-formed JSON of few levels without repeated keys");
        }
        throw Refusal.malformed("the body must be a JSON object");
    }

    /** Any JSON of a file that the operator wrote. */
    static JsonNode tree(byte[] bytes) throws IOException {
        return MAPPER.readTree(bytes);
    }

    static ObjectNode made() {
        return JsonNodeFactory.instance.objectNode();
    }

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A text of 1 to {@code longest} characters, where it is there. */
    static Optional<String> optional(JsonNode object, String name, int longest) {
        JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()
                || value.textValue().isBlank()
                || value.textValue().length() > longest) {
            throw Refusal.malformed(name + " must be a text of 1 to " + longest + " characters");
        }
        return Optional.of(value.textValue());
    }

    static String text(JsonNode object, String name, int longest) {
        return optional(object, name, longest).orElseThrow(() -> Refusal.malformed(name + " is required"));
    }

    /** A GUID as these protocols write it: version 4, in lower case. */
    static UUID uuid(JsonNode object, String name) {
        return uuid(text(object, name, 36))
                .orElseThrow(() -> Refusal.malformed(name + " must be a UUID of version 4 in lower case"));
    }

    static Optional<UUID> uuid(String text) {
        return UUID_V4.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }

    static Instant time(JsonNode object, String name) {
        try {
            return OffsetDateTime.parse(text(object, name, 40)).toInstant();
        } catch (DateTimeException e) {
            throw Refusal.malformed(name + " must be a time with its offset, such as 2026-01-31T12:00:00Z");
        }
    }

    /** As these protocols write times: in UTC, without fractions. */
    static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
