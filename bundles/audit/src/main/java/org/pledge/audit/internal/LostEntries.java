package org.pledge.audit.internal;

import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.LedgerRollbacks;
import org.pledge.audit.spi.AuditStore;
import org.pledge.audit.spi.AuditStore.Link;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the chains with the marks beside the database, and keeps the marks up to date. */
final class LostEntries implements LedgerRollbacks {
    private static final Logger LOG = LoggerFactory.getLogger(LostEntries.class);

    private final Transactions transactions;
    private final AuditStore store;
    private final Optional<HeadMarks> marks;
    private final Clock clock;
    private final Map<TenantId, Rollback> waiting = new ConcurrentHashMap<>();
    private final Set<TenantId> compared = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean all = new AtomicBoolean();

    /** Reads nothing yet: the database may be away. */
    LostEntries(Transactions transactions, AuditStore store, Optional<HeadMarks> marks, Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.marks = marks;
        this.clock = clock;
    }

    /** Compares every record that has a mark, once; tried again by whoever calls again after a failure. */
    void compareAll() {
        if (!all.get()) {
            marks.ifPresent(known -> known.tenants().forEach(this::compare));
            all.set(true);
        }
    }

    /** Compares a record with its mark as it is now, which another node may have written or removed. */
    private void compare(TenantId tenant) {
        Optional<Head> known = marks.flatMap(each -> each.read(tenant));
        if (known.isEmpty() || isThere(tenant, known.get())) {
            waiting.remove(tenant);
        } else {
            lost(tenant, known.get());
        }
        compared.add(tenant);
    }

    private boolean isThere(TenantId tenant, Head known) {
        return transactions.required(() -> store.links(tenant, known.position(), 1)).stream()
                .anyMatch(link -> head(link).equals(known));
    }

    private void lost(TenantId tenant, Head known) {
        Head found = newest(tenant).orElse(new Head(-1, hex(Chain.start())));
        Rollback rollback = new Rollback(tenant, known, found);
        if (!rollback.equals(waiting.put(tenant, rollback))) {
            LOG.error(
                    "The record of {} lost entries: it went to position {}, and the database goes to {}. Nothing is added"
                            + " to it until somebody accepts that: audit:rollback --tenant {} --accept REASON",
                    tenant.value(),
                    known.position(),
                    found.position(),
                    tenant.value());
        }
    }

    /** Waits for the disk. */
    private Optional<Head> newest(TenantId tenant) {
        return transactions.required(() -> store.newest(tenant, 1)).stream()
                .map(LostEntries::head)
                .findFirst();
    }

    private static Head head(Link link) {
        return new Head(link.position(), hex(link.chain()));
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }

    /** Whether nothing may be added to a record; one that waits is compared again, as it may be accepted elsewhere. */
    boolean has(TenantId tenant) {
        if (marks.isPresent() && (!compared.contains(tenant) || waiting.containsKey(tenant))) {
            compare(tenant);
        }
        return waiting.containsKey(tenant);
    }

    /** As {@link #has}, and compares first: the database may have become an older one meanwhile. */
    boolean hasNow(TenantId tenant) {
        marks.ifPresent(any -> compare(tenant));
        return waiting.containsKey(tenant);
    }

    /** @throws PledgeException while a tenant's record waits to be accepted */
    void requireNone(TenantId tenant) {
        if (has(tenant)) {
            throw new PledgeException(
                            PledgeException.Kind.UNAVAILABLE,
                            "the database is older than the record of acts that the platform knows of")
                    .remedy("An officer or administrator looks at audit:rollback and accepts it, or the newer database"
                            + " is restored.");
        }
    }

    /** Marks how far a tenant's chain goes, once that is on the disk; never for a record that lost what was marked. */
    void mark(TenantId tenant) {
        if (marks.isEmpty() || hasNow(tenant)) {
            return;
        }
        long known = marks.get().read(tenant).map(Head::position).orElse(-1L);
        newest(tenant).filter(head -> head.position() > known).ifPresent(head -> marks.get()
                .write(tenant, head));
    }

    @Override
    public List<Rollback> waiting() {
        compareAll();
        waiting.keySet().forEach(this::compare);
        return waiting.values().stream()
                .sorted((a, b) -> a.tenant().value().compareTo(b.tenant().value()))
                .toList();
    }

    @Override
    public void accept(Caller caller, TenantId tenant, Reason reason) {
        caller.require(Role.OFFICER, Role.ADMIN);
        has(tenant);
        Rollback rollback = Optional.ofNullable(waiting.get(tenant)).orElseThrow(() -> new PledgeException(
                        PledgeException.Kind.NOT_FOUND, "this record has lost no entries")
                .remedy("Nothing has to be accepted; audit:verify checks the record."));
        Leaf leaf = new Leaf(
                tenant,
                clock.instant(),
                Leaf.Act.LEDGER_ROLLED_BACK,
                caller.name(),
                Optional.empty(),
                List.of(),
                Map.of(
                        "reason", reason.name(),
                        "knownPosition", Long.toString(rollback.known().position()),
                        "knownHead", rollback.known().chain(),
                        "position", Long.toString(rollback.found().position()),
                        "head", rollback.found().chain()));
        DetailRules.check(leaf.details());
        transactions.required(() -> store.add(tenant, LeafFormat.encode(leaf)));
        marks.ifPresent(known -> known.forget(tenant));
        waiting.remove(tenant);
    }
}
