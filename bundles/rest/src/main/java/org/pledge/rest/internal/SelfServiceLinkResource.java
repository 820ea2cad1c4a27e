package org.pledge.rest.internal;

import static org.pledge.Role.OPERATOR;

import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.rest.internal.RightsContract.HandedLink;
import org.pledge.rights.SelfService;

/** Links by which a person sees and corrects what is held, as the tenant's application asks for them. */
@Path("subjects/{id}")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class SelfServiceLinkResource {
    private final Live<SelfService> selfService;

    SelfServiceLinkResource(Services services) {
        this.selfService = services.selfService();
    }

    @POST
    @Path("links")
    @Takes(OPERATOR)
    public Response send(@Context Caller caller, @PathParam("id") SubjectId id) {
        selfService.get().send(caller, id);
        return Response.accepted().build();
    }

    @POST
    @Path("handed-links")
    @Takes(OPERATOR)
    public HandedLink hand(@Context Caller caller, @PathParam("id") SubjectId id) {
        return new HandedLink(selfService.get().hand(caller, id));
    }
}
