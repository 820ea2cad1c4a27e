package org.pledge.database;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.pledge.PledgeException;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Transactions of one database, each bound to its thread. */
public final class DatabaseTransactions implements Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseTransactions.class);
    private static final int RETRIES = 3;

    private final Database database;
    private final ThreadLocal<Work> current = new ThreadLocal<>();

    /** Transactions of {@code database}. */
    public DatabaseTransactions(Database database) {
        this.database = database;
    }

    @Override
    public <T> T required(Supplier<T> work) {
        return current.get() == null ? begin(work) : work.get();
    }

    private <T> T begin(Supplier<T> work) {
        for (int retries = 0; ; retries++) {
            try {
                return once(work);
            } catch (SqlFailure e) {
                if (!e.victim() || retries == RETRIES) {
                    throw e.toCaller();
                }
            }
        }
    }

    private <T> T once(Supplier<T> work) {
        List<Runnable> afterCommit = new ArrayList<>();
        List<Runnable> afterRollback = new ArrayList<>();
        List<Runnable> whenUndone = new ArrayList<>();
        T result;
        boolean done = false;
        try (Work unit = new Work(database, afterCommit, afterRollback, whenUndone)) {
            current.set(unit);
            result = work.get();
            unit.commit();
            done = true;
        } catch (PledgeException e) {
            current.remove();
            afterRollback.forEach(DatabaseTransactions::run);
            throw e;
        } finally {
            current.remove();
            if (!done) {
                whenUndone.forEach(DatabaseTransactions::run);
            }
        }
        afterCommit.forEach(DatabaseTransactions::run);
        return result;
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("What should follow a transaction failed; the transaction stays as it is", e);
        }
    }

    @Override
    public boolean isActive() {
        return current.get() != null;
    }

    @Override
    public void afterCommit(Runnable action) {
        current().afterCommit(action);
    }

    @Override
    public void afterRollback(Runnable action) {
        current().afterRollback(action);
    }

    @Override
    public void whenUndone(Runnable action) {
        current().whenUndone(action);
    }

    /**
     * The transaction of this thread.
     *
     * @throws IllegalStateException when there is none
     */
    public Work current() {
        Work unit = current.get();
        if (unit == null) {
            throw new IllegalStateException("a store works only inside a transaction");
        }
        return unit;
    }
}
