package org.pledge.audit.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.audit.spi.AuditStore;
import org.pledge.audit.spi.AuditStore.Link;
import org.pledge.store.Transactions;

/** The audit log as a hash chain per tenant; leaves are chained by a {@link Sequencer} once they are committed. */
@Component(service = AuditLog.class)
public final class DefaultAuditLog implements AuditLog {
    private static final int READ_AT_ONCE = 1000;

    private final Transactions transactions;
    private final AuditStore store;
    private final Sequencer sequencer;

    /** Starts by chaining what an earlier run left. */
    @Activate
    public DefaultAuditLog(@Reference Transactions transactions, @Reference AuditStore store) {
        this.transactions = transactions;
        this.store = store;
        this.sequencer = new Sequencer(transactions, store);
        sequencer.start();
    }

    /** Ends the sequencer. */
    @Deactivate
    public void deactivate() {
        sequencer.close();
    }

    @Override
    public void append(Leaf leaf) {
        DetailRules.check(leaf.details());
        store.add(leaf.tenant(), LeafFormat.encode(leaf));
        transactions.afterCommit(() -> sequencer.signal(leaf.tenant()));
    }

    @Override
    public void appendAll(List<Leaf> leaves) {
        Map<TenantId, List<byte[]>> contents = new LinkedHashMap<>();
        for (Leaf leaf : leaves) {
            DetailRules.check(leaf.details());
            contents.computeIfAbsent(leaf.tenant(), any -> new ArrayList<>()).add(LeafFormat.encode(leaf));
        }
        contents.forEach(store::addAll);
        transactions.afterCommit(() -> contents.keySet().forEach(sequencer::signal));
    }

    @Override
    public List<Entry> tail(TenantId tenant, int limit) {
        sequencer.chainAll(tenant);
        return transactions.required(() -> store.newest(tenant, limit)).stream()
                .map(DefaultAuditLog::entry)
                .toList();
    }

    private static Entry entry(Link link) {
        return new Entry(link.position(), LeafFormat.decode(link.content()), hex(link.chain()));
    }

    @Override
    public Verification verify(TenantId tenant) {
        sequencer.chainAll(tenant);
        List<Link> newest = transactions.required(() -> store.newest(tenant, 1));
        Chain chain = new Chain(Chain.start());
        long end = newest.isEmpty() ? 0 : newest.get(0).position() + 1;
        long entries = 0;
        long next = 0;
        OptionalLong firstBroken = OptionalLong.empty();
        while (next < end) {
            long from = next;
            int limit = (int) Math.min(READ_AT_ONCE, end - from);
            List<Link> links = transactions.required(() -> store.links(tenant, from, limit));
            if (links.isEmpty()) {
                break;
            }
            for (Link link : links) {
                if (firstBroken.isEmpty() && link.position() != entries) {
                    firstBroken = OptionalLong.of(entries);
                }
                if (firstBroken.isEmpty() && !Arrays.equals(chain.add(link.content()), link.chain())) {
                    firstBroken = OptionalLong.of(link.position());
                }
                entries++;
                next = link.position() + 1;
            }
        }
        if (firstBroken.isEmpty() && entries < end) {
            firstBroken = OptionalLong.of(entries);
        }
        return new Verification(
                entries,
                firstBroken,
                hex(newest.isEmpty() ? Chain.start() : newest.get(0).chain()));
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
