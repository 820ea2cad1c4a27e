package org.pledge.rest.internal;

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
        if (batch == null
                || !batch.isObject()
                || batch.size() != 1
                || !batch.path("events").isArray()) {
            throw new PledgeException(
                    Kind.MALFORMED, "the body must be an object with the list events and nothing else");
        }
        List<Event> events = new ArrayList<>();
        for (JsonNode event : batch.get("events")) {
            if (!(event instanceof ObjectNode object)) {
                throw new PledgeException(Kind.MALFORMED, "events[" + events.size() + "] must be an object");
            }
            Set<String> others = new HashSet<>();
            object.fieldNames().forEachRemaining(others::add);
            others.removeAll(KNOWN);
            object.remove(others);
            events.add(Json.MAPPER
                    .treeToValue(object, UsageContract.UsageEvent.class)
                    .toValue(others, gpc));
        }
        return events;
    }
}
