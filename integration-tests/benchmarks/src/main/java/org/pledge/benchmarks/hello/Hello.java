package org.pledge.benchmarks.hello;

import java.util.Arrays;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;

/** The least that a REST service on CXF does. */
@Path("/")
public final class Hello {
    /** Says hello. */
    @GET
    @Produces(MediaType.TEXT_PLAIN)
    public String hello() {
        return "hello";
    }

    /** Takes a body without reading anything out of it, and answers with so many bytes. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public byte[] bytes(@QueryParam("length") int length, byte[] body) {
        byte[] answer = new byte[length];
        Arrays.fill(answer, (byte) ' ');
        return answer;
    }
}
