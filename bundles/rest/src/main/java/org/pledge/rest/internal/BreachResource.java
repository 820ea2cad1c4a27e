package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.util.Optional;
import java.util.UUID;
import javax.ws.rs.Consumes;
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
import org.pledge.rest.internal.BreachContract.AffectedPerson;
import org.pledge.rest.internal.BreachContract.Breach;
import org.pledge.rest.internal.BreachContract.BreachNotices;
import org.pledge.rest.internal.BreachContract.BreachStep;
import org.pledge.rest.internal.BreachContract.NewBreach;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rights.BreachService;

/** Breaches of personal data at recipients. */
@Path("breaches")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class BreachResource {
    private final Live<BreachService> breaches;

    BreachResource(Services services) {
        this.breaches = services.breaches();
    }

    @POST
    @Takes({OPERATOR, OFFICER})
    public Response report(@Context Caller caller, @Context Once once, NewBreach breach) {
        String made = once.run(
                () -> breaches.get().report(caller, breach.toValue()).id().toString());
        return Answer.created("breaches/" + made, show(caller, UUID.fromString(made)));
    }

    @GET
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<Breach> list(
            @Context Caller caller, @QueryParam("ended") boolean ended, @QueryParam("limit") String limit) {
        return Listing.of(breaches.get().breaches(caller, ended, Query.limit(limit)), Breach::of);
    }

    @GET
    @Path("{id}")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Breach show(@Context Caller caller, @PathParam("id") UUID id) {
        return Breach.of(breaches.get().breach(caller, id), breaches.get().affectedCount(caller, id));
    }

    @POST
    @Path("{id}/steps")
    @Takes(OFFICER)
    public Breach move(@Context Caller caller, @PathParam("id") UUID id, BreachStep step) {
        return Breach.of(breaches.get().move(caller, id, step.state(), step.reason()));
    }

    @GET
    @Path("{id}/affected")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<AffectedPerson> affected(
            @Context Caller caller,
            @PathParam("id") UUID id,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") String limit) {
        return Listing.of(
                breaches.get().affected(caller, id, Optional.ofNullable(cursor), Query.limit(limit)),
                AffectedPerson::new);
    }

    @POST
    @Path("{id}/notices")
    @Takes(OPERATOR)
    public BreachNotices tell(
            @Context Caller caller,
            @PathParam("id") UUID id,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") String limit) {
        return BreachNotices.of(breaches.get().tell(caller, id, Optional.ofNullable(cursor), Query.limit(limit)));
    }
}
