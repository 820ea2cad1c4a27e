package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.policy.Decision;

class PlainDecisionsTest {
    private static final String ASK =
            "{\"subject\":\"018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31\",\"partner\":\"parcel-post\","
                    + "\"purpose\":\"delivery\",\"fields\":[\"email\"]}";
    private static final Decision YES = new Decision.Permitted(Set.of("email"), List.of(), List.of("KX-1"), List.of());
    private static final Decision NO = new Decision.Denied(
            List.of(new Decision.Reason(Decision.Code.NO_CONSENT, "email", List.of("KX-1"), "no consent")),
            List.of("KX-1"),
            "Ask.");
    /** Anything that JAX-RS is left to judge. */
    private static final String[] ROUNDABOUT = {"Accept", "text/plain;q=0.1, application/json"};

    private static Platform platform;

    @BeforeAll
    static void open() {
        platform = new Platform();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @Test
    void answersAsJaxRsDoes() {
        for (Decision decision : List.of(YES, NO, YES)) {
            platform.sharing.on("explain", args -> decision);

            HttpResponse<String> plain = ask();
            HttpResponse<String> roundabout = ask(ROUNDABOUT);

            assertThat(plain.statusCode()).isEqualTo(200);
            assertThat(plain.body())
                    .isEqualTo(roundabout.body())
                    .contains(decision == YES ? "\"PERMITTED\"" : "\"DENIED\"");
            assertThat(headers(plain)).isEqualTo(headers(roundabout));
        }
    }

    @Test
    void asksEachTimeAnew() {
        platform.sharing.on("explain", args -> YES);
        ask();
        platform.sharing.calls().clear();

        ask();
        platform.sharing.on("explain", args -> NO);

        assertThat(ask().body()).contains("\"DENIED\"");
        assertThat(platform.sharing.calls()).containsExactly("explain", "explain");
    }

    @Test
    void leavesARefusalToJaxRs() {
        platform.sharing.on("explain", args -> {
            throw new PledgeException(PledgeException.Kind.INVALID, "no such purpose");
        });

        HttpResponse<String> answer = ask();

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    private static HttpResponse<String> ask(String... headers) {
        return platform.as(Role.OPERATOR, "POST", "decisions", ASK, headers);
    }

    private static Map<String, List<String>> headers(HttpResponse<String> answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
        assertThat(headers).containsKeys("date", "content-length", "content-security-policy");
        headers.remove("date");
        return headers;
    }
}
