package org.pledge.connectors.parts.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.pledge.connectors.parts.check.Kinds;

/** Lays a delivery out as a CloudEvent in structured mode (CloudEvents 1.0, JSON); the same bytes at every try. */
public final class CloudEvent implements Processor {
    /** The exchange property with the name that the partner alone knows the person by, where it is told one. */
    public static final String SUBJECT = "subject";

    private static final String TYPE = "application/cloudevents+json";

    /** Its buffers are not used again: they would hold what was sent before. */
    private final ObjectMapper json = new ObjectMapper(JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .build());

    @Override
    public void process(Exchange exchange) throws JsonProcessingException {
        Message message = exchange.getMessage();
        String kind = Kinds.of(message);
        boolean disclosure = kind.equals("DISCLOSURE");
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", text(message, "PledgeIdempotencyKey"));
        event.put("source", "/tenants/" + text(message, "PledgeTenant"));
        event.put("type", "org.pledge." + kind.toLowerCase(Locale.ROOT).replace('_', '-') + ".v1");
        Optional.ofNullable(exchange.getProperty(SUBJECT, String.class)).ifPresent(it -> event.put("subject", it));
        event.put("time", text(message, "PledgeCreated"));
        event.put("datacontenttype", "application/json");
        event.put("data", disclosure ? disclosure(message) : notice(message, kind));
        message.setBody(json.writeValueAsBytes(event));
        message.setHeader("Content-Type", TYPE);
        message.setHeader("Idempotency-Key", text(message, "PledgeIdempotencyKey"));
        message.setHeader(disclosure ? "Pledge-Disclosure" : "Pledge-Notice", text(message, "PledgeDisclosure"));
        if (disclosure) {
            message.setHeader("Pledge-Purpose", text(message, "PledgePurpose"));
        }
    }

    private static Map<String, Object> disclosure(Message message) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("disclosure", text(message, "PledgeDisclosure"));
        data.put("tenant", text(message, "PledgeTenant"));
        data.put("purpose", text(message, "PledgePurpose"));
        data.put("fields", fields(values(message)));
        return data;
    }

    /** A correction has the values of fields, and names those that are stale without a new one; others name fields. */
    private static Map<String, Object> notice(Message message, String kind) {
        Map<String, List<?>> values = values(message);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("notice", text(message, "PledgeDisclosure"));
        data.put("tenant", text(message, "PledgeTenant"));
        data.put("disclosures", taken(values, "disclosures"));
        if (kind.equals("CORRECTION")) {
            data.put("stale", taken(values, "stale"));
            data.put("fields", fields(values));
        } else {
            data.put("fields", taken(values, "fields"));
        }
        return data;
    }

    private static Map<String, List<?>> values(Message message) {
        Map<String, List<?>> values = new TreeMap<>();
        Map<?, ?> body = message.getBody(Map.class);
        body.forEach((field, list) -> values.put(String.valueOf(field), (List<?>) list));
        return values;
    }

    private static List<?> taken(Map<String, List<?>> values, String name) {
        List<?> taken = values.remove(name);
        return taken == null ? List.of() : taken;
    }

    /** One value as text, several as a list. */
    private static Map<String, Object> fields(Map<String, List<?>> values) {
        Map<String, Object> fields = new TreeMap<>();
        values.forEach((field, list) -> fields.put(field, list.size() == 1 ? list.get(0) : list));
        return fields;
    }

    private static String text(Message message, String header) {
        return message.getHeader(header, "", String.class);
    }
}
