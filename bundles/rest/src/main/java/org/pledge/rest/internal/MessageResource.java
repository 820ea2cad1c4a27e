package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.INTEGRATOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;
import static org.pledge.Role.VIEWER;

import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.notices.MessageService;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.MessageContract.MessageRequest;
import org.pledge.rest.internal.MessageContract.MessageTemplate;

/** Sends messages to people from templates. */
@Path("messages")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class MessageResource {
    private final Live<MessageService> messages;
    private final Messaging messaging;

    MessageResource(Services services) {
        this.messages = services.messages();
        this.messaging = new Messaging(services);
    }

    @POST
    @Takes(OPERATOR)
    public Response send(@Context Caller caller, @Context Once once, MessageRequest request) {
        return messaging.send(caller, once, request);
    }

    @GET
    @Path("templates")
    @Takes({VIEWER, OPERATOR, OFFICER, INTEGRATOR, AUDITOR})
    public Listing<MessageTemplate> templates(@Context Caller caller) {
        return Listing.of(messages.get().templates(caller.tenant()), MessageTemplate::of);
    }
}
