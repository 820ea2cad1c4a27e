package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.INTEGRATOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;
import static org.pledge.Role.VIEWER;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.rest.internal.CookieContract.CookieRegister;
import org.pledge.visitor.CookieService;

/** The register of the cookies and other trackers of a tenant's own sites. */
@Path("cookies")
@Produces(MediaType.APPLICATION_JSON)
public final class CookieResource {
    private final Live<CookieService> cookies;

    CookieResource(Services services) {
        this.cookies = services.cookies();
    }

    @GET
    @Takes({VIEWER, OPERATOR, OFFICER, INTEGRATOR, AUDITOR})
    public CookieRegister register(@Context Caller caller) {
        return CookieRegister.of(cookies.get().register(caller));
    }
}
