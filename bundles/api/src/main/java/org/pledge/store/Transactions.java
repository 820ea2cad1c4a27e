package org.pledge.store;

import java.util.function.Supplier;

/**
 * Units of work over every store.
 *
 * <p>A transaction is bound to the calling thread; every store method joins it, and fails with
 * {@link IllegalStateException} when there is none. Thread-safe.
 */
public interface Transactions {
    /**
     * Runs {@code work} in the current transaction, or in a new one that is durable before this returns.
     *
     * <p>When {@code work} throws, a transaction begun here is rolled back and the same exception is thrown on. A new
     * transaction that fails only because the database chose it as the victim of a deadlock or a serialisation
     * conflict is run again, up to three times: {@code work} must therefore have no effect outside the stores.
     *
     * @throws org.pledge.PledgeException of kind {@code UNAVAILABLE} when the database cannot be reached
     */
    <T> T required(Supplier<T> work);

    /** As {@link #required(Supplier)} for work without a result. */
    default void required(Runnable work) {
        required(() -> {
            work.run();
            return null;
        });
    }

    /**
     * Runs {@code action} on this thread once the current transaction is durable and before {@link #required} returns;
     * never after a roll-back. An action that throws is logged and does not undo the commit.
     *
     * @throws IllegalStateException outside a transaction
     */
    void afterCommit(Runnable action);

    /**
     * Runs {@code action} on this thread once the current transaction is rolled back because its work threw a
     * {@link org.pledge.PledgeException}, and before {@link #required} throws it on; never after a commit. The action may begin a transaction of its own, which is how a
     * refusal is recorded although the refused work is undone. An action that throws is logged.
     *
     * @throws IllegalStateException outside a transaction
     */
    void afterRollback(Runnable action);

    /**
     * Runs {@code action} on this thread whenever the current transaction, or this try of one that is run again, is not
     * known to be durable in the end, for whatever reason. It forgets what was kept in memory for the transaction, and
     * begins none of its own. Every store of the platform does this; other implementations may tell of refusals alone.
     *
     * @throws IllegalStateException outside a transaction
     */
    default void whenUndone(Runnable action) {
        afterRollback(action);
    }

    /** Whether this thread is in a transaction. */
    default boolean isActive() {
        try {
            whenUndone(() -> {});
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
