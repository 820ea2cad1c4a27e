package org.pledge.shell.internal;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds services that may be stopped, and records that a user was refused a command for want of a role. */
record RoleRefusals(BundleContext bundle) {
    private static final Logger LOG = LoggerFactory.getLogger(RoleRefusals.class);

    <T> Optional<T> find(Class<T> type) {
        ServiceReference<T> reference = bundle.getServiceReference(type);
        return Optional.ofNullable(reference == null ? null : bundle.getService(reference));
    }

    <T> T service(Class<T> type) {
        return find(type).orElseThrow(() -> new PledgeException(
                        PledgeException.Kind.UNAVAILABLE, type.getSimpleName() + " is stopped")
                .remedy("Nothing was done. Try again in a moment; pledge:status shows the parts."));
    }

    /** Never fails: the user gets the refusal whether it could be recorded or not. */
    void record(Caller caller, String command, Collection<Role> anyOf) {
        Leaf leaf = Leaf.roleRefused(caller, Instant.now(), command, anyOf);
        try {
            AuditLog audit = service(AuditLog.class);
            service(Transactions.class).required(() -> audit.append(leaf));
        } catch (RuntimeException e) { // the edge: whatever stops the record, the answer stays a refusal
            LOG.warn("a refusal by role could not be recorded: {}", e.getClass().getName());
        }
    }
}
