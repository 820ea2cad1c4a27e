package org.pledge.sharing.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.pledge.TenantId;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Result;

/** What the outbox hands out of one kind. */
interface Deliveries {
    /** When the next one is due; needs a transaction. */
    Optional<Instant> nextDue(TenantId tenant, String partner);

    /** Claims those that are due; needs a transaction. */
    List<Delivery> claim(TenantId tenant, String partner, int limit);

    /** As {@link org.pledge.sharing.Outbox#load}. */
    Optional<Map<String, List<String>>> load(Delivery delivery);

    /** As {@link org.pledge.sharing.Outbox#release}. */
    boolean release(Delivery delivery);

    /** As {@link org.pledge.sharing.Outbox#complete}; returns whether the result was taken. */
    boolean complete(Delivery delivery, Result result, OptionalInt answer, Duration wait);

    /** As {@link org.pledge.sharing.Outbox#giveBack}. */
    void giveBack(Delivery delivery);
}
