package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OPERATOR;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.EvidenceContract.Evidence;
import org.pledge.rest.internal.EvidenceContract.EvidenceContent;
import org.pledge.vault.EvidenceService;
import org.pledge.vault.EvidenceService.Type;

/** What is handed in against a chargeback. */
@Path("payments/{id}/chargebacks/{chargeback}/evidence")
@Produces(MediaType.APPLICATION_JSON)
public final class EvidenceResource {
    private final Live<EvidenceService> evidence;

    EvidenceResource(Services services) {
        this.evidence = services.evidence();
    }

    @POST
    @Consumes(MediaType.WILDCARD) // so that who may not is told so first
    @Longest(EvidenceService.MOST_BYTES)
    @Takes(OPERATOR)
    public Response add(
            @Context Caller caller,
            @PathParam("id") UUID capture,
            @PathParam("chargeback") UUID chargeback,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String mediaType,
            InputStream body)
            throws IOException {
        Type type = type(mediaType);
        Evidence added = Evidence.of(evidence.get().add(caller, capture, chargeback, type, body.readAllBytes()));
        return Answer.created("payments/" + capture + "/chargebacks/" + chargeback + "/evidence/" + added.id(), added);
    }

    @GET
    @Takes({OPERATOR, AUDITOR})
    public Listing<Evidence> list(
            @Context Caller caller, @PathParam("id") UUID capture, @PathParam("chargeback") UUID chargeback) {
        return Listing.of(evidence.get().list(caller, capture, chargeback), Evidence::of);
    }

    @GET
    @Path("{evidence}")
    @Takes(OPERATOR)
    public EvidenceContent content(
            @Context Caller caller,
            @PathParam("id") UUID capture,
            @PathParam("chargeback") UUID chargeback,
            @PathParam("evidence") UUID id) {
        return EvidenceContent.of(evidence.get().content(caller, capture, chargeback, id));
    }

    private static Type type(String mediaType) {
        String named =
                mediaType == null ? "" : mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(Type.values())
                .filter(type -> type.mediaType().equals(named))
                .findFirst()
                .orElseThrow(() -> new HttpRefusal(
                        415,
                        "UNSUPPORTED_TYPE",
                        "evidence is a document, a picture or text; nothing of the body was read or kept",
                        "Send it as application/pdf, image/png, image/jpeg or text/plain."));
    }
}
