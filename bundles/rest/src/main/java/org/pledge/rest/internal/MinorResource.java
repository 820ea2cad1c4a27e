package org.pledge.rest.internal;

import static org.pledge.Role.OPERATOR;

import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.rest.internal.RightsContract.RightsRequest;
import org.pledge.rights.RightsService;

/** What the tenant learned of a person that ends their data here: that they are a child. */
@Path("subjects/{id}/minor-known")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class MinorResource {
    private final Live<RightsService> rights;

    MinorResource(Services services) {
        this.rights = services.rights();
    }

    @POST
    @Takes(OPERATOR)
    public RightsRequest known(@Context Caller caller, @PathParam("id") SubjectId id) {
        return RightsRequest.of(rights.get().minorKnown(caller, id));
    }
}
