package org.pledge.rest.internal;

import static org.pledge.Role.INTEGRATOR;
import static org.pledge.Role.OPERATOR;

import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.rest.internal.DeviceContract.DeviceRecord;
import org.pledge.rest.internal.DeviceContract.DeviceRecords;
import org.pledge.visitor.LinkService;

/** Takes what devices did; it is kept of those that are linked to somebody, and forgotten of all others. */
@Path("device-records")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class DeviceRecordResource {
    private final Live<LinkService> links;

    DeviceRecordResource(Services services) {
        this.links = services.links();
    }

    @POST
    @Takes({OPERATOR, INTEGRATOR})
    public void record(@Context Caller caller, @Context Once once, DeviceRecords batch) {
        once.run(() -> {
            links.get()
                    .record(
                            caller,
                            batch.records().stream().map(DeviceRecord::toValue).toList());
            return "recorded";
        });
    }
}
