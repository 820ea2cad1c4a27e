package org.pledge.audit.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.AuditTrail;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.LedgerRollbacks;
import org.pledge.audit.Verification;
import org.pledge.audit.spi.AuditStore;
import org.pledge.audit.spi.AuditStore.Link;
import org.pledge.store.Transactions;

/** The audit log as a hash chain per tenant; leaves are chained by a {@link Sequencer} once they are committed. */
@Component(
        service = {AuditLog.class, AuditTrail.class, LedgerRollbacks.class},
        configurationPid = "org.pledge.audit")
@Designate(ocd = DefaultAuditLog.Config.class)
public final class DefaultAuditLog implements AuditLog, AuditTrail, LedgerRollbacks {
    /** Where it is remembered how far the records went. */
    @ObjectClassDefinition(name = "Pledge: the record of acts")
    public @interface Config {
        /** The folder of the marks. */
        @AttributeDefinition(description = "Folder of the marks; empty for ledger in Karaf's data folder")
        String marks() default "";
    }

    private static final int READ_AT_ONCE = 1000;
    private static final int MOST_OF_A_PART = 10_000;

    private final Transactions transactions;
    private final AuditStore store;
    private final LostEntries lost;
    private final Sequencer sequencer;

    /** Starts by comparing the chains with what is known of them, and by chaining what an earlier run left. */
    @Activate
    public DefaultAuditLog(Config config, @Reference Transactions transactions, @Reference AuditStore store) {
        this(transactions, store, Optional.of(new HeadMarks(folder(config))));
    }

    /** As above, and remembers nothing beside the database. */
    public DefaultAuditLog(Transactions transactions, AuditStore store) {
        this(transactions, store, Optional.empty());
    }

    DefaultAuditLog(Transactions transactions, AuditStore store, Optional<HeadMarks> marks) {
        this.transactions = transactions;
        this.store = store;
        this.lost = new LostEntries(transactions, store, marks, Clock.systemUTC());
        this.sequencer = new Sequencer(transactions, store, lost);
        sequencer.start();
    }

    private static Path folder(Config config) {
        return config.marks().isBlank()
                ? Path.of(System.getProperty("karaf.data", "data"), "ledger")
                : Path.of(config.marks());
    }

    /** Ends the sequencer. */
    @Deactivate
    public void deactivate() {
        sequencer.close();
    }

    @Override
    public void append(Leaf leaf) {
        lost.requireNone(leaf.tenant());
        DetailRules.check(leaf.details());
        store.add(leaf.tenant(), LeafFormat.encode(leaf));
        transactions.afterCommit(() -> sequencer.signal(leaf.tenant()));
    }

    @Override
    public void appendAll(List<Leaf> leaves) {
        Map<TenantId, List<byte[]>> contents = new LinkedHashMap<>();
        for (Leaf leaf : leaves) {
            lost.requireNone(leaf.tenant());
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
    public Part about(TenantId tenant, SubjectId subject, long from, int most) {
        if (from < 0 || most < 1 || most > MOST_OF_A_PART) {
            throw new IllegalArgumentException(
                    "a part begins at 0 or more and has 1 to " + MOST_OF_A_PART + " entries");
        }
        if (from == 0) {
            sequencer.chainAll(tenant);
        }
        List<Entry> entries = new ArrayList<>();
        long next = from;
        while (next < from + most) {
            long start = next;
            int limit = (int) Math.min(READ_AT_ONCE, from + most - next);
            List<Link> links = transactions.required(() -> store.links(tenant, start, limit));
            links.stream()
                    .filter(link -> LeafFormat.mentions(link.content(), subject))
                    .map(DefaultAuditLog::entry)
                    .filter(entry -> entry.leaf().subject().equals(Optional.of(subject)))
                    .forEach(entries::add);
            if (links.size() < limit) {
                return new Part(entries, OptionalLong.empty());
            }
            next = links.get(links.size() - 1).position() + 1;
        }
        return new Part(entries, OptionalLong.of(next));
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

    @Override
    public List<Rollback> waiting() {
        return lost.waiting();
    }

    @Override
    public void accept(Caller caller, TenantId tenant, Reason reason) {
        lost.accept(caller, tenant, reason);
        sequencer.signal(tenant);
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
