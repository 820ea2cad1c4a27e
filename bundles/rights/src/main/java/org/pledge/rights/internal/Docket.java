package org.pledge.rights.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.spi.RequestStore;

/** Changes requests, each time with a leaf. Needs a transaction. */
record Docket(RequestStore store, PolicyService policies, AuditLog audit, Recipients recipients) {
    Request locked(Caller caller, UUID id) {
        return store.lockRequest(caller.tenant(), id).orElseThrow(Docket::notFound);
    }

    static PledgeException notFound() {
        return new PledgeException(Kind.NOT_FOUND, "no such request")
                .remedy("Check the identifier; rights:due lists the open requests.");
    }

    static void refuseClosed(Request request) {
        if (request.state().closed()) {
            throw new PledgeException(Kind.CONFLICT, "this request is closed: " + request.state())
                    .remedy("Open a new request if the person asks again.");
        }
    }

    Request put(Caller caller, Request request, Act act, Instant at, Map<String, String> facts) {
        store.putRequest(request);
        record(caller, request, act, at, facts);
        return request;
    }

    void record(Caller caller, Request request, Act act, Instant at, Map<String, String> facts) {
        Map<String, String> details = new TreeMap<>(facts);
        details.put("request", request.id().toString());
        details.put("type", request.type().name());
        details.put("state", request.state().name());
        audit.append(new Leaf(
                request.tenant(),
                at,
                act,
                caller.name(),
                Optional.of(request.subject()),
                promises(request, act),
                details));
    }

    /** Closes a request; what verified who asked is not needed any more. */
    Request close(
            Caller caller,
            Request request,
            State end,
            Optional<Ground> ground,
            Act act,
            Instant at,
            Map<String, String> facts) {
        Request closed = new Change(request)
                .deadlines(Clockwork.paused(request.deadlines(), Optional.empty(), at))
                .closed(end, new Closing(at, caller.name(), ground))
                .made();
        store.removeCodes(request.tenant(), request.id());
        recipients.endAsking(request);
        return put(caller, closed, act, at, facts);
    }

    private List<String> promises(Request request, Act act) {
        List<String> controls =
                switch (act) {
                    case REQUEST_VERIFYING, REQUEST_VERIFIED, REQUEST_CODE_REFUSED -> List.of("identity-verification");
                    default -> List.of("rights-request", control(request.type()));
                };
        return policies.policies().stream()
                .filter(policy -> policy.tenant().equals(request.tenant()))
                .flatMap(policy -> policy.promises().stream())
                .filter(promise -> promise.status() == Policy.Status.ENFORCED && controls.contains(promise.control()))
                .map(Policy.Promise::id)
                .toList();
    }

    private static String control(Type type) {
        return switch (type) {
            case ERASURE, CHILD_REMOVAL -> "erasure";
            case COMPLAINT -> "complaint-clock";
            case OPT_OUT -> "withdrawal";
            case DISCLOSURES -> "accounting-of-disclosures";
            case RECTIFICATION -> "rectification";
            case OBJECTION -> "objection";
            case ACCESS, PORTABILITY, RESTRICTION -> "rights-request";
        };
    }
}
