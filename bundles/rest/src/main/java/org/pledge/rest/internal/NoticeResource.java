package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;
import static org.pledge.Role.PARTNER;

import java.util.UUID;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.rest.internal.NoticeContract.Acknowledgement;
import org.pledge.rest.internal.NoticeContract.Notice;
import org.pledge.rest.internal.NoticeContract.NoticeRefusal;
import org.pledge.sharing.NoticeService;

/** Notices to earlier recipients, and their confirmations. */
@Path("notices/{id}")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class NoticeResource {
    private final Services services;

    NoticeResource(Services services) {
        this.services = services;
    }

    @GET
    @Takes({OPERATOR, OFFICER, AUDITOR, PARTNER})
    public Notice find(@Context Caller caller, @PathParam("id") UUID id) {
        return Notice.of(services.notices().get().notice(caller, id));
    }

    @POST
    @Path("acknowledgement")
    @Takes({OPERATOR, PARTNER})
    public Notice acknowledge(
            @Context Caller caller, @Context Once once, @PathParam("id") UUID id, Acknowledgement request) {
        NoticeService notices = services.notices().get();
        once.run(() -> request.byHand()
                .map(how -> notices.acknowledge(caller, id, how))
                .orElseGet(() -> notices.acknowledge(caller, id))
                .id()
                .toString());
        return find(caller, id);
    }

    @POST
    @Path("refusal")
    @Takes({OFFICER, PARTNER})
    public Notice refuse(@Context Caller caller, @PathParam("id") UUID id, NoticeRefusal refusal) {
        NoticeService notices = services.notices().get();
        return Notice.of(
                refusal.channel() == null
                        ? notices.refuse(caller, id, refusal.ground())
                        : notices.refuse(caller, id, refusal.ground(), refusal.channel()));
    }
}
