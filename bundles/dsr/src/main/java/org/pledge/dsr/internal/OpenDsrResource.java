package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.dsr.internal.Intake.Ask;
import org.pledge.dsr.internal.Intake.Message;
import org.pledge.dsr.internal.Intake.Protocol;
import org.pledge.dsr.internal.Intake.Sender;
import org.pledge.dsr.internal.Settings.OpenDsr;
import org.pledge.dsr.internal.Settings.Processor;
import org.pledge.dsr.internal.Tenants.Offered;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.sharing.NoticeService.Exemption;

/** OpenDSR 2.0: requests that controllers send us, and the word of processors that acted on ours. */
@Path("{tenant}/opendsr/v2")
@Produces(MediaType.APPLICATION_JSON)
public final class OpenDsrResource {
    private static final Set<String> STATUSES = Set.of("pending", "in_progress", "completed", "cancelled");

    private final Tenants tenants;
    private final Intake intake;
    private final Bearers bearers;
    private final Services services;
    private final Callbacks callbacks;
    private final Hourly hourly = new Hourly();

    OpenDsrResource(Tenants tenants, Intake intake, Bearers bearers, Services services, Callbacks callbacks) {
        this.tenants = tenants;
        this.intake = intake;
        this.bearers = bearers;
        this.services = services;
        this.callbacks = callbacks;
    }

    private record Asking(Offered<OpenDsr> offered, Sender sender) {}

    private Asking asking(String tenant, HttpHeaders headers, String operation) {
        Offered<OpenDsr> offered = tenants.offered(tenant, Settings::openDsr);
        Caller caller = bearers.sender(headers, offered.tenant().tenant(), "dsr.opendsr." + operation);
        if (!offered.part().controllers().containsKey(caller.name())) {
            throw new Refusal(403, "this credential is not of a controller known here");
        }
        return new Asking(offered, new Sender(caller.tenant(), Protocol.OPENDSR, caller.name()));
    }

    /** What is understood here. */
    @GET
    @Path("discovery")
    public Response discovery(@PathParam("tenant") String tenant) {
        Settings settings = tenants.offered(tenant, Settings::openDsr).tenant();
        ObjectNode answer = Json.made().put("api_version", OpenDsrMessage.VERSION);
        ArrayNode identities = answer.putArray("supported_identities");
        OpenDsrMessage.identities(settings)
                .forEach(type ->
                        identities.addObject().put("identity_type", type).put("identity_format", "raw"));
        ArrayNode types = answer.putArray("supported_subject_request_types");
        OpenDsrMessage.TYPES.keySet().stream().sorted().forEach(types::add);
        answer.put("processor_certificate", settings.address() + "/opendsr/v2/certificate");
        return signed(settings, 200, answer);
    }

    /** Verifies what is signed here. */
    @GET
    @Path("certificate")
    @Produces("application/x-pem-file")
    public Response certificate(@PathParam("tenant") String tenant) {
        Signer signer = signer(tenants.offered(tenant, Settings::openDsr).tenant());
        try {
            String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                    .encodeToString(signer.certificate().getEncoded());
            String pem = "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
            return Response.ok(pem).build();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes a request; the same one again gets the same answer. */
    @POST
    @Path("requests")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response request(@PathParam("tenant") String tenant, @Context HttpHeaders headers, InputStream in) {
        Asking asking = asking(tenant, headers, "request");
        Settings settings = asking.offered().tenant();
        if (!hourly.passes(
                settings.tenant() + " " + asking.sender().party(),
                asking.offered().part().perHour(),
                intake.now())) {
            throw new Refusal(429, "too many requests in this hour; send it again in the next");
        }
        byte[] body = Body.of(in);
        OpenDsrMessage message = OpenDsrMessage.read(
                settings,
                asking.offered().part().controllers().get(asking.sender().party()),
                Json.object(body),
                intake.now());
        Request request = intake.take(
                asking.sender(),
                new Ask(
                        new Message(message.id().toString(), Optional.of(message.id()), body),
                        Optional.empty(),
                        message.type(),
                        message.jurisdiction(),
                        message.identity(),
                        false));
        callbacks.add(asking.sender(), request, message.callbacks(), OpenDsrStatus.word(request));
        return signed(
                settings,
                201,
                Json.made()
                        .put("controller_id", asking.sender().party())
                        .put("expected_completion_time", Json.time(intake.expected(asking.sender(), request)))
                        .put("received_time", Json.time(request.received()))
                        .put("encoded_request", Base64.getEncoder().encodeToString(body))
                        .put("subject_request_id", message.id().toString()));
    }

    /** Where a request of the caller's own stands. */
    @GET
    @Path("requests/{id}")
    public Response status(
            @PathParam("tenant") String tenant, @PathParam("id") String id, @Context HttpHeaders headers) {
        Asking asking = asking(tenant, headers, "status");
        Settings settings = asking.offered().tenant();
        Request request = named(asking, id);
        return signed(
                settings,
                200,
                OpenDsrStatus.told(settings, asking.sender(), id, request, intake.expected(asking.sender(), request)));
    }

    /** Takes a request back that nothing was done about. */
    @DELETE
    @Path("requests/{id}")
    public Response cancel(
            @PathParam("tenant") String tenant, @PathParam("id") String id, @Context HttpHeaders headers) {
        Asking asking = asking(tenant, headers, "cancellation");
        Request request = named(asking, id);
        if (!OpenDsrStatus.word(request).equals("pending") && request.state() != State.WITHDRAWN) {
            throw Refusal.malformed("only a request that is pending can be cancelled");
        }
        Request withdrawn = intake.withdraw(asking.sender(), request.id());
        return signed(
                asking.offered().tenant(),
                202,
                Json.made()
                        .put("controller_id", asking.sender().party())
                        .put("subject_request_id", id)
                        .put(
                                "received_time",
                                Json.time(withdrawn.closing().map(Closing::at).orElseGet(intake::now)))
                        .put("api_version", OpenDsrMessage.VERSION));
    }

    private Request named(Asking asking, String id) {
        return Json.uuid(id)
                .flatMap(name -> intake.named(asking.sender(), name.toString()))
                .orElseThrow(Refusal::notFound);
    }

    /** A processor's word that it acted on what we asked of it under the identifier of a notice. */
    @POST
    @Path("callbacks")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response callback(@PathParam("tenant") String tenant, @Context HttpHeaders headers, InputStream in) {
        Offered<OpenDsr> offered = tenants.offered(tenant, Settings::openDsr);
        byte[] body = Body.of(in);
        Processor processor = one(headers, OpenDsrStatus.DOMAIN)
                .map(domain -> offered.part().processors().get(domain.toLowerCase(Locale.ROOT)))
                .filter(it -> one(headers, OpenDsrStatus.SIGNATURE)
                        .filter(signature ->
                                valid(it, intake.now()) && Signer.verifies(it.certificate(), body, signature))
                        .isPresent())
                .orElseThrow(() -> new Refusal(403, "the signature is not that of a processor known here"));
        JsonNode word = Json.object(body);
        UUID notice = Json.uuid(word, "subject_request_id");
        String status = Json.text(word, "request_status", 32);
        if (!Json.text(word, "status_callback_url", 2048)
                        .equals(offered.tenant().address() + "/opendsr/v2/callbacks")
                || !STATUSES.contains(status)) {
            throw Refusal.malformed("status_callback_url must be this address, and request_status a known one");
        }
        Caller partner = new Caller(offered.tenant().tenant(), processor.partner(), Set.of(Role.PARTNER));
        if (status.equals("completed")) {
            services.notices().get().acknowledge(partner, notice);
        } else if (status.equals("cancelled")) {
            exemption(word).ifPresent(ground -> services.notices().get().refuse(partner, notice, ground));
        }
        return Response.ok(Json.bytes(Json.made())).build();
    }

    /** What a processor that is a platform like this one says of a refusal. */
    private static Optional<Exemption> exemption(JsonNode word) {
        return word.path("extensions").findValuesAsText("ground").stream()
                .flatMap(ground -> Stream.of(Exemption.values())
                        .filter(it -> it.name().toLowerCase(Locale.ROOT).equals(ground)))
                .findFirst();
    }

    private static boolean valid(Processor processor, Instant now) {
        try {
            processor.certificate().checkValidity(Date.from(now));
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    private static Optional<String> one(HttpHeaders headers, String name) {
        List<String> values = headers.getRequestHeader(name);
        return values == null || values.size() != 1 ? Optional.empty() : Optional.of(values.get(0));
    }

    private static Signer signer(Settings settings) {
        return settings.signer().orElseThrow(Refusal::notFound);
    }

    private static Response signed(Settings settings, int status, ObjectNode answer) {
        byte[] bytes = Json.bytes(answer);
        Response.ResponseBuilder response =
                Response.status(status).entity(bytes).type(MediaType.APPLICATION_JSON_TYPE);
        OpenDsrStatus.headers(settings, bytes).forEach(response::header);
        return response.build();
    }
}
