package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
import org.pledge.dsr.internal.Intake.Ask;
import org.pledge.dsr.internal.Intake.Identity;
import org.pledge.dsr.internal.Intake.Message;
import org.pledge.dsr.internal.Intake.Named;
import org.pledge.dsr.internal.Intake.Protocol;
import org.pledge.dsr.internal.Intake.Sender;
import org.pledge.dsr.internal.Settings.Agent;
import org.pledge.dsr.internal.Settings.Claim;
import org.pledge.dsr.internal.Settings.Drp;
import org.pledge.dsr.internal.Tenants.Offered;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;

/** The Data Rights Protocol, as a privacy infrastructure provider. */
@Path("{tenant}/drp/v1")
@Produces(MediaType.APPLICATION_JSON)
public final class DrpResource {
    private static final Set<String> VERSIONS = Set.of("0.9.3", "0.9.4", "1.0");
    private static final Map<String, Type> RIGHTS = Map.of(
            "access", Type.ACCESS,
            "deletion", Type.ERASURE,
            "sale:opt_out", Type.OPT_OUT,
            "sale:opt-out", Type.OPT_OUT);
    private static final String CCPA = "ccpa";
    private static final int LONGEST_VALUE = 320;

    private final Tenants tenants;
    private final Intake intake;
    private final AgentTokens tokens;
    private final Callbacks callbacks;

    DrpResource(Tenants tenants, Intake intake, AgentTokens tokens, Callbacks callbacks) {
        this.tenants = tenants;
        this.intake = intake;
        this.tokens = tokens;
        this.callbacks = callbacks;
    }

    private record Asking(Settings settings, Drp drp, Agent agent, Sender sender) {}

    private static Asking asking(Offered<Drp> offered, Agent agent) {
        Settings settings = offered.tenant();
        return new Asking(settings, offered.part(), agent, new Sender(settings.tenant(), Protocol.DRP, agent.id()));
    }

    private Asking asking(String tenant, HttpHeaders headers) {
        Offered<Drp> offered = tenants.offered(tenant, Settings::drp);
        return asking(
                offered,
                tokens.agent(offered.tenant().tenant(), offered.part(), Bearers.token(headers))
                        .orElseThrow(() -> new Refusal(401, "the token is unknown, or the agent's key has changed")));
    }

    /** Gives an agent a token for a message that its key signed; each message counts once. */
    @POST
    @Path("agent/{agent}")
    @Consumes(MediaType.TEXT_PLAIN)
    public Response setUp(@PathParam("tenant") String tenant, @PathParam("agent") String id, InputStream in) {
        Offered<Drp> offered = tenants.offered(tenant, Settings::drp);
        byte[] body = Body.of(in);
        try {
            Agent agent = Optional.ofNullable(offered.part().agents().get(id))
                    .orElseThrow(() -> new Refusal(403, "no such agent"));
            Asking asking = asking(offered, agent);
            SignedMessage message = SignedMessage.signedBy(agent, body)
                    .validFor(agent, offered.part(), intake.now())
                    .noRequest();
            if (!intake.first(
                    asking.sender(), new Message("agent " + message.name(), Optional.empty(), message.bytes()))) {
                throw new Refusal(403, "this message was used before");
            }
            String token = tokens.issue(offered.tenant().tenant(), offered.part(), agent);
            return ok(Json.made().put("agent-id", id).put("token", token));
        } catch (Refusal e) { // section 2.05.1: no body
            return Response.status(403).build();
        }
    }

    /** Whether the caller's token is still good. */
    @GET
    @Path("agent/{agent}")
    public Response agent(
            @PathParam("tenant") String tenant, @PathParam("agent") String id, @Context HttpHeaders headers) {
        if (!asking(tenant, headers).agent().id().equals(id)) {
            throw new Refusal(403, "the token is another agent's");
        }
        return ok(Json.made());
    }

    /** Takes a request; the same message again gets the same request. */
    @POST
    @Path("data-rights-request{slash: /?}")
    @Consumes(MediaType.TEXT_PLAIN)
    public Response exercise(@PathParam("tenant") String tenant, @Context HttpHeaders headers, InputStream in) {
        Asking asking = asking(tenant, headers);
        SignedMessage message = SignedMessage.signedBy(asking.agent(), Body.of(in))
                .validFor(asking.agent(), asking.drp(), intake.now());
        JsonNode claims = message.claims();
        if (!VERSIONS.contains(Json.text(claims, "drp.version", 16))) {
            throw Refusal.malformed("drp.version is not understood here");
        }
        Type type = Optional.ofNullable(RIGHTS.get(Json.text(claims, "exercise", 32)))
                .orElseThrow(() -> Refusal.fatal(400, "this right cannot be exercised here"));
        if (Json.optional(claims, "regime", 32)
                .filter(regime -> !regime.equals(CCPA))
                .isPresent()) {
            throw Refusal.fatal(400, "regime must be ccpa, or left out");
        }
        Map<String, String> agreed =
                asking.drp().callbacks().getOrDefault(asking.agent().id(), Map.of());
        Set<String> callback = Json.optional(claims, "status_callback", 2048)
                .map(url -> Set.of(Callbacks.partner(agreed, url)))
                .orElse(Set.of());
        Optional<String> name = Json.optional(claims, "agent-request-id", 255);
        Map<Claim, String> values = values(asking.settings(), claims);
        Request request = intake.take(
                asking.sender(),
                new Ask(
                        new Message(
                                name.map(it -> "request " + it).orElseGet(() -> "message " + message.name()),
                                name.flatMap(Json::uuid),
                                message.bytes()),
                        Optional.empty(),
                        type,
                        asking.settings().jurisdictions().get(CCPA),
                        identity(asking.settings(), values),
                        isVouched(asking.agent(), claims, values.keySet())));
        callbacks.add(asking.sender(), request, callback, DrpStatus.mark(request));
        return ok(DrpStatus.of(request, intake.expected(asking.sender(), request), name));
    }

    private static Map<Claim, String> values(Settings settings, JsonNode claims) {
        Map<Claim, String> values = new EnumMap<>(Claim.class);
        for (Claim claim : settings.categories().keySet()) {
            Json.optional(claims, nameOf(claim), LONGEST_VALUE).ifPresent(value -> values.put(claim, value));
        }
        if (values.isEmpty()) {
            throw Refusal.malformed("the request needs an email or phone_number that people are found by here");
        }
        return values;
    }

    private static Identity identity(Settings settings, Map<Claim, String> values) {
        Map<String, String> byCategory = new HashMap<>();
        values.forEach((claim, value) -> byCategory.put(settings.categories().get(claim), value));
        return new Identity(Optional.empty(), byCategory);
    }

    /** Everything that was looked for must be verified, by an agent who is trusted with each. */
    private static boolean isVouched(Agent agent, JsonNode claims, Set<Claim> used) {
        return agent.trusted().containsAll(used)
                && used.stream().allMatch(claim -> claims.path(nameOf(claim) + "_verified")
                        .asText("")
                        .equals("true"));
    }

    private static String nameOf(Claim claim) {
        return switch (claim) {
            case EMAIL -> "email";
            case PHONE -> "phone_number";
        };
    }

    /** Where a request of the agent's own stands. */
    @GET
    @Path("data-rights-request/{id}")
    public Response status(
            @PathParam("tenant") String tenant, @PathParam("id") String id, @Context HttpHeaders headers) {
        Asking asking = asking(tenant, headers);
        return told(asking, own(asking, id));
    }

    /** Takes a request back. */
    @DELETE
    @Path("data-rights-request/{id}")
    @Consumes(MediaType.TEXT_PLAIN)
    public Response revoke(
            @PathParam("tenant") String tenant,
            @PathParam("id") String id,
            @Context HttpHeaders headers,
            InputStream in) {
        Asking asking = asking(tenant, headers);
        SignedMessage.signedBy(asking.agent(), Body.of(in))
                .notAgainst(asking.agent(), asking.drp(), intake.now())
                .noRequest();
        Named own = own(asking, id);
        return told(
                asking, new Named(intake.withdraw(asking.sender(), own.request().id()), own.reference()));
    }

    /** Section 2.02.1 wants the same answer for another agent's request, and so for one that does not exist. */
    private Named own(Asking asking, String id) {
        return Json.uuid(id)
                .flatMap(request -> intake.own(asking.sender(), request))
                .orElseThrow(() -> new Refusal(403, "this agent has no such request"));
    }

    private Response told(Asking asking, Named named) {
        return ok(DrpStatus.of(
                named.request(),
                intake.expected(asking.sender(), named.request()),
                named.reference().map(UUID::toString)));
    }

    private static Response ok(ObjectNode answer) {
        return Response.ok(Json.bytes(answer)).build();
    }
}
