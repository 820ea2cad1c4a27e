package org.pledge.rest.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.servlet.http.HttpServletRequest;
import javax.ws.rs.Consumes;
import javax.ws.rs.FormParam;
import javax.ws.rs.GET;
import javax.ws.rs.NotFoundException;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.TenantId;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.SelfService;

/**
 * What people do without login or cookie: ask for a link, and with it see, correct and ask. A link is in the path once;
 * what follows it is in forms only, so that nothing goes with a request that another site could cause.
 */
@Path("self-service/{tenant}")
public final class SelfServiceResource {
    private static final String HTML = "text/html;charset=utf-8";
    private static final String CSP = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final String LINK = "{link}";
    private static final int LONGEST = 4096;

    private final Live<SelfService> selfService;
    private final SignInLimits limits;

    SelfServiceResource(Services services, SignInLimits limits) {
        this.selfService = services.selfService();
        this.limits = limits;
    }

    @GET
    @WithoutCredential
    public Response form(@PathParam("tenant") String tenant) {
        return html(200, SelfServicePages.ask(tenant, selfService.get().sendsLinks(tenant(tenant))));
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Longest(LONGEST)
    @WithoutCredential
    public Response ask(@PathParam("tenant") String tenant, @FormParam("email") String email) {
        if (!selfService.get().sendsLinks(tenant(tenant))) {
            return html(409, SelfServicePages.ask(tenant, false));
        }
        if (email != null && !email.isBlank()) {
            selfService.get().ask(tenant(tenant), new Identified(Map.of("email", email)));
        }
        return html(202, SelfServicePages.asked());
    }

    @GET
    @Path("sign-in")
    @WithoutCredential
    public Response signInForm(@PathParam("tenant") String tenant) {
        return html(200, SelfServicePages.signIn());
    }

    @POST
    @Path("sign-in")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Longest(LONGEST)
    @WithoutCredential
    public Response signIn(
            @PathParam("tenant") String tenant,
            @FormParam("name") String name,
            @FormParam("password") String password,
            @Context HttpServletRequest connection) {
        Contract.needed("name", name);
        Contract.needed("password", password);
        TenantId of = tenant(tenant);
        try {
            return page(() -> {
                String pass = limits.limited(
                                of, connection, () -> selfService.get().signIn(of, name, password.toCharArray()))
                        .pass();
                return SelfServicePages.held(pass, "", selfService.get().held(of, pass));
            });
        } catch (HttpRefusal e) {
            Response.ResponseBuilder answer =
                    html(e.status(), SelfServicePages.refused(e.getMessage(), e.remedy()), CSP);
            e.headers().forEach(answer::header);
            return answer.build();
        }
    }

    @GET
    @Path(LINK)
    @WithoutCredential
    public Response look(@PathParam("tenant") String tenant, @PathParam("link") String link) {
        return html(200, SelfServicePages.open());
    }

    @POST
    @Path(LINK)
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Longest(LONGEST)
    @WithoutCredential
    public Response open(@PathParam("tenant") String tenant, @PathParam("link") String link) {
        return page(() -> {
            String pass = selfService.get().open(tenant(tenant), link);
            return SelfServicePages.held(pass, "", selfService.get().held(tenant(tenant), pass));
        });
    }

    @POST
    @Path("session")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Longest(LONGEST * 8)
    @WithoutCredential
    public Response act(
            @PathParam("tenant") String tenant,
            @FormParam("pass") String pass,
            @FormParam("act") String act,
            @FormParam("field") String field,
            @FormParam("value") String value,
            @FormParam("type") String type,
            @FormParam("name") String name,
            @FormParam("password") String password) {
        Contract.needed("pass", pass);
        Contract.needed("act", act);
        return page(() -> {
            if (!act.equals("login")) {
                return done(tenant(tenant), pass, act, field, value, type);
            }
            Contract.needed("name", name);
            Contract.needed("password", password);
            selfService.get().setLogin(tenant(tenant), pass, name, password.toCharArray());
            return SelfServicePages.held(
                    pass, "User name and password are set", selfService.get().held(tenant(tenant), pass));
        });
    }

    private String done(TenantId tenant, String pass, String act, String field, String value, String type) {
        SelfService service = selfService.get();
        switch (act) {
            case "show":
                return SelfServicePages.held(pass, "", service.held(tenant, pass));
            case "end":
                service.end(tenant, pass);
                return SelfServicePages.ended();
            case "change":
                Contract.needed("field", field);
                Contract.needed("value", value);
                service.change(tenant, pass, Map.of(field, lines(value)));
                return SelfServicePages.held(pass, "Changed: " + field, service.held(tenant, pass));
            case "email":
                Contract.needed("value", value);
                service.changeEmail(tenant, pass, value);
                return SelfServicePages.held(
                        pass, "A code is on its way to the new address", service.held(tenant, pass));
            case "confirm":
                Contract.needed("value", value);
                service.confirmEmail(tenant, pass, value);
                return SelfServicePages.held(pass, "Changed: email", service.held(tenant, pass));
            case "ask":
                String noted =
                        SelfServicePages.line(service.ask(tenant, pass, Query.constant("type", Type.class, type)));
                return SelfServicePages.held(pass, noted, service.held(tenant, pass));
            default:
                throw new PledgeException(Kind.MALFORMED, "act must be show, change, email, confirm, login, ask or end")
                        .remedy("Send the form of the page as it is.");
        }
    }

    private static List<String> lines(String value) {
        return Arrays.stream(value.split("\\R"))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** What nobody could have a link of is simply not there. */
    static TenantId tenant(String text) {
        try {
            return new TenantId(text);
        } catch (PledgeException e) {
            throw new NotFoundException();
        }
    }

    private static Response page(Supplier<String> content) {
        try {
            return html(200, content.get());
        } catch (PledgeException e) {
            return switch (e.kind()) {
                case NOT_FOUND -> html(410, SelfServicePages.refused(e.getMessage(), e.remedy()));
                case UNAUTHENTICATED -> html(401, SelfServicePages.refused(e.getMessage(), e.remedy()));
                case DENIED -> html(403, SelfServicePages.refused(e.getMessage(), e.remedy()));
                case CONFLICT, STALE -> html(409, SelfServicePages.refused(e.getMessage(), e.remedy()));
                case INVALID -> html(422, SelfServicePages.refused(e.getMessage(), e.remedy()));
                default -> throw e;
            };
        }
    }

    private static Response html(int status, String page) {
        return html(status, page, CSP).build();
    }

    static Response.ResponseBuilder html(int status, String page, String csp) {
        return Response.status(status)
                .entity(page)
                .type(HTML)
                .header(HeaderFilter.CSP, csp)
                .header("Referrer-Policy", "no-referrer");
    }
}
