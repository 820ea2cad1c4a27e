package org.pledge.sharing;

import java.util.List;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Decision;

/** Decides what may leave, from memory. Thread-safe. */
public interface Gate {
    /**
     * A question that is asked again and again about different people. Asking it allocates nothing once each of its
     * answers has been given before. It follows changes of policy, consent and partners.
     */
    interface Question {
        /** The answer for one person. */
        Decision decide(SubjectId subject);
    }

    /**
     * Prepares a question.
     *
     * @param partner a partner's name
     * @param purpose one of the policy's purposes
     * @param fields the categories asked for, at most 64
     * @throws org.pledge.PledgeException of kind {@code UNAVAILABLE} while this node is more than 10 seconds behind the
     *     others
     */
    Question prepare(TenantId tenant, String partner, String purpose, List<String> fields);
}
