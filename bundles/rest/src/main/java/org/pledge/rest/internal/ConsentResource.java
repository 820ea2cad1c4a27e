package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.util.Optional;
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
import org.pledge.rest.internal.ConsentContract.Acceptance;
import org.pledge.rest.internal.ConsentContract.Authorisation;
import org.pledge.rest.internal.ConsentContract.AuthorisationWithdrawal;
import org.pledge.rest.internal.ConsentContract.ConsentEvent;
import org.pledge.rest.internal.ConsentContract.ConsentHistory;
import org.pledge.rest.internal.ConsentContract.Grant;
import org.pledge.rest.internal.ConsentContract.Guardian;
import org.pledge.rest.internal.ConsentContract.Withdrawal;
import org.pledge.rest.internal.Contract.Listing;

/** What a person said, and a guardian for a child: consents, withdrawals, and acceptances of the policy. */
@Path("subjects/{id}")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ConsentResource {
    private final Services services;
    private final Consenting consenting;

    ConsentResource(Services services) {
        this.services = services;
        this.consenting = new Consenting(services);
    }

    @POST
    @Path("consents")
    @Takes(OPERATOR)
    public Response grant(@Context Caller caller, @Context Once once, @PathParam("id") SubjectId id, Grant request) {
        return consenting.receipt(caller, once, id, consents -> consents.grant(caller, id, request.toValue()));
    }

    @POST
    @Path("withdrawals")
    @Takes(OPERATOR)
    public Response withdraw(
            @Context Caller caller, @Context Once once, @PathParam("id") SubjectId id, Withdrawal request) {
        return consenting.receipt(caller, once, id, consents -> consents.withdraw(caller, id, request.toValue()));
    }

    @POST
    @Path("acceptances")
    @Takes(OPERATOR)
    public Response accept(
            @Context Caller caller, @Context Once once, @PathParam("id") SubjectId id, Acceptance request) {
        return consenting.accept(caller, once, id, request);
    }

    @GET
    @Path("consents")
    @Takes(OPERATOR)
    public ConsentHistory history(@Context Caller caller, @PathParam("id") SubjectId id) {
        return new ConsentHistory(
                services.consents().get().acceptanceDue(caller, id),
                services.consents().get().history(caller, id).stream()
                        .map(ConsentEvent::of)
                        .toList());
    }

    @POST
    @Path("authorisations")
    @Takes(OPERATOR)
    public Response authorise(@Context Caller caller, @PathParam("id") SubjectId id, Guardian request) {
        return Answer.created(
                "subjects/" + id + "/authorisations",
                Listing.of(services.consents().get().authorise(caller, id, request.toValue()), Authorisation::of));
    }

    @GET
    @Path("authorisations")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<Authorisation> authorisations(@Context Caller caller, @PathParam("id") SubjectId id) {
        return Listing.of(services.consents().get().authorisations(caller, id), Authorisation::of);
    }

    @POST
    @Path("authorisation-withdrawals")
    @Takes(OPERATOR)
    public Response withdrawAuthorisation(
            @Context Caller caller,
            @Context Once once,
            @PathParam("id") SubjectId id,
            AuthorisationWithdrawal request) {
        return consenting.receipt(
                caller,
                once,
                id,
                consents -> consents.withdrawAuthorisation(
                        caller, id, Optional.ofNullable(request.purpose()), request.channel()));
    }
}
