package org.pledge.rest.internal;

import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PATCH;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rest.internal.AccountContract.FieldChanges;
import org.pledge.rest.internal.RightsContract.NewSignIn;
import org.pledge.rest.internal.RightsContract.OwnData;
import org.pledge.rest.internal.RightsContract.SignIn;
import org.pledge.rights.SelfService;

/** What programs of a person's own do with their user name and password. */
@Path("self-service/{tenant}")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class OwnDataResource {
    private static final int LONGEST = 4096;
    private static final String PASS = "Pledge-Pass";

    private final Live<SelfService> selfService;

    OwnDataResource(Services services) {
        this.selfService = services.selfService();
    }

    @POST
    @Path("sign-ins")
    @Longest(LONGEST)
    @WithoutCredential
    public SignIn signIn(@PathParam("tenant") String tenant, NewSignIn request) {
        return SignIn.of(selfService
                .get()
                .signIn(
                        SelfServiceResource.tenant(tenant),
                        request.name(),
                        request.password().toCharArray()));
    }

    @GET
    @Path("people/{id}")
    @WithoutCredential
    public OwnData held(
            @PathParam("tenant") String tenant, @PathParam("id") SubjectId id, @HeaderParam(PASS) String pass) {
        return held(SelfServiceResource.tenant(tenant), id, pass);
    }

    @PATCH
    @Path("people/{id}")
    @WithoutCredential
    public OwnData change(
            @PathParam("tenant") String tenant,
            @PathParam("id") SubjectId id,
            @HeaderParam(PASS) String pass,
            FieldChanges changes) {
        TenantId of = SelfServiceResource.tenant(tenant);
        Contract.needed(PASS, pass);
        selfService.get().requireHolder(of, pass, id);
        selfService.get().change(of, pass, changes.fields());
        return held(of, id, pass);
    }

    private OwnData held(TenantId tenant, SubjectId id, String pass) {
        Contract.needed(PASS, pass);
        selfService.get().requireHolder(tenant, pass, id);
        return OwnData.of(selfService.get().held(tenant, pass));
    }
}
