package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;

/** Where a request stands, as the Data Rights Protocol writes it (section 3.03). */
final class DrpStatus {
    /** True of people who are known and of those who are not. */
    private static final String WHATEVER_IS_HELD = "what is held about these identifiers, if anything, is covered;"
            + " data that comes later under them is not";

    private DrpStatus() {}

    /** What agents are told of: another status, and a longer period (section 3.08). */
    static String mark(Request request) {
        String status =
                of(request, request.received(), Optional.empty()).path("status").textValue();
        return request.state() == State.EXTENDED ? status + " extended" : status;
    }

    /** Open requests look alike, so that nobody learns from it whether the person is known. */
    static ObjectNode of(Request request, Instant expected, Optional<String> name) {
        ObjectNode status = Json.made()
                .put("request_id", request.id().toString())
                .put("received_at", Json.time(request.received()))
                .put("expected_by", Json.time(expected));
        name.ifPresent(it -> status.put("agent_request_id", it));
        request.extension()
                .map(Extension::reason)
                .ifPresent(reason -> status.put(
                        "processing_details",
                        switch (reason) {
                            case COMPLEXITY -> "it takes longer because the request is complex";
                            case NUMBER_OF_REQUESTS -> "it takes longer because there are many requests";
                        }));
        return switch (request.state()) {
            case RECEIVED, VERIFYING, OPEN, EXTENDED -> status.put("status", "in_progress");
            case FULFILLED -> {
                if (request.type() == Type.OPT_OUT || request.type() == Type.OBJECTION) {
                    status.put("processing_details", WHATEVER_IS_HELD);
                }
                yield status.put("status", "fulfilled");
            }
            case WITHDRAWN -> status.put("status", "revoked");
            case REFUSED ->
                status.put("status", "denied")
                        .put("reason", reason(request.closing().flatMap(Closing::ground)))
                        .put("processing_details", "the request was refused");
        };
    }

    private static String reason(Optional<Ground> ground) {
        return ground.map(it -> switch (it) {
                    case UNVERIFIED -> "insuf_verification";
                    case EXCESSIVE -> "too_many_requests";
                    case LEGAL_OBLIGATION, LEGAL_CLAIMS, RIGHTS_OF_OTHERS, COMPELLING_GROUNDS -> "claim_not_covered";
                    case UNFOUNDED -> "other";
                })
                .orElse("other");
    }
}
