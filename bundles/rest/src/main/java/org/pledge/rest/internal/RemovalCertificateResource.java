package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.rights.CertificateService;

/** The signed statement of the removal of a person, who has no other address any more. */
@Path("subjects/{id}/certificate")
@Produces("application/jose")
public final class RemovalCertificateResource {
    private final Live<CertificateService> certificates;

    RemovalCertificateResource(Services services) {
        this.certificates = services.certificates();
    }

    @GET
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public String find(@Context Caller caller, @PathParam("id") SubjectId id) {
        return certificates.get().ofPerson(caller, id);
    }
}
