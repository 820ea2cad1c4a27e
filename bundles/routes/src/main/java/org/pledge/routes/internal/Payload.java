package org.pledge.routes.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.pledge.sharing.Outbox.Delivery;

/** Lays the permitted values out as partners receive them; one value as text, several as a list. */
final class Payload implements Processor {
    @Override
    public void process(Exchange exchange) {
        Delivery delivery =
                Claim.of(exchange).orElseThrow(IllegalStateException::new).delivery();
        Map<String, Object> fields = new TreeMap<>();
        Map<?, ?> values = exchange.getMessage().getBody(Map.class);
        values.forEach((field, list) -> fields.put(String.valueOf(field), alone((List<?>) list)));
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("disclosure", delivery.disclosure().toString());
        payload.put("tenant", delivery.tenant().value());
        payload.put("purpose", delivery.purpose());
        payload.put("fields", fields);
        exchange.getMessage().setBody(payload);
    }

    private static Object alone(List<?> values) {
        return values.size() == 1 ? values.get(0) : values;
    }
}
