package org.pledge.connectors.iab.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.pledge.sharing.spi.DeletionTokens;
import org.pledge.sharing.spi.DeletionTokens.Asked;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a partner's word only as an acknowledgement of its own of our very request: without one a success counts as a bad
 * gateway. A refusal stays one, since the same request would be refused again.
 */
final class Receipt implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(Receipt.class);
    private static final int MOST_BYTES = 65_536;
    private static final int UNPROVEN = 502;

    private final JsonMapper json = JsonMapper.builder(JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(8).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        OptionalInt result = exchange.getProperty(Request.ASKED, Asked.class).result(acknowledgement(message));
        if (result.isPresent() && result.getAsInt() != DeletionTokens.TAKEN) {
            LOG.warn(
                    "Partner {} of {} refused notice {}: {}",
                    message.getHeader("PledgePartner"),
                    message.getHeader("PledgeTenant"),
                    message.getHeader("PledgeDisclosure"),
                    meaning(result.getAsInt()));
            message.setHeader("PledgeRefused", true);
        } else if (result.isEmpty() && status >= 200 && status < 300) {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, UNPROVEN);
            message.setHeader("PledgeAnswer", UNPROVEN);
        }
        message.setBody("");
    }

    /** The framework does not say how an acJWT is sent: it is taken bare, and in a JSON object. */
    private String acknowledgement(Message message) {
        try (InputStream in = message.getBody(InputStream.class)) {
            byte[] bytes = in == null ? new byte[0] : in.readNBytes(MOST_BYTES + 1);
            String text = bytes.length > MOST_BYTES ? "" : new String(bytes, StandardCharsets.US_ASCII).strip();
            if (!text.startsWith("{")) {
                return text;
            }
            JsonNode object = json.readTree(text);
            return object.path("acJWT").asText("");
        } catch (IOException e) { // what it says may repeat what was sent
            return "";
        }
    }

    private static String meaning(int code) {
        return switch (code) {
            case 1 -> "code 1, a field is missing or its identifier was used before";
            case 2 -> "code 2, it does not know our key; give it our dsrdelete.json";
            case 3 -> "code 3, it cannot read our token";
            case 4 -> "code 4, identifier-type is none of its dsrdelete.json";
            case 5 -> "code 5, identifier-format is not that of its dsrdelete.json";
            case 6 -> "code 6, a time is wrong or too old for it; compare the clocks";
            default -> "code " + code + ", which the framework does not know";
        };
    }
}
