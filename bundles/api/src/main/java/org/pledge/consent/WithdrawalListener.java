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
     * @param told the notices that were queued for earlier recipients
     */
    record Effect(int cancelled, List<ConsentService.InDoubt> inDoubt, List<ConsentService.Told> told) {
        /** Keeps immutable copies. */
        public Effect {
            inDoubt = List.copyOf(inDoubt);
            told = List.copyOf(told);
        }

        /** An effect that no earlier recipient is told of. */
        public Effect(int cancelled, List<ConsentService.InDoubt> inDoubt) {
            this(cancelled, inDoubt, List.of());
        }
    }

    /** Stops what the withdrawal covers, and has earlier recipients told. */
    Effect withdrawn(TenantId tenant, SubjectId subject, ConsentService.Withdrawal withdrawal);
}
