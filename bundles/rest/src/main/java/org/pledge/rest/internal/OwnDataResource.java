package org.pledge.rest.internal;

import javax.servlet.http.HttpServletRequest;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PATCH;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rest.internal.AccountContract.FieldChanges;
import org.pledge.rest.internal.RightsContract.EmailCode;
import org.pledge.rest.internal.RightsContract.NewEmail;
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
    private static final String PERSON = "people/{id}";

    private final Live<SelfService> selfService;
    private final SignInLimits limits;

    OwnDataResource(Services services, SignInLimits limits) {
        this.selfService = services.selfService();
        this.limits = limits;
    }

    @POST
    @Path("sign-ins")
    @Longest(LONGEST)
    @WithoutCredential
    public SignIn signIn(
            @PathParam("tenant") String tenant, NewSignIn request, @Context HttpServletRequest connection) {
        TenantId of = SelfServiceResource.tenant(tenant);
        return SignIn.of(limits.limited(of, connection, () -> selfService
                .get()
                .signIn(of, request.name(), request.password().toCharArray())));
    }

    @GET
    @Path(PERSON)
    @WithoutCredential
    public OwnData held(
            @PathParam("tenant") String tenant, @PathParam("id") SubjectId id, @HeaderParam(PASS) String pass) {
        return held(own(tenant, id, pass), pass);
    }

    @PATCH
    @Path(PERSON)
    @WithoutCredential
    public OwnData change(
            @PathParam("tenant") String tenant,
            @PathParam("id") SubjectId id,
            @HeaderParam(PASS) String pass,
            FieldChanges changes) {
        TenantId of = own(tenant, id, pass);
        selfService.get().change(of, pass, changes.fields());
        return held(of, pass);
    }

    @POST
    @Path(PERSON + "/email-changes")
    @Longest(LONGEST)
    @WithoutCredential
    public Response changeEmail(
            @PathParam("tenant") String tenant,
            @PathParam("id") SubjectId id,
            @HeaderParam(PASS) String pass,
            NewEmail request) {
        selfService.get().changeEmail(own(tenant, id, pass), pass, request.email());
        return Response.accepted().build();
    }

    @POST
    @Path(PERSON + "/email-confirmations")
    @Longest(LONGEST)
    @WithoutCredential
    public OwnData confirmEmail(
            @PathParam("tenant") String tenant,
            @PathParam("id") SubjectId id,
            @HeaderParam(PASS) String pass,
            EmailCode request) {
        TenantId of = own(tenant, id, pass);
        selfService.get().confirmEmail(of, pass, request.code());
        return held(of, pass);
    }

    @PUT
    @Path(PERSON + "/login")
    @Longest(LONGEST)
    @WithoutCredential
    public void setLogin(
            @PathParam("tenant") String tenant,
            @PathParam("id") SubjectId id,
            @HeaderParam(PASS) String pass,
            NewSignIn request) {
        selfService
                .get()
                .setLogin(
                        own(tenant, id, pass),
                        pass,
                        request.name(),
                        request.password().toCharArray());
    }

    /** The tenant, for whom the pass is this person's. */
    private TenantId own(String tenant, SubjectId id, String pass) {
        TenantId of = SelfServiceResource.tenant(tenant);
        Contract.needed(PASS, pass);
        selfService.get().requireHolder(of, pass, id);
        return of;
    }

    private OwnData held(TenantId tenant, String pass) {
        return OwnData.of(selfService.get().held(tenant, pass));
    }
}
