package org.pledge.rest.internal;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.visitor.UsageService.Event;

/** Reads usage events; of properties that are not known only the name goes on, so that it can be judged. */
final class UsageBatch {
    private static final Set<String> KNOWN = Arrays.stream(UsageContract.UsageEvent.class.getRecordComponents())
            .map(RecordComponent::getName)
            .collect(Collectors.toUnmodifiableSet());

    private UsageBatch() {}

    static List<Event> read(InputStream body, boolean gpc) throws IOException {
        JsonNode batch = Json.MAPPER.readTree(body);
        if (batch == null || !batch.isObject()) {
            throw Problems.noObject();
        }
        Contract.needed("events", batch.get("events"));
        if (batch.size() != 1 || !batch.get("events").isArray()) {
            throw new PledgeException(Kind.MALFORMED, "events must be a list, and nothing else is known here")
                    .remedy("Send events, a list of objects as UsageEvent in /api/v1/openapi.yaml says.");
        }
        List<Event> events = new ArrayList<>();
        for (JsonNode event : batch.get("events")) {
            if (!(event instanceof ObjectNode object)) {
                throw new PledgeException(Kind.MALFORMED, "events[" + events.size() + "] must be an object")
                        .remedy("Send each event as UsageEvent in /api/v1/openapi.yaml says.");
            }
            Set<String> others = new HashSet<>();
            object.fieldNames().forEachRemaining(others::add);
            others.removeAll(KNOWN);
            object.remove(others);
            events.add(read(object, events.size()).toValue(others, gpc));
        }
        return events;
    }

    private static UsageContract.UsageEvent read(ObjectNode event, int index) throws IOException {
        try {
            return Json.MAPPER.treeToValue(event, UsageContract.UsageEvent.class);
        } catch (JsonMappingException e) {
            e.prependPath(event, index);
            e.prependPath(event, "events");
            throw e;
        }
    }
}
