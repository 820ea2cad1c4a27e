package org.pledge.rest.internal;

import static org.pledge.Role.INTEGRATOR;
import static org.pledge.Role.OPERATOR;

import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.rest.internal.DeviceContract.EndedPurpose;
import org.pledge.rest.internal.DeviceContract.SubjectEvent;
import org.pledge.subject.EndingService;

/** Takes reports of what ends a purpose, such as a fulfilled order. */
@Path("subjects/{id}/events")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class SubjectEventResource {
    private final Live<EndingService> endings;

    SubjectEventResource(Services services) {
        this.endings = services.endings();
    }

    @POST
    @Takes({OPERATOR, INTEGRATOR})
    public EndedPurpose report(@Context Caller caller, @PathParam("id") SubjectId id, SubjectEvent report) {
        return EndedPurpose.of(endings.get().report(caller, id, report.event()));
    }
}
