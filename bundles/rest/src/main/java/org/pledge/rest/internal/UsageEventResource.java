package org.pledge.rest.internal;

import static org.pledge.Role.INTEGRATOR;
import static org.pledge.Role.OPERATOR;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import javax.ws.rs.Consumes;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.rest.internal.UsageContract.UsageReceipt;
import org.pledge.visitor.UsageService;

/** Takes usage events in, which are counted and forgotten. */
@Path("usage-events")
@Produces(MediaType.APPLICATION_JSON)
public final class UsageEventResource {
    private final Live<UsageService> usage;

    UsageEventResource(Services services) {
        this.usage = services.usage();
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Takes({OPERATOR, INTEGRATOR})
    public UsageReceipt count(
            @Context Caller caller, @Context Once once, @HeaderParam("Sec-GPC") String gpc, InputStream body)
            throws IOException {
        List<UsageService.Event> events = UsageBatch.read(body, "1".equals(gpc));
        return UsageReceipt.parse(once.run(
                () -> UsageReceipt.of(usage.get().count(caller, events)).text()));
    }
}
