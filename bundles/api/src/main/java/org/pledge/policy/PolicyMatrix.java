package org.pledge.policy;

import java.util.List;
import java.util.Optional;
import org.pledge.TenantId;

/** The same questions, answered by every policy in force. Thread-safe. */
public interface PolicyMatrix {
    /**
     * A question.
     *
     * @param id such as {@code 1a}
     * @param text the question in words
     * @param recipient the recipient it is about
     * @param purpose what for
     * @param data the categories asked for
     * @param consent what the person is taken to have said
     * @param legalCase the ground of an approved case; empty when it is no legal case
     */
    record Question(
            String id,
            String text,
            String recipient,
            String purpose,
            List<String> data,
            Policy.Need consent,
            Optional<Policy.Ground> legalCase) {
        /** Keeps an immutable copy. */
        public Question {
            data = List.copyOf(data);
        }
    }

    /** One tenant's answer. */
    record Answer(TenantId tenant, String prefix, int version, Question question, Decision decision) {}

    /** The questions, in the order of the story. */
    List<Question> questions();

    /**
     * The answers of every policy in force, by question and tenant, for a person of the policy's first jurisdiction
     * and a recipient whose agreement covers everything asked for.
     */
    List<Answer> answers();

    /** One tenant's answer to one question. */
    Answer answer(Policy policy, Question question);
}
