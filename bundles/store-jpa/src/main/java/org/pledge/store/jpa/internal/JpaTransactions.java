package org.pledge.store.jpa.internal;

import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.database.Database;
import org.pledge.database.DatabaseTransactions;
import org.pledge.database.Work;
import org.pledge.store.Transactions;

/** Transactions of the main database, each bound to its thread. */
@Component(service = {Transactions.class, JpaTransactions.class})
public final class JpaTransactions implements Transactions {
    private final DatabaseTransactions transactions;

    /** Transactions of {@code database}. */
    @Activate
    public JpaTransactions(@Reference(target = MainDatabase.TARGET) Database database) {
        this.transactions = new DatabaseTransactions(database);
    }

    @Override
    public <T> T required(Supplier<T> work) {
        return transactions.required(work);
    }

    @Override
    public boolean isActive() {
        return transactions.isActive();
    }

    @Override
    public void afterCommit(Runnable action) {
        transactions.afterCommit(action);
    }

    @Override
    public void afterRollback(Runnable action) {
        transactions.afterRollback(action);
    }

    @Override
    public void whenUndone(Runnable action) {
        transactions.whenUndone(action);
    }

    /**
     * The transaction of this thread.
     *
     * @throws IllegalStateException when there is none
     */
    Work current() {
        return transactions.current();
    }
}
