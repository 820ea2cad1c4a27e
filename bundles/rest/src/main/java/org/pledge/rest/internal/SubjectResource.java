package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.util.Optional;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PATCH;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.rest.internal.AccountContract.ContactRoles;
import org.pledge.rest.internal.AccountContract.FieldChanges;
import org.pledge.rest.internal.AccountContract.Person;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.DisclosureContract.Disclosure;
import org.pledge.rest.internal.NoticeContract.Notice;
import org.pledge.subject.SubjectService;

/** People: what is held about them, the accounting of what was disclosed, and who was told of changes. */
@Path("subjects/{id}")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class SubjectResource {
    private final Services services;

    SubjectResource(Services services) {
        this.services = services;
    }

    @GET
    @Takes(OPERATOR)
    public Response find(@Context Caller caller, @PathParam("id") SubjectId id, @QueryParam("purpose") String purpose) {
        SubjectService.Person person = services.subjects().get().person(caller, id, Optional.ofNullable(purpose));
        SubjectService.Account account = services.subjects().get().account(caller, person.account());
        return Answer.tagged(account.version(), Person.of(person));
    }

    @PATCH
    @Takes(OPERATOR)
    public Response change(
            @Context Caller caller,
            @PathParam("id") SubjectId id,
            @HeaderParam("If-Match") String ifMatch,
            FieldChanges changes) {
        services.subjects().get().update(caller, id, changes.fields(), IfMatch.required(ifMatch));
        return find(caller, id, null);
    }

    @PUT
    @Path("roles")
    @Takes(OPERATOR)
    public Response setRoles(
            @Context Caller caller,
            @PathParam("id") SubjectId id,
            @HeaderParam("If-Match") String ifMatch,
            ContactRoles request) {
        services.subjects().get().setRoles(caller, id, request.roles(), IfMatch.required(ifMatch));
        return find(caller, id, null);
    }

    @DELETE
    @Takes(OPERATOR)
    public void remove(@Context Caller caller, @PathParam("id") SubjectId id, @HeaderParam("If-Match") String ifMatch) {
        services.subjects().get().removeContact(caller, id, IfMatch.required(ifMatch));
    }

    @GET
    @Path("disclosures")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<Disclosure> disclosures(
            @Context Caller caller,
            @PathParam("id") SubjectId id,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") String limit) {
        return Listing.of(
                services.sharing().get().accounting(caller, id, Optional.ofNullable(cursor), Query.limit(limit)),
                Disclosure::of);
    }

    @GET
    @Path("notices")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<Notice> notices(
            @Context Caller caller,
            @PathParam("id") SubjectId id,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") String limit) {
        return Listing.of(
                services.notices().get().ofSubject(caller, id, Optional.ofNullable(cursor), Query.limit(limit)),
                Notice::of);
    }
}
