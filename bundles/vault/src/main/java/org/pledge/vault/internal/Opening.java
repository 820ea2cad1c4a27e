package org.pledge.vault.internal;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.pledge.store.VaultTransactions;

/** Opens secrets in a transaction, and wipes what a failed or repeated one had opened. */
final class Opening {
    private Opening() {}

    /** Bytes; the caller wipes them. */
    static byte[] bytes(VaultTransactions transactions, Supplier<byte[]> open) {
        return secret(transactions, open, bytes -> Arrays.fill(bytes, (byte) 0));
    }

    /**
     * Something secret, which the caller wipes.
     *
     * @param wipe how
     */
    static <T> T secret(VaultTransactions transactions, Supplier<T> open, Consumer<T> wipe) {
        AtomicReference<Optional<T>> held = new AtomicReference<>(Optional.empty());
        boolean durable = false;
        try {
            T opened = transactions.required(() -> {
                held.getAndSet(Optional.empty()).ifPresent(wipe);
                T now = open.get();
                held.set(Optional.of(now));
                return now;
            });
            durable = true;
            return opened;
        } finally {
            if (!durable) {
                held.get().ifPresent(wipe);
            }
        }
    }
}
