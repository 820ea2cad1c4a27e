package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Decision.Reason;
import org.pledge.sharing.SharingService.Outcome;

class UnsubscribeTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private final Platform platform = new Platform();
    private final List<String> withdrawn = new ArrayList<>();

    @BeforeEach
    void answer() {
        platform.messages.on("unsubscribe", args -> {
            if (args[0].equals("made-up")) {
                throw new PledgeException(Kind.NOT_FOUND, "this is not a whole link to unsubscribe");
            }
            withdrawn.add((String) args[0]);
            return null;
        });
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private HttpResponse<String> post(String token, String type, String body) {
        return platform.send(platform.request("POST", "unsubscribe/" + token, body, "Content-Type", type));
    }

    @Test
    void oneClickUnsubscribesWithoutAnyCredential() {
        HttpResponse<String> answer = post("AbC-_9", FORM, "List-Unsubscribe=One-Click");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(withdrawn).containsExactly("AbC-_9");
        assertThat(answer.body()).doesNotContain("AbC-_9");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
    }

    @Test
    void takesTheFormInTheOtherEncodingToo() {
        String body = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";

        assertThat(post("AbC", "multipart/form-data; boundary=x", body).statusCode())
                .isEqualTo(200);
        assertThat(withdrawn).containsExactly("AbC");
    }

    @Test
    void lookingAtThePageChangesNothing() {
        HttpResponse<String> page = platform.send(platform.request("GET", "unsubscribe/AbC", null));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(page.body()).contains("<button>Unsubscribe</button>").doesNotContain("AbC", "script");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(csp -> assertThat(csp).contains("default-src 'none'", "form-action 'self'"));
        assertThat(withdrawn).isEmpty();
    }

    @Test
    void refusesAFormThatDoesNotSayOneClickAndEveryOtherBody() {
        assertThat(post("AbC", FORM, "List-Unsubscribe=Maybe").statusCode()).isEqualTo(400);
        assertThat(post("AbC", FORM, "x=y").statusCode()).isEqualTo(400);
        assertThat(post("AbC", "application/json", "{}").statusCode()).isEqualTo(415);
        assertThat(platform.send(platform.request("PUT", "unsubscribe/AbC", "{}"))
                        .statusCode())
                .isEqualTo(405);
        assertThat(withdrawn).isEmpty();
    }

    @Test
    void readsNoMoreThanSuchAFormNeeds() {
        assertThat(post("AbC", FORM, "List-Unsubscribe=One-Click&x=" + "y".repeat(4096))
                        .statusCode())
                .isEqualTo(413);
        assertThat(withdrawn).isEmpty();
    }

    @Test
    void saysThatALinkIsNotWholeAndNothingElse() {
        HttpResponse<String> answer = post("made-up", FORM, "List-Unsubscribe=One-Click");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).doesNotContain("made-up");
    }

    @Test
    void sendsAMessageAndRefusesOneWithThePromisesBehindIt() {
        platform.messages.on(
                "send",
                args -> new Outcome.Refused(new Decision.Denied(
                        List.of(new Reason(Code.NO_CONSENT, "email", List.of("IW-10"), "they declined")),
                        List.of("IW-10"),
                        "Ask them.")));

        HttpResponse<String> refused = platform.as(
                Role.OPERATOR,
                "POST",
                "messages",
                "{\"subject\":\"018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31\",\"template\":\"offers\",\"parameters\":{}}");

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("\"promises\":[\"IW-10\"]", "Ask them.");
        assertThat(platform.as(Role.VIEWER, "POST", "messages", "{}").statusCode())
                .isEqualTo(403);
    }

    @Test
    void isUnavailableWhileTheBundleIsStopped() {
        platform.stopped.add("notices");

        HttpResponse<String> answer = post("AbC", FORM, "List-Unsubscribe=One-Click");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
}
