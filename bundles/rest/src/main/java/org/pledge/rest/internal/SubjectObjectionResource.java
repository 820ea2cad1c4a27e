package org.pledge.rest.internal;

import static org.pledge.Role.OPERATOR;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.RightsContract.StandingObjection;

/** To what a person objects now. */
@Path("subjects/{id}/objections")
@Produces(MediaType.APPLICATION_JSON)
public final class SubjectObjectionResource {
    private final Live<ConsentService> consents;

    SubjectObjectionResource(Services services) {
        this.consents = services.consents();
    }

    @GET
    @Takes(OPERATOR)
    public Listing<StandingObjection> list(@Context Caller caller, @PathParam("id") SubjectId id) {
        return Listing.of(consents.get().objections(caller, id), StandingObjection::of);
    }
}
