package org.pledge.vault.internal;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.spi.VaultStore;
import org.pledge.vault.spi.VaultStore.Event;

/**
 * What the record of acts still knows of a movement once its card is gone.
 *
 * @param partner that carried it out, and whom to ask about it
 */
record Trail(String partner, SubjectId customer) {
    static final String PAYMENT = "payment";
    static final String PARTNER = "partner";
    private static final int AT_ONCE = 25;

    /** The trail of a movement, within a transaction of the vault. */
    static Optional<Trail> of(VaultStore store, Payment payment) {
        return first(store, payment.tenant(), payment.token(), event -> tells(event, payment.id()))
                .map(event -> new Trail(
                        event.leaf().details().get(PARTNER),
                        event.leaf().subject().orElseThrow()));
    }

    private static boolean tells(Event event, UUID payment) {
        return payment.toString().equals(event.leaf().details().get(PAYMENT))
                && event.leaf().details().containsKey(PARTNER)
                && event.leaf().subject().isPresent();
    }

    /** The newest act of a card that fulfils a condition. */
    static Optional<Event> first(VaultStore store, TenantId tenant, String token, Predicate<Event> condition) {
        long before = Long.MAX_VALUE;
        while (true) {
            List<Event> events = store.events(tenant, token, before, AT_ONCE);
            Optional<Event> found = events.stream().filter(condition).findFirst();
            if (found.isPresent() || events.size() < AT_ONCE) {
                return found;
            }
            before = events.get(events.size() - 1).sequence();
        }
    }
}
