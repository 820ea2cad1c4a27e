package org.pledge.consent;

import java.util.List;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** Told of a withdrawal inside its transaction, while the person's exclusive lock is held. Found as a service. */
public interface WithdrawalListener {
    /**
     * What was done about queued work.
     *
     * @param cancelled how many disclosures were stopped
     * @param inDoubt disclosures that may already have left
     */
    record Effect(int cancelled, List<ConsentService.InDoubt> inDoubt) {
        /** Keeps an immutable copy. */
        public Effect {
            inDoubt = List.copyOf(inDoubt);
        }
    }

    /** Stops what the withdrawal covers. */
    Effect withdrawn(TenantId tenant, SubjectId subject, ConsentService.Withdrawal withdrawal);
}
