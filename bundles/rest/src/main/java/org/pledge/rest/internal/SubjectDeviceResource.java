package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.INTEGRATOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.util.UUID;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
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
import org.pledge.rest.internal.DeviceContract.DeviceLink;
import org.pledge.rest.internal.DeviceContract.DeviceLinkRequest;
import org.pledge.visitor.LinkService;

/** The devices that are linked to a person. */
@Path("subjects/{id}/devices")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class SubjectDeviceResource {
    private final Live<LinkService> links;

    SubjectDeviceResource(Services services) {
        this.links = services.links();
    }

    @POST
    @Takes({OPERATOR, INTEGRATOR})
    public Response link(@Context Caller caller, @PathParam("id") SubjectId id, DeviceLinkRequest request) {
        return Answer.created(
                "subjects/" + id + "/devices", DeviceLink.of(links.get().link(caller, id, request.device())));
    }

    @GET
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<DeviceLink> list(@Context Caller caller, @PathParam("id") SubjectId id) {
        return Listing.of(links.get().links(caller, id), DeviceLink::of);
    }

    @DELETE
    @Path("{link}")
    @Takes({OPERATOR, INTEGRATOR})
    public void unlink(@Context Caller caller, @PathParam("id") SubjectId id, @PathParam("link") UUID link) {
        links.get().unlink(caller, id, link);
    }
}
