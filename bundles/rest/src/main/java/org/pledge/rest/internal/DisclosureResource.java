package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.util.UUID;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.DisclosureContract.Disclosure;
import org.pledge.rest.internal.DisclosureContract.DisclosureBatch;
import org.pledge.rest.internal.DisclosureContract.DisclosureBatchRequest;
import org.pledge.rest.internal.DisclosureContract.DisclosureRequest;
import org.pledge.sharing.SharingService.State;

/** Discloses data to partners, and tells what became of it. */
@Path("disclosures")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class DisclosureResource {
    private final Services services;
    private final Disclosing disclosing;

    DisclosureResource(Services services) {
        this.services = services;
        this.disclosing = new Disclosing(services);
    }

    @POST
    @Takes(OPERATOR)
    public Response share(@Context Caller caller, @Context Once once, DisclosureRequest request) {
        return disclosing.share(caller, once, request.toRequest());
    }

    @POST
    @Path("batch")
    @Takes(OPERATOR)
    public DisclosureBatch shareMany(@Context Caller caller, @Context Once once, DisclosureBatchRequest batch) {
        return disclosing.shareAll(
                caller,
                once,
                batch.disclosures().stream().map(DisclosureRequest::toRequest).toList());
    }

    @GET
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<Disclosure> list(
            @Context Caller caller,
            @QueryParam("state") @DefaultValue("PARKED") String state,
            @QueryParam("limit") String limit) {
        return Listing.of(
                services.sharing()
                        .get()
                        .inState(caller, Query.constant("state", State.class, state), Query.limit(limit)),
                Disclosure::of);
    }

    @GET
    @Path("{id}")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Disclosure find(@Context Caller caller, @PathParam("id") UUID id) {
        return Disclosure.of(services.sharing().get().disclosure(caller, id));
    }

    @POST
    @Path("{id}/retries")
    @Takes(OPERATOR)
    public Response retry(@Context Caller caller, @Context Once once, @PathParam("id") UUID id) {
        once.run(() -> services.sharing().get().retry(caller, id).id().toString());
        return Answer.accepted("disclosures/" + id, find(caller, id));
    }

    @DELETE
    @Path("{id}")
    @Takes(OPERATOR)
    public Disclosure drop(@Context Caller caller, @PathParam("id") UUID id) {
        return Disclosure.of(services.sharing().get().drop(caller, id));
    }
}
