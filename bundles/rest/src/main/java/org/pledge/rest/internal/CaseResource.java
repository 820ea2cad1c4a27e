package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;

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
import org.pledge.rest.internal.CaseContract.Case;
import org.pledge.rest.internal.CaseContract.NewCase;
import org.pledge.rest.internal.CaseContract.NewException;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.sharing.LegalCaseService;

/** Legal cases, their approvals, and exceptions to promises. */
@Path("cases")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class CaseResource {
    private final Live<LegalCaseService> cases;

    CaseResource(Services services) {
        this.cases = services.cases();
    }

    @POST
    @Takes(OFFICER)
    public Response open(@Context Caller caller, @Context Once once, NewCase r) {
        String id = once.run(() -> cases.get()
                .open(caller, r.ground(), r.reference(), r.partner(), r.subjects(), r.fields(), r.expires())
                .id()
                .toString());
        return Answer.created("cases/" + id, find(caller, UUID.fromString(id)));
    }

    @GET
    @Takes({OFFICER, AUDITOR})
    public Listing<Case> list(@Context Caller caller) {
        return Listing.of(cases.get().list(caller), Case::of);
    }

    @GET
    @Path("{id}")
    @Takes({OFFICER, AUDITOR})
    public Case find(@Context Caller caller, @PathParam("id") UUID id) {
        return Case.of(cases.get().find(caller, id));
    }

    @POST
    @Path("{id}/approvals")
    @Takes(OFFICER)
    public Case approve(@Context Caller caller, @Context Once once, @PathParam("id") UUID id) {
        once.run(() -> cases.get().approve(caller, id).id().toString());
        return find(caller, id);
    }

    @POST
    @Path("{id}/exceptions")
    @Takes(OFFICER)
    public Case except(@Context Caller caller, @Context Once once, @PathParam("id") UUID id, NewException request) {
        once.run(() -> cases.get().except(caller, id, request.promise()).id().toString());
        return find(caller, id);
    }

    @DELETE
    @Path("{id}")
    @Takes(OFFICER)
    public Case close(@Context Caller caller, @PathParam("id") UUID id) {
        return Case.of(cases.get().close(caller, id));
    }
}
