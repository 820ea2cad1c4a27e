package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.util.UUID;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.RightsContract.NewRequest;
import org.pledge.rest.internal.RightsContract.RightsRequest;
import org.pledge.rights.RightsService;

/** What a person asks for under their rights. */
@Path("subjects/{id}/requests")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class SubjectRequestResource {
    private final Live<RightsService> rights;

    SubjectRequestResource(Services services) {
        this.rights = services.rights();
    }

    @POST
    @Takes(OPERATOR)
    public Response open(
            @Context Caller caller, @Context Once once, @PathParam("id") SubjectId id, NewRequest request) {
        String made = once.run(
                () -> rights.get().open(caller, request.toValue(id)).id().toString());
        return Answer.created(
                "requests/" + made, RightsRequest.of(rights.get().request(caller, UUID.fromString(made))));
    }

    @GET
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<RightsRequest> list(@Context Caller caller, @PathParam("id") SubjectId id) {
        return Listing.of(rights.get().ofSubject(caller, id), RightsRequest::of);
    }
}
