package org.pledge.notices;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Decision;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.sharing.SharingService.Outcome;

/**
 * Messages to people by email. What may be sent comes from the tenant's policy: a template is bound to one purpose and
 * one class, and a message leaves as a disclosure to the tenant's mail partner. Thread-safe.
 */
public interface MessageService {
    /** The category of the address; it must be held about the person. */
    String EMAIL = "email";

    /**
     * The category that carries the message: a JSON object with the texts {@code template}, {@code subject},
     * {@code text}, where there is one {@code html}, and for what people can decline {@code unsubscribe}, the address of
     * one-click unsubscribing (RFC 8058).
     */
    String MESSAGE = "message";

    /** The connector of a mail partner. */
    String SMTP = "smtp";

    /** What kind of message it is. */
    enum MessageClass {
        /** About the service itself; people cannot decline it. */
        SERVICE,
        /**
         * What the law demands that people are told: what verifies them, what confirms their requests, breaches. People
         * cannot decline it, and it leaves by {@link #tell} only.
         */
        RIGHTS,
        /** Promotes something; people can decline it, by a link in every message. */
        MARKETING,
        /** Asks for opinions; counts as marketing unless a named person reviewed its very text. */
        SURVEY
    }

    /**
     * A template that is in use.
     *
     * @param name unique per tenant
     * @param purpose the policy's purpose it is for
     * @param declinable whether it is treated as marketing
     * @param parameters what {@link #send} must be given
     * @param reviewer who reviewed a survey, as the template names them
     * @param digest SHA-256 of subject, text and HTML, as lower-case hexadecimal
     */
    record Template(
            TenantId tenant,
            String name,
            MessageClass messageClass,
            String purpose,
            boolean declinable,
            Set<String> parameters,
            Optional<String> reviewer,
            String digest) {
        /** Keeps an immutable copy. */
        public Template {
            parameters = Set.copyOf(parameters);
        }
    }

    /**
     * How many people a template would reach now.
     *
     * @param purpose of the template
     * @param receive would get it
     * @param declined withdrew consent for its purpose
     * @param refused do not get it for any other reason that the policy gives, such as consent that was never given
     * @param unreachable would get it, if an address were held about them
     * @param whole whether everybody was counted, and not only the first 10 000 people
     */
    record Audience(String purpose, long receive, long declined, long refused, long unreachable, boolean whole) {}

    /** The templates of a tenant that are in use, by name. */
    List<Template> templates(TenantId tenant);

    /**
     * Everything that is wrong with a template, without using it; empty when nothing is.
     *
     * @param file the name to use in problems
     */
    List<Problem> check(TenantId tenant, String file, String text);

    /**
     * What keeps every message of a template from leaving now, whoever it is for: no such template, a policy that does not
     * let it out, no mail partner for its purpose, or one whose agreement or attestation is not valid. Records nothing.
     *
     * @return why, for operators and without a full stop; empty when nothing of this does
     */
    Optional<String> obstacle(TenantId tenant, String template);

    /**
     * What {@link #send} would answer now; nothing is sent and nothing is recorded. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} without such a template, or {@code CONFLICT} without a
     *     mail partner for its purpose
     */
    Decision explain(Caller caller, SubjectId subject, String template);

    /**
     * How many people the template would reach now, as {@link #explain} says; nothing is recorded. Roles: operator.
     *
     * @throws org.pledge.PledgeException as for {@link #explain}
     */
    Audience audience(Caller caller, String template);

    /**
     * Does of {@link #send} what has to be durable before the gate is asked: the same checks, and the record of implied
     * consent. Afterwards {@code send} may be called inside a transaction. Must not be called inside one itself. Roles:
     * operator.
     *
     * @throws org.pledge.PledgeException as for {@link #send}
     */
    void prepare(Caller caller, SubjectId subject, String template, Map<String, String> parameters);

    /**
     * Checks the template against the policy in force, and queues the message for the tenant's mail partner if the person
     * did not decline it. Roles: operator.
     *
     * <p>Where the policy takes consent for implied until the person declines, and they never said anything about this
     * purpose, that consent is recorded first, with the wording of the policy version they accepted. It has to be durable
     * before the gate looks at it, so this must not be called inside a transaction but after {@link #prepare}.
     *
     * @param parameters exactly those of the template, each one line of at most 1 000 characters
     * @return queued, or refused by the gate with the promises that decided it
     * @throws org.pledge.PledgeException of kind {@code DENIED}, with promises, when the policy does not let this template
     *     out or it is of the class {@link MessageClass#RIGHTS}; {@code NOT_FOUND}, {@code INVALID} or {@code CONFLICT} otherwise
     */
    Outcome send(Caller caller, SubjectId subject, String template, Map<String, String> parameters);

    /**
     * Queues a message of the class {@link MessageClass#RIGHTS}, also for somebody whose data is kept without being used or
     * who objects to everything. For those who answer people's rights, and for no front end. Roles: operator.
     *
     * @param parameters as for {@link #send}
     * @throws org.pledge.PledgeException as for {@link #send}, and of kind {@code DENIED} for a template of another class
     */
    Outcome tell(Caller caller, SubjectId subject, String template, Map<String, String> parameters);

    /**
     * As {@link #tell}, to an address that is not held about the person, so that whoever gets its mail can confirm it.
     *
     * @param address one address
     */
    Outcome tellAt(Caller caller, SubjectId subject, String template, Map<String, String> parameters, String address);

    /**
     * Withdraws consent for the one purpose that an unsubscribe link stands for, at once. Repeating it changes nothing,
     * and the answer does not tell whether anybody is behind the link.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when we never made that link
     */
    void unsubscribe(String token);
}
