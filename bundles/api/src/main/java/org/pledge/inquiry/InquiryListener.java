package org.pledge.inquiry;

import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.WithdrawalListener.Effect;

/**
 * Told that a person's last open inquiry is being closed, inside the transaction, while the person's exclusive lock is
 * held. Found as a service.
 */
public interface InquiryListener {
    /** Stops what may leave only while an inquiry is open. */
    Effect inquiriesEnded(TenantId tenant, SubjectId subject);
}
