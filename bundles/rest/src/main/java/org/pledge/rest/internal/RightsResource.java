package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.util.List;
import java.util.Map;
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
import org.pledge.rest.internal.AccountContract.FieldChanges;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.RightsContract.CodeAttempt;
import org.pledge.rest.internal.RightsContract.CodeCheck;
import org.pledge.rest.internal.RightsContract.Fulfilment;
import org.pledge.rest.internal.RightsContract.GuardianEvidence;
import org.pledge.rest.internal.RightsContract.IdentifiedRequest;
import org.pledge.rest.internal.RightsContract.ObjectionOverruling;
import org.pledge.rest.internal.RightsContract.RequestExtension;
import org.pledge.rest.internal.RightsContract.RequestRefusal;
import org.pledge.rest.internal.RightsContract.RightsRequest;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Outstanding;
import org.pledge.rights.RightsService.Request;

/** The way of requests from their arrival to their answer. */
@Path("requests")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class RightsResource {
    private static final int TEN_YEARS = 3650;

    private final Live<RightsService> rights;

    RightsResource(Services services) {
        this.rights = services.rights();
    }

    @GET
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<RightsRequest> due(
            @Context Caller caller, @QueryParam("due-in-days") String days, @QueryParam("limit") String limit) {
        List<Request> due = rights.get().due(caller, days(days), Query.limit(limit));
        Map<UUID, Outstanding> outstanding = rights.get().outstanding(caller, due);
        return Listing.of(
                due, request -> RightsRequest.of(request, Optional.ofNullable(outstanding.get(request.id()))));
    }

    private static int days(String text) {
        if (text == null) {
            return TEN_YEARS;
        }
        return text.equals("0") ? 0 : Query.number("due-in-days", text);
    }

    @POST
    @Takes(OPERATOR)
    public Response open(@Context Caller caller, @Context Once once, IdentifiedRequest request) {
        String made = once.run(() -> rights.get()
                .openFor(
                        caller,
                        new Identified(request.identifiers()),
                        request.type(),
                        request.jurisdiction(),
                        request.channel(),
                        request.purposes(),
                        Optional.ofNullable(request.received()))
                .id()
                .toString());
        return Answer.created(
                "requests/" + made, RightsRequest.of(rights.get().request(caller, UUID.fromString(made))));
    }

    @GET
    @Path("{id}")
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public RightsRequest show(@Context Caller caller, @PathParam("id") UUID id) {
        return RightsRequest.of(rights.get().request(caller, id), rights.get().recipients(caller, id));
    }

    @POST
    @Path("{id}/acknowledgement")
    @Takes(OPERATOR)
    public RightsRequest acknowledge(@Context Caller caller, @PathParam("id") UUID id) {
        return RightsRequest.of(rights.get().acknowledge(caller, id));
    }

    @POST
    @Path("{id}/confirmation")
    @Takes(OPERATOR)
    public RightsRequest confirm(@Context Caller caller, @PathParam("id") UUID id) {
        return RightsRequest.of(rights.get().confirm(caller, id));
    }

    @POST
    @Path("{id}/guardian")
    @Takes(OPERATOR)
    public RightsRequest assertGuardian(@Context Caller caller, @PathParam("id") UUID id, GuardianEvidence shown) {
        return RightsRequest.of(rights.get().assertGuardian(caller, id, shown.evidence()));
    }

    @POST
    @Path("{id}/codes")
    @Takes(OPERATOR)
    public RightsRequest sendCode(@Context Caller caller, @PathParam("id") UUID id) {
        return RightsRequest.of(rights.get().sendCode(caller, id));
    }

    @POST
    @Path("{id}/code-checks")
    @Takes(OPERATOR)
    public CodeCheck checkCode(@Context Caller caller, @PathParam("id") UUID id, CodeAttempt attempt) {
        return CodeCheck.of(rights.get().checkCode(caller, id, attempt.code()));
    }

    @POST
    @Path("{id}/login")
    @Takes(OPERATOR)
    public RightsRequest assertLogin(@Context Caller caller, @PathParam("id") UUID id) {
        return RightsRequest.of(rights.get().assertLogin(caller, id));
    }

    @POST
    @Path("{id}/extension")
    @Takes(OFFICER)
    public RightsRequest extend(@Context Caller caller, @PathParam("id") UUID id, RequestExtension extension) {
        return RightsRequest.of(rights.get().extend(caller, id, extension.toValue()));
    }

    @POST
    @Path("{id}/refusal")
    @Takes(OFFICER)
    public RightsRequest refuse(@Context Caller caller, @PathParam("id") UUID id, RequestRefusal refusal) {
        return RightsRequest.of(rights.get().refuse(caller, id, refusal.ground()));
    }

    @POST
    @Path("{id}/lift")
    @Takes(OPERATOR)
    public RightsRequest lift(@Context Caller caller, @PathParam("id") UUID id) {
        return RightsRequest.of(rights.get().lift(caller, id));
    }

    @POST
    @Path("{id}/overruling")
    @Takes(OFFICER)
    public RightsRequest overrule(@Context Caller caller, @PathParam("id") UUID id, ObjectionOverruling overruling) {
        return RightsRequest.of(rights.get().overrule(caller, id, overruling.purpose(), overruling.ground()));
    }

    @POST
    @Path("{id}/withdrawal")
    @Takes(OPERATOR)
    public RightsRequest withdraw(@Context Caller caller, @PathParam("id") UUID id) {
        return RightsRequest.of(rights.get().withdraw(caller, id));
    }

    @POST
    @Path("{id}/fulfilment")
    @Takes(OPERATOR)
    public Fulfilment fulfil(@Context Caller caller, @PathParam("id") UUID id, @QueryParam("by-hand") String byHand) {
        return Fulfilment.of(
                Query.flag("by-hand", byHand)
                        ? rights.get().fulfilByHand(caller, id)
                        : rights.get().fulfil(caller, id));
    }

    @POST
    @Path("{id}/correction")
    @Takes(OPERATOR)
    public Fulfilment correct(@Context Caller caller, @PathParam("id") UUID id, FieldChanges changes) {
        return Fulfilment.of(rights.get().correct(caller, id, changes.fields()));
    }
}
