package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.dsr.internal.IabMessage.Fault;
import org.pledge.dsr.internal.IabMessage.Result;
import org.pledge.dsr.internal.Intake.Protocol;
import org.pledge.dsr.internal.Intake.Sender;
import org.pledge.dsr.internal.Settings.Iab;
import org.pledge.dsr.internal.Tenants.Offered;

/** The Data Deletion Request Framework, as a recipient. */
@Path("{tenant}/iab/v1/requests")
public final class IabResource {
    private static final String JWT = "application/jwt";
    private static final int LIMIT = 16 * 1024;

    private final Tenants tenants;
    private final Intake intake;

    IabResource(Tenants tenants, Intake intake) {
        this.tenants = tenants;
        this.intake = intake;
    }

    /** Takes an rqJWT as it is and answers with the acJWT. */
    @POST
    @Consumes({JWT, MediaType.TEXT_PLAIN})
    @Produces({JWT, MediaType.TEXT_PLAIN})
    public Response token(@PathParam("tenant") String tenant, InputStream in) {
        Offered<Iab> offered = tenants.offered(tenant, Settings::iab);
        Acknowledgement answer = acknowledge(offered, new String(Body.of(in, LIMIT), StandardCharsets.UTF_8).strip());
        return Response.status(answer.status()).entity(answer.token()).build();
    }

    /** Takes an rqJWT in a JSON object, and answers alike. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public Response json(@PathParam("tenant") String tenant, InputStream in) {
        Offered<Iab> offered = tenants.offered(tenant, Settings::iab);
        String token = Json.object(Body.of(in, LIMIT)).path("rqJWT").asText("");
        Acknowledgement answer = acknowledge(offered, token);
        return Response.status(answer.status())
                .entity(Json.bytes(Json.made().put("acJWT", answer.token())))
                .build();
    }

    private record Acknowledgement(int status, String token) {}

    private Acknowledgement acknowledge(Offered<Iab> offered, String token) {
        try {
            take(offered, token);
            return new Acknowledgement(202, signed(offered, token, Result.ACCEPTED, Optional.empty()));
        } catch (Fault e) {
            return new Acknowledgement(400, signed(offered, token, e.result(), Optional.of(e.getMessage())));
        }
    }

    private void take(Offered<Iab> offered, String token) {
        IabMessage message = IabMessage.read(offered.tenant(), offered.part(), token, intake.now());
        Sender sender = new Sender(
                offered.tenant().tenant(), Protocol.IAB, message.requester().issuer());
        try {
            intake.take(sender, message.ask());
        } catch (PledgeException e) {
            if (e.kind() != Kind.CONFLICT) {
                throw e;
            }
            throw new Fault(Result.MALFORMED, "the field jti was used for another request");
        }
    }

    private String signed(Offered<Iab> offered, String token, Result result, Optional<String> text) {
        ObjectNode claims = Json.made()
                .put("version", IabMessage.VERSION)
                .put("rqJWT", token)
                .put("jti", UUID.randomUUID().toString())
                .put("iss", offered.part().issuer())
                .put("iat", intake.now().getEpochSecond())
                .put("raResultCode", result.code());
        text.ifPresent(it -> claims.put("raResultString", it));
        return offered.tenant().signer().orElseThrow(Refusal::notFound).token(Json.bytes(claims));
    }
}
