package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.util.UUID;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import org.pledge.Caller;
import org.pledge.rights.CertificateService;

/** The signed statement of what a request removed. */
@Path("requests/{id}/certificate")
@Produces("application/jose")
public final class CertificateResource {
    private final Live<CertificateService> certificates;

    CertificateResource(Services services) {
        this.certificates = services.certificates();
    }

    @GET
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public String find(@Context Caller caller, @PathParam("id") UUID id) {
        return certificates.get().ofRequest(caller, id);
    }
}
