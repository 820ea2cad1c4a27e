package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.dsr.internal.IabMessage.Kind;

/** The file {@code dsrdelete.json} of the Data Deletion Request Framework. */
@Path("{tenant}/dsrdelete.json")
@Produces(MediaType.APPLICATION_JSON)
public final class DiscoveryResource {
    private final Tenants tenants;

    DiscoveryResource(Tenants tenants) {
        this.tenants = tenants;
    }

    /** Where requests go, about which identifiers, and which key signs the answers. */
    @GET
    public Response file(@PathParam("tenant") String tenant) {
        Settings settings = tenants.offered(tenant, Settings::iab).tenant();
        Signer signer = settings.signer().orElseThrow(Refusal::notFound);
        ObjectNode answer = Json.made().put("endpoint", settings.address() + "/iab/v1/requests");
        ArrayNode identifiers = answer.putArray("identifiers");
        for (Kind kind : Kind.values()) {
            if (kind.isOffered(settings)) {
                identifiers
                        .addObject()
                        .put("id", kind.ordinal() + 1)
                        .put("type", kind.type())
                        .put("format", kind.format());
            }
        }
        answer.putArray("publicKey")
                .add(new Jwk(signer.kid(), signer.certificate().getPublicKey()).written());
        answer.put("vendorScriptRequirement", false);
        return Response.ok(Json.bytes(answer)).build();
    }
}
