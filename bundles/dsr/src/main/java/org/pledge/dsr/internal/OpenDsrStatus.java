package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.pledge.dsr.internal.Intake.Sender;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Request;

/** Where a request stands, as OpenDSR 2.0 writes and signs it. */
final class OpenDsrStatus {
    static final String SIGNATURE = "X-OpenDSR-Signature";
    static final String DOMAIN = "X-OpenDSR-Processor-Domain";

    private OpenDsrStatus() {}

    /** Open requests look alike, so that nobody learns from it whether the person is known. */
    static String word(Request request) {
        return switch (request.state()) {
            case RECEIVED, VERIFYING, OPEN, EXTENDED -> request.carriedOut().isPresent() ? "in_progress" : "pending";
            case FULFILLED -> "completed";
            case REFUSED, WITHDRAWN -> "cancelled";
        };
    }

    /** @param id what the sender calls it */
    static ObjectNode told(Settings settings, Sender sender, String id, Request request, Instant expected) {
        ObjectNode told = Json.made()
                .put("controller_id", sender.party())
                .put("expected_completion_time", Json.time(expected))
                .put("subject_request_id", id)
                .put("request_status", word(request))
                .put("api_version", OpenDsrMessage.VERSION);
        request.closing().flatMap(Closing::ground).ifPresent(ground -> told.putObject("extensions")
                .putObject(settings.domain())
                .put("outcome", "refused")
                .put("ground", ground.name().toLowerCase(Locale.ROOT)));
        return told;
    }

    static Map<String, String> headers(Settings settings, byte[] body) {
        Signer signer = settings.signer().orElseThrow(Refusal::notFound);
        return Map.of(DOMAIN, settings.domain(), SIGNATURE, signer.sign(body));
    }
}
