package org.pledge.rights.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.spi.RequestStore;

/**
 * The requests that were opened together because several people hold what somebody said of themselves. Their identifiers
 * follow each other; whoever asked knows the first one only. Needs a transaction.
 */
record Alike(RequestStore store) {
    static UUID id(UUID first, int place) {
        return new UUID(first.getMostSignificantBits(), first.getLeastSignificantBits() + place);
    }

    /** Those after the first, locked. */
    List<Request> others(Request first) {
        List<Request> others = new ArrayList<>();
        Optional<Request> next = first.identified() ? other(first, 1) : Optional.empty();
        while (next.isPresent()) {
            others.add(next.get());
            next = other(first, others.size() + 1);
        }
        return others;
    }

    private Optional<Request> other(Request first, int place) {
        return store.lockRequest(first.tenant(), id(first.id(), place));
    }
}
