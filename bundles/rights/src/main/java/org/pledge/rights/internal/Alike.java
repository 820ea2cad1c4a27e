package org.pledge.rights.internal;

import java.util.List;
import java.util.UUID;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.spi.RequestStore;

/**
 * The requests that were opened together because several people hold what somebody said of themselves. Their identifiers
 * follow each other, with gaps where one has left; whoever asked knows the first one only. Needs a transaction.
 */
record Alike(RequestStore store) {
    /** More than hold one identifier, and far fewer than lie between two random identifiers. */
    private static final int PLACES = 1 << 20;

    static UUID id(UUID first, int place) {
        return new UUID(first.getMostSignificantBits(), first.getLeastSignificantBits() + place);
    }

    /** Those after the first, locked. */
    List<Request> others(Request first) {
        return first.identified() ? store.lockRequests(first.tenant(), first.id(), id(first.id(), PLACES)) : List.of();
    }
}
