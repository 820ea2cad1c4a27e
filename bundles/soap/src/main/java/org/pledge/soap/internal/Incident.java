package org.pledge.soap.internal;

import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.UUID;
import org.apache.cxf.interceptor.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something that should not have happened, logged by classes and stack frames alone: messages may hold data. */
final class Incident {
    private static final Logger LOG = LoggerFactory.getLogger(Incident.class);
    private static final int FRAMES = 40;

    private Incident() {}

    static UUID log(Throwable thrown) {
        UUID id = UUID.randomUUID();
        LOG.error("incident {}: {}", id, describe(thrown));
        return id;
    }

    /** True when the connection broke, which is no incident: nobody is left to tell. */
    static boolean callerWentAway(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof Fault && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof IOException;
    }

    static String describe(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable t = thrown; t != null && seen.add(t); t = t.getCause()) {
            text.append(seen.size() == 1 ? "" : System.lineSeparator() + "caused by ")
                    .append(t.getClass().getName());
            StackTraceElement[] frames = t.getStackTrace();
            for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
                text.append(System.lineSeparator()).append("    at ").append(frames[i]);
            }
        }
        return text.toString();
    }
}
