package org.pledge.campaign.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.campaign.CampaignService.Answer;
import org.pledge.campaign.CampaignService.Asking;
import org.pledge.campaign.CampaignService.Counts;
import org.pledge.campaign.CampaignService.Member;

/**
 * Keeps who was asked and who declined; who accepted is read from the consent log. The audience of a version are the
 * registered people who accepted an earlier one. Every method joins the current transaction.
 */
public interface CampaignStore {
    /** Keeps that somebody was asked; false, and nothing changed, when that is kept already. */
    boolean ask(TenantId tenant, int version, SubjectId subject, Asking asking, Instant at);

    /** Keeps that somebody declined; false, and nothing changed, when that is kept already. */
    boolean decline(TenantId tenant, int version, SubjectId subject, Instant at);

    /** One of the audience of a version. */
    Optional<Member> member(TenantId tenant, int version, SubjectId subject);

    /**
     * The audience of a version with an identifier above {@code after}, in the order of the database's UUID type.
     *
     * @param answer only those who answered this
     */
    List<Member> members(TenantId tenant, int version, Optional<Answer> answer, Optional<SubjectId> after, int limit);

    /** People of the audience who neither answered nor were asked. */
    List<SubjectId> unasked(TenantId tenant, int version, int limit);

    /** Counts the audience. */
    Counts counts(TenantId tenant, int version);
}
