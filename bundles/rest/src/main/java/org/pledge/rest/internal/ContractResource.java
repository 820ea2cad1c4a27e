package org.pledge.rest.internal;

import java.util.Map;
import javax.ws.rs.GET;
import javax.ws.rs.NotFoundException;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;

/** The contract in both forms, and Swagger UI to read and try it. */
@Path("/")
public final class ContractResource {
    private static final String UI = "/META-INF/resources/webjars/swagger-ui/5.34.1/";
    private static final String OURS = "/org/pledge/rest/docs/";
    private static final String JAVASCRIPT = "text/javascript;charset=utf-8";
    private static final String CSS = "text/css;charset=utf-8";
    private static final String CSP = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'";
    private static final Map<String, Asset> ASSETS = Map.of(
            "index.html", new Asset(OURS, "text/html;charset=utf-8"),
            "initializer.js", new Asset(OURS, JAVASCRIPT),
            "swagger-ui.css", new Asset(UI, CSS),
            "index.css", new Asset(UI, CSS),
            "swagger-ui-bundle.js", new Asset(UI, JAVASCRIPT),
            "favicon-32x32.png", new Asset(UI, "image/png"));

    private record Asset(String folder, String type) {}

    private final OpenApi contract;

    ContractResource(OpenApi contract) {
        this.contract = contract;
    }

    @GET
    @Path("openapi.yaml")
    @Produces("application/yaml")
    @WithoutCredential
    public byte[] yaml() {
        return contract.yaml();
    }

    @GET
    @Path("openapi.json")
    @Produces("application/json")
    @WithoutCredential
    public byte[] json() {
        return contract.json();
    }

    @GET
    @Path("docs")
    @WithoutCredential
    public Response docs(@Context UriInfo uri) {
        return uri.getRequestUri().getPath().endsWith("/") ? asset("index.html") : Answer.elsewhere("docs/");
    }

    @GET
    @Path("docs/{file}")
    @WithoutCredential
    public Response asset(@PathParam("file") String file) {
        Asset asset = ASSETS.get(file);
        if (asset == null) {
            throw new NotFoundException();
        }
        return Response.ok(OpenApi.class.getResourceAsStream(asset.folder() + file))
                .type(asset.type())
                .header("Cache-Control", "max-age=3600")
                .header(HeaderFilter.CSP, CSP)
                .build();
    }
}
