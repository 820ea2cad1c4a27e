package org.pledge.rest.internal;

import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;
import static org.pledge.Role.PARTNER;

import java.io.IOException;
import java.io.InputStream;
import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.rest.internal.DisclosureContract.Decision;
import org.pledge.rest.internal.DisclosureContract.DisclosureRequest;

/** Decides without sending or recording anything. */
@Path("decisions")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class DecisionResource {
    private final Services services;

    DecisionResource(Services services) {
        this.services = services;
    }

    @POST
    @Takes({OPERATOR, OFFICER, PARTNER})
    public Decision decide(@Context Caller caller, DisclosureRequest request) {
        return Decision.of(services.sharing().get().explain(caller, request.toRequest()));
    }

    @POST
    @Path("batch")
    @Takes({OPERATOR, OFFICER, PARTNER})
    public byte[] decideMany(@Context Caller caller, InputStream body) throws IOException {
        return Batch.read(body).answer(services.gate().get(), caller);
    }
}
