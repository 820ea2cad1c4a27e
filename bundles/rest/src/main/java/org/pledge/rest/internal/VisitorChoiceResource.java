package org.pledge.rest.internal;

import static org.pledge.Role.INTEGRATOR;
import static org.pledge.Role.OPERATOR;

import javax.ws.rs.Consumes;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.rest.internal.CookieContract.VisitorChoice;
import org.pledge.rest.internal.CookieContract.VisitorChoiceMade;
import org.pledge.visitor.CookieService;

/** Puts what a visitor says about cookies into a cookie, and keeps nothing of it. */
@Path("visitor-choices")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class VisitorChoiceResource {
    private final Live<CookieService> cookies;

    VisitorChoiceResource(Services services) {
        this.cookies = services.cookies();
    }

    @POST
    @Takes({OPERATOR, INTEGRATOR})
    public VisitorChoiceMade choose(
            @Context Caller caller,
            @HeaderParam("Sec-GPC") String gpc,
            @HeaderParam("DNT") String dnt,
            VisitorChoice request) {
        return VisitorChoiceMade.of(cookies.get().choose(caller, request.toValue(CookieContract.signal(gpc, dnt))));
    }
}
