package org.pledge.campaign;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.PolicyService.Change;

/**
 * Campaigns that ask people to accept a policy version which changes something material. A campaign is opened by the
 * installation of its version, in the same transaction, and ends the one before it. Its audience are the people who
 * accepted an earlier version; until they accept the new one, decisions about them keep to what they accepted.
 * Thread-safe.
 */
public interface CampaignService {
    /**
     * The message template that asks; the tenant provides it. It may use the parameters {@value #VERSION}, {@value
     * #PUBLISHED} and {@value #CHANGES}.
     */
    String TEMPLATE = "policy-change";

    /** The parameter for the version. */
    String VERSION = "version";

    /** The parameter for the day of publication, as ISO 8601 date. */
    String PUBLISHED = "published";

    /** The parameter for the material changes in plain words, cut where they are long. */
    String CHANGES = "changes";

    /** The most people that one call of {@link #send} asks, and one page of {@link #people} holds. */
    int MOST = 1000;

    /**
     * A campaign.
     *
     * @param version which it asks people to accept
     * @param before the version that was in force until then
     * @param closed when it ended: by a person, or because a later version opened another one
     */
    record Campaign(TenantId tenant, int version, int before, Instant opened, Optional<Instant> closed) {
        /** Whether people are still asked. */
        public boolean open() {
            return closed.isEmpty();
        }
    }

    /** What somebody answered. */
    enum Answer {
        /** They accepted the version or a later one. */
        ACCEPTED,
        /** They declined, and did not accept since. */
        DECLINED,
        /** Neither. */
        UNANSWERED
    }

    /** What became of asking somebody. */
    enum Asking {
        /** Nobody tried yet. */
        NOT_YET,
        /** A message was queued. */
        QUEUED,
        /** The gate refused the message. */
        REFUSED,
        /** No address is held. */
        UNREACHABLE
    }

    /**
     * One of the audience.
     *
     * @param subject opaque
     * @param at when they were asked, or when that failed
     */
    record Member(SubjectId subject, Asking asking, Optional<Instant> at, Answer answer) {}

    /**
     * How many people there are; everything is counted at once.
     *
     * @param audience who accepted an earlier version and is still registered
     * @param asked to whom a message was queued
     * @param unreachable whom no message can be sent to, by the gate's word or for want of an address
     * @param accepted of the audience
     * @param declined of the audience
     * @param unanswered of the audience
     */
    record Counts(long audience, long asked, long unreachable, long accepted, long declined, long unanswered) {}

    /**
     * What a call of {@link #send} did.
     *
     * @param queued messages
     * @param unreachable people whom none can be sent to
     * @param more whether somebody is left to be asked
     */
    record Progress(int queued, int unreachable, boolean more) {}

    /** The tenant's campaigns, newest first. Roles: viewer, operator, officer, auditor. */
    List<Campaign> campaigns(Caller caller);

    /**
     * One campaign. Roles: viewer, operator, officer, auditor.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when that version opened none
     */
    Campaign campaign(Caller caller, int version);

    /** What changed against the version before, in plain words by field. Roles and refusals of {@link #campaign}. */
    List<Change> changes(Caller caller, int version);

    /** How many people answered what. Roles and refusals of {@link #campaign}. */
    Counts counts(Caller caller, int version);

    /**
     * The audience in a stable order. Roles: operator, officer, auditor.
     *
     * @param answer only those who answered this
     * @param cursor of a page before
     * @param limit 1 to {@value #MOST}
     */
    Page<Member> people(Caller caller, int version, Optional<Answer> answer, Optional<String> cursor, int limit);

    /**
     * Sends {@value #TEMPLATE} to people of the audience who neither answered nor were asked, each in a transaction of
     * its own: whoever was asked is not asked again, whatever stops this half-way. Call it until nobody is left. Must not
     * be called inside a transaction. Roles: operator.
     *
     * @param limit how many people at most, 1 to {@value #MOST}
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} without such a campaign or template, {@code CONFLICT}
     *     when it is closed or there is no mail partner, {@code DENIED} when the policy does not let the template out
     */
    Progress send(Caller caller, int version, int limit);

    /**
     * Records that somebody declines. Decisions keep to the version that they accepted. Declining again changes nothing;
     * accepting later by {@code ConsentService.accept} counts. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when the person is not of the audience, {@code
     *     CONFLICT} when they accepted the version already or the campaign is closed
     */
    Member decline(Caller caller, int version, SubjectId subject);

    /**
     * Ends a campaign; nobody is asked any more, and whoever did not accept stays with what they accepted. Closing twice
     * changes nothing. Roles: officer.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when that version opened none
     */
    Campaign close(Caller caller, int version);
}
