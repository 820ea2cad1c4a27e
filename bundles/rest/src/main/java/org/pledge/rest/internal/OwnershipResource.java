package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.util.Optional;
import java.util.UUID;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.Response.Status;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipService;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.OwnershipContract.NewOwnershipTransfer;
import org.pledge.rest.internal.OwnershipContract.OwnershipCounts;
import org.pledge.rest.internal.OwnershipContract.OwnershipNotice;
import org.pledge.rest.internal.OwnershipContract.OwnershipObjection;
import org.pledge.rest.internal.OwnershipContract.OwnershipProgress;
import org.pledge.rest.internal.OwnershipContract.OwnershipReach;
import org.pledge.rest.internal.OwnershipContract.OwnershipReport;
import org.pledge.rest.internal.OwnershipContract.OwnershipSent;
import org.pledge.rest.internal.OwnershipContract.OwnershipToldByHand;
import org.pledge.rest.internal.OwnershipContract.OwnershipTransfer;

/** Transfers of data with a change of ownership. */
@Path("ownership-transfers")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class OwnershipResource {
    private final Live<OwnershipService> ownership;
    private final Live<OwnershipNotices> notices;

    OwnershipResource(Services services) {
        this.ownership = services.ownership();
        this.notices = services.ownershipNotices();
    }

    @GET
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<OwnershipTransfer> list(@Context Caller caller) {
        return Listing.of(ownership.get().transfers(caller), OwnershipTransfer::of);
    }

    @POST
    @Takes(OFFICER)
    public Response open(@Context Caller caller, NewOwnershipTransfer request) {
        return Response.status(Status.CREATED)
                .entity(OwnershipTransfer.of(ownership.get().open(caller, request.toValue())))
                .build();
    }

    @GET
    @Path("{id}")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public OwnershipReport show(@Context Caller caller, @PathParam("id") UUID id) {
        OwnershipService service = ownership.get();
        return new OwnershipReport(
                OwnershipTransfer.of(service.transfer(caller, id)),
                OwnershipCounts.of(service.counts(caller, id)),
                OwnershipReach.of(notices.get().reach(caller, id)));
    }

    @POST
    @Path("{id}/notices")
    @Takes(OPERATOR)
    public OwnershipSent tell(@Context Caller caller, @PathParam("id") UUID id, @QueryParam("limit") String limit) {
        return OwnershipSent.of(notices.get().send(caller, id, Query.limit(limit)));
    }

    @GET
    @Path("{id}/notices")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<OwnershipNotice> unreached(
            @Context Caller caller,
            @PathParam("id") UUID id,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") String limit) {
        return Listing.of(
                notices.get().unreached(caller, id, Optional.ofNullable(cursor), Query.limit(limit)),
                OwnershipNotice::of);
    }

    @PUT
    @Path("{id}/notices/{subject}")
    @Takes(OPERATOR)
    public OwnershipNotice toldByHand(
            @Context Caller caller,
            @PathParam("id") UUID id,
            @PathParam("subject") SubjectId subject,
            OwnershipToldByHand request) {
        return OwnershipNotice.of(notices.get().toldByHand(caller, id, subject, request.day()));
    }

    @POST
    @Path("{id}/approvals")
    @Takes(OFFICER)
    public OwnershipTransfer approve(@Context Caller caller, @PathParam("id") UUID id) {
        return OwnershipTransfer.of(ownership.get().approve(caller, id));
    }

    @GET
    @Path("{id}/objections")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<OwnershipObjection> objections(
            @Context Caller caller,
            @PathParam("id") UUID id,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") String limit) {
        return Listing.of(
                ownership.get().objections(caller, id, Optional.ofNullable(cursor), Query.limit(limit)),
                OwnershipObjection::of);
    }

    @PUT
    @Path("{id}/objections/{subject}")
    @Takes(OPERATOR)
    public OwnershipObjection object(
            @Context Caller caller, @PathParam("id") UUID id, @PathParam("subject") SubjectId subject) {
        return OwnershipObjection.of(ownership.get().object(caller, id, subject));
    }

    @POST
    @Path("{id}/disclosures")
    @Takes(OPERATOR)
    public OwnershipProgress run(@Context Caller caller, @PathParam("id") UUID id, @QueryParam("limit") String limit) {
        return OwnershipProgress.of(ownership.get().run(caller, id, Query.limit(limit)));
    }

    @POST
    @Path("{id}/cancellation")
    @Takes(OFFICER)
    public OwnershipTransfer cancel(@Context Caller caller, @PathParam("id") UUID id) {
        return OwnershipTransfer.of(ownership.get().cancel(caller, id));
    }
}
