package org.pledge.subject.internal;

import java.util.ArrayList;
import java.util.List;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.store.Transactions;

/** Keeps the leaves whose transaction was committed. */
record FakeAudit(Transactions transactions, List<Leaf> leaves) implements AuditLog {
    FakeAudit(Transactions transactions) {
        this(transactions, new ArrayList<>());
    }

    @Override
    public void append(Leaf leaf) {
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

    Leaf last() {
        return leaves.get(leaves.size() - 1);
    }
}
