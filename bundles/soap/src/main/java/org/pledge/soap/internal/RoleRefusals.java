package org.pledge.soap.internal;

import java.time.Clock;
import org.apache.cxf.message.Exchange;
import org.apache.cxf.service.model.BindingOperationInfo;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records that a known caller was refused for want of a role; a request without a credential leaves no trace. */
final class RoleRefusals {
    private static final Logger LOG = LoggerFactory.getLogger(RoleRefusals.class);

    private final Live<Transactions> transactions;
    private final Live<AuditLog> audit;
    private final Clock clock;

    RoleRefusals(Services services, Clock clock) {
        this.transactions = services.transactions();
        this.audit = services.audit();
        this.clock = clock;
    }

    /** Never fails: the caller gets the refusal whether it could be recorded or not. */
    void record(PledgeException refusal, Exchange exchange) {
        Caller caller = exchange.getInMessage().get(Caller.class);
        BindingOperationInfo operation = exchange.getBindingOperationInfo();
        if (refusal.roles().isEmpty() || caller == null || operation == null) {
            return;
        }
        Leaf leaf =
                Leaf.roleRefused(caller, clock.instant(), operation.getName().getLocalPart(), refusal.roles());
        try {
            transactions.get().required(() -> audit.get().append(leaf));
        } catch (RuntimeException e) { // the edge: whatever stops the record, the answer stays a refusal
            LOG.warn("a refusal by role could not be recorded: {}", e.getClass().getName());
        }
    }
}
