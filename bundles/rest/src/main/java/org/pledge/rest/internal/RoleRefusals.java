package org.pledge.rest.internal;

import java.time.Instant;
import org.apache.cxf.jaxrs.model.OperationResourceInfo;
import org.apache.cxf.jaxrs.utils.JAXRSUtils;
import org.apache.cxf.message.Message;
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
    private final OpenApi contract;

    RoleRefusals(Services services, OpenApi contract) {
        this.transactions = services.transactions();
        this.audit = services.audit();
        this.contract = contract;
    }

    /** Never fails: the caller gets the refusal whether it could be recorded or not. */
    void record(PledgeException refusal) {
        Message message = JAXRSUtils.getCurrentMessage();
        if (refusal.roles().isEmpty() || message == null) {
            return;
        }
        Caller caller = message.getExchange().getInMessage().get(Caller.class);
        OperationResourceInfo operation = message.getExchange().get(OperationResourceInfo.class);
        if (caller == null || operation == null) {
            return;
        }
        Leaf leaf = Leaf.roleRefused(caller, Instant.now(), name(operation), refusal.roles());
        try {
            transactions.get().required(() -> audit.get().append(leaf));
        } catch (RuntimeException e) { // the edge: whatever stops the record, the answer stays a refusal
            LOG.warn("a refusal by role could not be recorded: {}", e.getClass().getName());
        }
    }

    private String name(OperationResourceInfo operation) {
        return contract.operationId(
                operation.getHttpMethod(),
                operation.getClassResourceInfo().getURITemplate().getValue() + "/"
                        + operation.getURITemplate().getValue());
    }
}
