package org.pledge.subject.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.pledge.store.Transactions;

/** Adds to a store that cannot do so what happens after a roll-back. */
final class RolledBack implements Transactions {
    private final Transactions store;
    private List<Runnable> actions;

    RolledBack(Transactions store) {
        this.store = store;
    }

    @Override
    public <T> T required(Supplier<T> work) {
        if (actions != null) {
            return store.required(work);
        }
        List<Runnable> mine = new ArrayList<>();
        actions = mine;
        boolean committed = false;
        try {
            T result = store.required(work);
            committed = true;
            return result;
        } finally {
            actions = null;
            if (!committed) {
                mine.forEach(Runnable::run);
            }
        }
    }

    @Override
    public void afterCommit(Runnable action) {
        store.afterCommit(action);
    }

    @Override
    public void afterRollback(Runnable action) {
        actions.add(action);
    }
}
