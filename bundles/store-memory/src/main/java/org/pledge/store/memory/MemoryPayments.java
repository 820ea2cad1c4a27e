package org.pledge.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.TenantId;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.spi.VaultStore;

/** Movements of money in the maps of {@link VaultTables}. */
interface MemoryPayments extends VaultStore {
    Comparator<Payment> OLDEST_PAYMENT_FIRST =
            Comparator.comparing(Payment::created).thenComparing(Payment::id, Tables.AS_BYTES);

    /** Where it is kept. */
    VaultTables tables();

    @Override
    default boolean addPayment(Payment payment) {
        if (paymentByReference(payment.tenant(), payment.kind().name(), payment.reference())
                .isPresent()) {
            return false;
        }
        Tables.Key<UUID> key = key(payment);
        Tables.check(tables().units.get(tables().payments, key).isEmpty(), "the payment exists");
        tables().units.put(tables().payments, key, payment);
        return true;
    }

    @Override
    default void putPayment(Payment payment) {
        Tables.Key<UUID> key = key(payment);
        Tables.check(tables().units.get(tables().payments, key).isPresent(), "the payment does not exist");
        tables().units.put(tables().payments, key, payment);
    }

    @Override
    default Optional<Payment> payment(TenantId tenant, UUID id) {
        return tables().units.get(tables().payments, new Tables.Key<>(tenant, id));
    }

    @Override
    default Optional<Payment> lockPayment(TenantId tenant, UUID id) {
        return payment(tenant, id);
    }

    @Override
    default Optional<Payment> paymentByReference(TenantId tenant, String kind, String reference) {
        return payments(
                        tenant,
                        payment -> payment.kind().name().equals(kind)
                                && payment.reference().equals(reference))
                .findFirst();
    }

    @Override
    default List<Payment> paymentsOn(TenantId tenant, UUID parent) {
        return payments(tenant, payment -> payment.parent().equals(Optional.of(parent)))
                .sorted(OLDEST_PAYMENT_FIRST)
                .toList();
    }

    @Override
    default List<Payment> payments(TenantId tenant, String token, int limit) {
        return payments(tenant, payment -> payment.token().equals(token))
                .sorted(OLDEST_PAYMENT_FIRST.reversed())
                .limit(limit)
                .toList();
    }

    @Override
    default List<Payment> payments(TenantId tenant, State state, Optional<Payment> after, int limit) {
        return payments(tenant, payment -> payment.state() == state)
                .filter(payment -> after.isEmpty() || OLDEST_PAYMENT_FIRST.compare(payment, after.get()) > 0)
                .sorted(OLDEST_PAYMENT_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    default List<Payment> stuck(List<State> states, Instant before, int limit) {
        return tables().units
                .all(tables().payments)
                .filter(payment ->
                        states.contains(payment.state()) && payment.changed().isBefore(before))
                .sorted(Comparator.comparing(Payment::changed).thenComparing(Payment::id, Tables.AS_BYTES))
                .limit(limit)
                .toList();
    }

    @Override
    default Map<State, Long> paymentsByState(TenantId tenant) {
        return payments(tenant, payment -> true).collect(Collectors.groupingBy(Payment::state, Collectors.counting()));
    }

    @Override
    default Optional<Instant> oldest(TenantId tenant, State state) {
        return payments(tenant, payment -> payment.state() == state)
                .map(Payment::changed)
                .min(Comparator.naturalOrder());
    }

    private Stream<Payment> payments(TenantId tenant, Predicate<Payment> which) {
        return tables().units
                .all(tables().payments)
                .filter(payment -> payment.tenant().equals(tenant) && which.test(payment));
    }

    private static Tables.Key<UUID> key(Payment payment) {
        return new Tables.Key<>(payment.tenant(), payment.id());
    }
}
