package org.pledge.rest.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The contract as it is written, and the same as JSON. */
final class OpenApi {
    private final byte[] yaml;
    private final byte[] json;
    private final Map<String, String> operations;

    OpenApi() {
        try (InputStream in = OpenApi.class.getResourceAsStream("/org/pledge/rest/openapi.yaml")) {
            yaml = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        operations = operations(tree());
        try {
            json = Json.MAPPER
                    .writer()
                    .without(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .writeValueAsBytes(tree());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    Object tree() {
        return new Load(LoadSettings.builder().build()).loadFromString(new String(yaml, StandardCharsets.UTF_8));
    }

    private static Map<String, String> operations(Object tree) {
        Map<String, String> ids = new HashMap<>();
        map(map(tree).get("paths")).forEach((path, methods) -> map(methods)
                .forEach((method, operation) -> ids.put(
                        method.toUpperCase(Locale.ROOT) + " " + path,
                        map(operation).get("operationId").toString())));
        return Map.copyOf(ids);
    }

    private static Map<String, Object> map(Object node) {
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) node).forEach((key, value) -> map.put(key.toString(), value));
        return map;
    }

    /** What the contract calls a method of a path template, or {@code unknown}. */
    String operationId(String method, String template) {
        String path = ("/" + template).replaceAll("/+", "/").replaceAll("/$", "");
        return operations.getOrDefault(method + " " + path, "unknown");
    }

    byte[] yaml() {
        return yaml.clone();
    }

    byte[] json() {
        return json.clone();
    }
}
