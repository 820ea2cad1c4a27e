package org.pledge.rest.internal;

import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.util.Optional;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.rest.internal.AccountContract.Account;
import org.pledge.rest.internal.AccountContract.NewAccount;
import org.pledge.rest.internal.AccountContract.NewContact;
import org.pledge.rest.internal.AccountContract.Person;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.subject.SubjectService;

/** Accounts and the contact persons added to them. */
@Path("accounts")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class AccountResource {
    private final Services services;
    private final Registration registration;

    AccountResource(Services services) {
        this.services = services;
        this.registration = new Registration(services);
    }

    @POST
    @Takes(OPERATOR)
    public Response open(@Context Caller caller, @Context Once once, NewAccount request) {
        SubjectId id = registration.open(caller, once, request);
        SubjectService.Account account = services.subjects().get().account(caller, id);
        return Answer.created("accounts/" + id, account.version(), Account.of(account));
    }

    @GET
    @Takes({OPERATOR, OFFICER})
    public Listing<Account> list(
            @Context Caller caller, @QueryParam("cursor") String cursor, @QueryParam("limit") String limit) {
        return Listing.of(
                services.subjects().get().accounts(caller, Optional.ofNullable(cursor), Query.limit(limit)),
                Account::of);
    }

    @GET
    @Path("{id}")
    @Takes({OPERATOR, OFFICER})
    public Response find(@Context Caller caller, @PathParam("id") SubjectId id) {
        SubjectService.Account account = services.subjects().get().account(caller, id);
        return Answer.tagged(account.version(), Account.of(account));
    }

    @DELETE
    @Path("{id}")
    @Takes(OPERATOR)
    public void close(@Context Caller caller, @PathParam("id") SubjectId id, @HeaderParam("If-Match") String ifMatch) {
        services.subjects().get().close(caller, id, IfMatch.required(ifMatch));
    }

    @POST
    @Path("{id}/contacts")
    @Takes(OPERATOR)
    public Response addContact(
            @Context Caller caller,
            @Context Once once,
            @PathParam("id") SubjectId id,
            @HeaderParam("If-Match") String ifMatch,
            NewContact request) {
        SubjectId contact = registration.addContact(caller, once, id, request, IfMatch.required(ifMatch));
        return Answer.created(
                "subjects/" + contact,
                services.subjects().get().account(caller, id).version(),
                Person.of(services.subjects().get().person(caller, contact)));
    }
}
