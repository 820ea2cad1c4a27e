package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.CUSTODIAN;
import static org.pledge.Role.INTEGRATOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;
import static org.pledge.Role.PARTNER;
import static org.pledge.Role.VIEWER;

import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.access.ConfidentialityService;
import org.pledge.rest.internal.ConfidentialityContract.Confidentiality;
import org.pledge.rest.internal.ConfidentialityContract.ConfidentialityAcceptance;
import org.pledge.rest.internal.ConfidentialityContract.NewConfidentialityAcceptance;
import org.pledge.rest.internal.Contract.Listing;

/** The duty of confidentiality that roles wait for, and who accepted it. */
@Path("confidentiality")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ConfidentialityResource {
    private final Live<ConfidentialityService> confidentiality;

    ConfidentialityResource(Services services) {
        this.confidentiality = services.confidentiality();
    }

    @GET
    @Takes(
            value = {VIEWER, OPERATOR, OFFICER, CUSTODIAN, INTEGRATOR, AUDITOR, PARTNER},
            waiting = true)
    public Confidentiality standing(@Context Caller caller) {
        return Confidentiality.of(confidentiality.get().standing(caller));
    }

    @POST
    @Path("acceptances")
    @Takes(
            value = {VIEWER, OPERATOR, OFFICER, CUSTODIAN, INTEGRATOR, AUDITOR, PARTNER},
            waiting = true)
    public ConfidentialityAcceptance accept(@Context Caller caller, NewConfidentialityAcceptance request) {
        return ConfidentialityAcceptance.of(confidentiality.get().accept(caller, request.digest()));
    }

    @GET
    @Path("acceptances")
    @Takes({OFFICER, AUDITOR})
    public Listing<ConfidentialityAcceptance> acceptances(@Context Caller caller) {
        return Listing.of(confidentiality.get().acceptances(caller), ConfidentialityAcceptance::of);
    }
}
