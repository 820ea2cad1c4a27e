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
import org.pledge.rest.internal.CookieContract.CookieCheck;
import org.pledge.rest.internal.CookieContract.CookieVerdicts;
import org.pledge.visitor.CookieService;

/** Says what of all that a site is about to send may be sent. */
@Path("cookie-checks")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class CookieCheckResource {
    private final Live<CookieService> cookies;

    CookieCheckResource(Services services) {
        this.cookies = services.cookies();
    }

    @POST
    @Takes({OPERATOR, INTEGRATOR})
    public CookieVerdicts check(
            @Context Caller caller,
            @HeaderParam("Sec-GPC") String gpc,
            @HeaderParam("DNT") String dnt,
            CookieCheck request) {
        return CookieVerdicts.of(cookies.get().check(caller, request.toValue(CookieContract.signal(gpc, dnt))));
    }
}
