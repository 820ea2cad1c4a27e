package org.pledge.connectors.parts.check;

import java.util.Set;
import org.apache.camel.Message;
import org.pledge.PledgeException;

/** What deliveries tell partners, as the connectors know to say it. */
public final class Kinds {
    private static final Set<String> KNOWN =
            Set.of("DISCLOSURE", "WITHDRAWAL", "CORRECTION", "RESTRICTION", "RESTRICTION_LIFTED");

    private Kinds() {}

    /**
     * The kind of a delivery. One that the connector does not know is refused, and so parked: said in other words, or
     * left out, it would count as told.
     */
    public static String of(Message message) {
        String kind = message.getHeader("PledgeKind", "", String.class);
        if (!KNOWN.contains(kind)) {
            message.setHeader("PledgeRefused", true);
            throw new PledgeException(
                            PledgeException.Kind.INVALID, "nothing was sent: the connector does not know this kind")
                    .remedy("Update the connector's bundle, and retry what is parked.");
        }
        return kind;
    }
}
