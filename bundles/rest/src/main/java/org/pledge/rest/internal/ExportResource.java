package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.util.UUID;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.pledge.Caller;
import org.pledge.answers.AnswerService;
import org.pledge.answers.AnswerService.Answer;
import org.pledge.rest.internal.ExportContract.Export;
import org.pledge.rest.internal.ExportContract.ExportOrder;
import org.pledge.rest.internal.ExportContract.StartedExport;

/** The answers to requests for access and portability, as files that only the person can open. */
@Path("requests/{id}/export")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ExportResource {
    private final Live<AnswerService> answers;

    ExportResource(Services services) {
        this.answers = services.answers();
    }

    @POST
    @Takes(OPERATOR)
    public Response start(@Context Caller caller, @PathParam("id") UUID id, ExportOrder order) {
        StartedExport started =
                StartedExport.of(answers.get().start(caller, id, order.recipient(), Boolean.TRUE.equals(order.anew())));
        return org.pledge.rest.internal.Answer.accepted("requests/" + id + "/export", started);
    }

    @GET
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Export export(@Context Caller caller, @PathParam("id") UUID id) {
        return Export.of(answers.get().export(caller, id));
    }

    @GET
    @Path("file")
    @Produces(MediaType.WILDCARD) // the type follows from how the file is protected
    @Takes(OPERATOR)
    public Response file(@Context Caller caller, @PathParam("id") UUID id) {
        Answer answer = answers.get().answer(caller, id);
        return Response.ok((StreamingOutput) answer::writeTo, answer.mediaType())
                .header(HttpHeaders.CONTENT_LENGTH, answer.export().bytes())
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + answer.name() + '"')
                .build();
    }
}
