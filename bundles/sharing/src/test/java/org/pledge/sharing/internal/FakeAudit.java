package org.pledge.sharing.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.store.Transactions;

/** Keeps the leaves of transactions that were committed. */
final class FakeAudit implements AuditLog {
    private final Transactions transactions;
    private final List<Leaf> leaves = new CopyOnWriteArrayList<>();
    private boolean full;

    FakeAudit(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Takes no leaf while it is full. */
    void full(boolean now) {
        full = now;
    }

    List<Leaf> leaves() {
        return List.copyOf(leaves);
    }

    List<Leaf> leaves(Leaf.Act act) {
        return leaves.stream().filter(leaf -> leaf.act() == act).toList();
    }

    @Override
    public void append(Leaf leaf) {
        if (full) {
            throw new IllegalStateException("full");
        }
        if (leaf.details().values().stream().anyMatch(value -> value.length() > 200)) {
            throw new IllegalArgumentException("an audit detail has more than 200 characters");
        }
        transactions.afterCommit(() -> leaves.add(leaf));
    }

    @Override
    public List<Entry> tail(TenantId tenant, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Verification verify(TenantId tenant) {
        throw new UnsupportedOperationException();
    }
}
