package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.INTEGRATOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;
import static org.pledge.Role.VIEWER;

import java.util.Optional;
import java.util.OptionalLong;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.PartnerContract.PartnerPut;
import org.pledge.rest.internal.PartnerContract.TransferRegion;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;

/** The partners of a tenant and their agreements. */
@Path("partners")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class PartnerResource {
    private final Services services;

    PartnerResource(Services services) {
        this.services = services;
    }

    @GET
    @Takes({VIEWER, OPERATOR, OFFICER, INTEGRATOR, AUDITOR})
    public Listing<PartnerContract.Partner> list(@Context Caller caller) {
        return Listing.of(services.partners().get().list(caller.tenant()), PartnerContract.Partner::of);
    }

    @GET
    @Path("regions")
    @Takes({VIEWER, OPERATOR, OFFICER, INTEGRATOR, AUDITOR})
    public Listing<TransferRegion> regions(@Context Caller caller) {
        return Listing.of(services.transfers().get().regions(caller), TransferRegion::of);
    }

    @GET
    @Path("{name}")
    @Takes({VIEWER, OPERATOR, OFFICER, INTEGRATOR, AUDITOR})
    public Response find(@Context Caller caller, @PathParam("name") String name) {
        return answer(services.partners().get().find(caller.tenant(), name).orElseThrow(() -> new PledgeException(
                        Kind.NOT_FOUND, "there is no partner of that name")
                .remedy("Check the name in the path; GET /api/v1/partners lists them.")));
    }

    @PUT
    @Path("{name}")
    @Takes(INTEGRATOR)
    public Response put(
            @Context Caller caller,
            @PathParam("name") String name,
            @HeaderParam("If-Match") String ifMatch,
            PartnerPut request) {
        return answer(replace(caller, name, IfMatch.optional(ifMatch), request));
    }

    /** Keeps a suspension: the version read with it is the one replaced, so that none that comes between is lost. */
    private Partner replace(Caller caller, String name, OptionalLong seen, PartnerPut request) {
        PartnerService partners = services.partners().get();
        Optional<Partner> present = partners.find(caller.tenant(), name);
        Partner partner = request.toValue(
                caller.tenant(), name, present.map(Partner::suspended).orElse(false));
        OptionalLong expected = seen.isPresent() || present.isEmpty()
                ? seen
                : OptionalLong.of(present.get().version());
        return partners.put(caller, partner, expected);
    }

    @POST
    @Path("{name}/suspensions")
    @Takes({OFFICER, INTEGRATOR})
    public Response suspend(@Context Caller caller, @Context Once once, @PathParam("name") String name) {
        once.run(() -> services.partners().get().suspend(caller, name, true).name());
        return find(caller, name);
    }

    @DELETE
    @Path("{name}/suspensions")
    @Takes({OFFICER, INTEGRATOR})
    public Response resume(@Context Caller caller, @PathParam("name") String name) {
        return answer(services.partners().get().suspend(caller, name, false));
    }

    private static Response answer(Partner partner) {
        return Answer.tagged(partner.version(), PartnerContract.Partner.of(partner));
    }
}
