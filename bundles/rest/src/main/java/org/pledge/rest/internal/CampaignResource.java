package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;
import static org.pledge.Role.VIEWER;

import java.util.Optional;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.campaign.CampaignService;
import org.pledge.campaign.CampaignService.Answer;
import org.pledge.rest.internal.CampaignContract.Campaign;
import org.pledge.rest.internal.CampaignContract.CampaignCounts;
import org.pledge.rest.internal.CampaignContract.CampaignMember;
import org.pledge.rest.internal.CampaignContract.CampaignProgress;
import org.pledge.rest.internal.CampaignContract.CampaignReport;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.PolicyContract.Change;

/** Campaigns that ask people to accept what a policy version changed. */
@Path("policy/campaigns")
@Produces(MediaType.APPLICATION_JSON)
public final class CampaignResource {
    private final Live<CampaignService> campaigns;

    CampaignResource(Services services) {
        this.campaigns = services.campaigns();
    }

    @GET
    @Takes({VIEWER, OPERATOR, OFFICER, AUDITOR})
    public Listing<Campaign> campaigns(@Context Caller caller) {
        return Listing.of(campaigns.get().campaigns(caller), Campaign::of);
    }

    @GET
    @Path("{version}")
    @Takes({VIEWER, OPERATOR, OFFICER, AUDITOR})
    public CampaignReport campaign(@Context Caller caller, @PathParam("version") String version) {
        int number = Query.number("version", version);
        CampaignService service = campaigns.get();
        return new CampaignReport(
                Campaign.of(service.campaign(caller, number)),
                service.changes(caller, number).stream().map(Change::of).toList(),
                CampaignCounts.of(service.counts(caller, number)));
    }

    @GET
    @Path("{version}/people")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<CampaignMember> people(
            @Context Caller caller,
            @PathParam("version") String version,
            @QueryParam("answer") String answer,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") String limit) {
        Optional<Answer> wanted = Optional.ofNullable(answer).map(text -> Query.constant("answer", Answer.class, text));
        return Listing.of(
                campaigns
                        .get()
                        .people(
                                caller,
                                Query.number("version", version),
                                wanted,
                                Optional.ofNullable(cursor),
                                Query.limit(limit)),
                CampaignMember::of);
    }

    @POST
    @Path("{version}/messages")
    @Takes(OPERATOR)
    public CampaignProgress send(
            @Context Caller caller, @PathParam("version") String version, @QueryParam("limit") String limit) {
        return CampaignProgress.of(campaigns.get().send(caller, Query.number("version", version), Query.limit(limit)));
    }

    @PUT
    @Path("{version}/refusals/{subject}")
    @Takes(OPERATOR)
    public CampaignMember decline(
            @Context Caller caller, @PathParam("version") String version, @PathParam("subject") SubjectId subject) {
        return CampaignMember.of(campaigns.get().decline(caller, Query.number("version", version), subject));
    }

    @POST
    @Path("{version}/close")
    @Takes(OFFICER)
    public Campaign close(@Context Caller caller, @PathParam("version") String version) {
        return Campaign.of(campaigns.get().close(caller, Query.number("version", version)));
    }
}
