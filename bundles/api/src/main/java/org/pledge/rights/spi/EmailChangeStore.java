package org.pledge.rights.spi;

import java.time.Instant;
import java.util.Optional;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** Keeps new email addresses until they are confirmed, one a person. Every method joins the current transaction. */
public interface EmailChangeStore {
    /**
     * A new address.
     *
     * @param sealed the address, under the person's key
     * @param code keyed hash of what was sent to it
     * @param failures wrong codes that were given for it
     */
    record EmailChange(TenantId tenant, SubjectId person, byte[] sealed, byte[] code, int failures, Instant expires) {}

    /** Keeps one in place of the person's last, and removes those of the tenant that expired before {@code now}. */
    void putEmailChange(EmailChange change, Instant now);

    /** The one of a person. */
    Optional<EmailChange> emailChange(TenantId tenant, SubjectId person);

    /** Removes the one of a person; removing none is harmless. */
    void removeEmailChange(TenantId tenant, SubjectId person);
}
