package org.pledge.connectors.clearing.internal;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.sharing.spi.PartnerLine.End;
import org.pledge.sharing.spi.PartnerLine.Reply;
import org.pledge.vault.core.PaymentGateway.Answer;

/** Reads what a clearing house answered; what is not said clearly is not known. */
final class Verdict {
    /** What is said of a movement that the clearing house never heard of. */
    static final String UNKNOWN = "unknown";

    /** A refusal that may be about the try and not about the movement: it may have been carried out. */
    private static final Set<Integer> IN_DOUBT = Set.of(408, 409, 425);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Verdict() {}

    /** What became of a movement that was sent. */
    static Optional<Answer> ofSent(Reply reply, UUID id) {
        return reply.end() == End.ANSWERED
                ? json(reply).flatMap(said -> ofSent(reply.status(), said, id))
                : Optional.empty();
    }

    private static Optional<Answer> ofSent(int status, JsonNode said, UUID id) {
        if (status >= 400 && status < 500 && !IN_DOUBT.contains(status)) {
            return problem(said);
        }
        return status >= 200 && status < 300 ? settled(said, id) : Optional.empty();
    }

    /** What became of a movement that was asked about. */
    static Optional<Answer> ofAsked(Reply reply, UUID id) {
        Optional<JsonNode> said = reply.end() == End.ANSWERED ? json(reply) : Optional.empty();
        return switch (reply.status()) {
            case 200 -> said.flatMap(one -> settled(one, id));
            case 404 ->
                said.flatMap(Verdict::problem).filter(answer -> answer.reason().equals(UNKNOWN));
            default -> Optional.empty();
        };
    }

    private static Optional<JsonNode> json(Reply reply) {
        try {
            return Optional.ofNullable(JSON.readTree(reply.body())).filter(JsonNode::isObject);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A problem (RFC 9457) with a reason of ours. */
    private static Optional<Answer> problem(JsonNode said) {
        Optional<String> reason = text(said, "reason", "[A-Za-z0-9._-]{1,64}");
        return reason.filter(r -> said.path("type").isTextual()).map(r -> new Answer(false, r, "", ""));
    }

    private static Optional<Answer> settled(JsonNode said, UUID id) {
        Optional<String> state = text(said, "status", "confirmed|refused");
        Optional<String> reason = text(said, "reason", "[A-Za-z0-9._-]{0,64}");
        Optional<String> code = text(said, "code", "[MNPU]?");
        Optional<String> addressMatch = text(said, "addressMatch", "[A-Z]{0,2}");
        boolean ours = said.path("id").asText().equals(id.toString());
        return ours && state.isPresent() && reason.isPresent() && code.isPresent() && addressMatch.isPresent()
                ? Optional.of(new Answer(state.get().equals("confirmed"), reason.get(), code.get(), addressMatch.get()))
                : Optional.empty();
    }

    /** A member of that form; one that is left out is empty, where the form allows it. */
    private static Optional<String> text(JsonNode said, String name, String form) {
        JsonNode member = said.path(name);
        return member.isTextual() || member.isMissingNode()
                ? Optional.of(member.asText()).filter(value -> value.matches(form))
                : Optional.empty();
    }
}
