package org.pledge.front.internal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.cookies.NameHash;
import org.pledge.store.Transactions;
import org.pledge.visitor.CookieService.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records each kind of cookie that was not set once: in the log and, while the audit record is there, as a leaf. */
final class StrippedCookies implements Front.Record {
    private static final Logger LOG = LoggerFactory.getLogger(StrippedCookies.class);
    private static final TenantId PLATFORM = new TenantId("platform");
    private static final int MOST = 1_000;

    private final Supplier<Optional<Transactions>> transactions;
    private final Supplier<Optional<AuditLog>> audit;
    private final Clock clock;
    private final Set<Map<String, String>> known = ConcurrentHashMap.newKeySet();

    StrippedCookies(Supplier<Optional<Transactions>> transactions, Supplier<Optional<AuditLog>> audit, Clock clock) {
        this.transactions = transactions;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public void stripped(Fault fault, String cookie, String place) {
        Map<String, String> what = Map.of("cookie", NameHash.of(cookie), "fault", fault.name(), "path", place);
        if (known.size() >= MOST || !known.add(what)) {
            return;
        }
        LOG.warn(
                "A cookie was not set below {}: {} ({}). Its name has the SHA-256 {}…; see docs/visitor-data.md.",
                place,
                fault,
                fault.promise(),
                what.get("cookie"));
        Optional<Transactions> unit = transactions.get();
        Optional<AuditLog> log = audit.get();
        if (unit.isPresent() && log.isPresent()) {
            append(
                    unit.get(),
                    log.get(),
                    new Leaf(
                            PLATFORM,
                            clock.instant(),
                            Leaf.Act.REFUSED,
                            "front",
                            Optional.empty(),
                            List.of(fault.promise()),
                            what));
        } else {
            known.remove(what); // recorded once the audit record is there
        }
    }

    private void append(Transactions unit, AuditLog log, Leaf leaf) {
        try {
            unit.required(() -> log.append(leaf));
        } catch (PledgeException e) {
            known.remove(leaf.details());
            LOG.warn("The audit record could not take this in ({}); it is told again next time.", e.kind());
        }
    }
}
