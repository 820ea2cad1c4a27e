package org.pledge.rest.internal;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import org.pledge.answers.AnswerService;

/** The schemas of files that people and partners get. */
@Path("schemas")
public final class SchemaResource {
    private final Live<AnswerService> answers;

    SchemaResource(Services services) {
        this.answers = services.answers();
    }

    @GET
    @Path("answer-1.json")
    @Produces("application/schema+json")
    @WithoutCredential
    public String answer() {
        return answers.get().schema();
    }
}
