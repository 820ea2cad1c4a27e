package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Decision.Reason;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.State;

class MessagesTest {
    private static final String OFFERS =
            "{\"subject\":\"018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31\",\"template\":\"offers\",\"parameters\":{}}";
    private final Platform platform = new Platform();

    @AfterEach
    void close() {
        platform.close();
    }

    private void queues() {
        Disclosure queued = new Disclosure(
                UUID.randomUUID(),
                Platform.TENANT,
                SubjectId.random(),
                "postbox",
                "own-offers",
                Set.of("email"),
                "consent",
                List.of("IW-10"),
                2,
                Optional.empty(),
                State.QUEUED,
                0,
                OptionalInt.empty(),
                Platform.NOW,
                Platform.NOW,
                Optional.empty());
        platform.messages
                .on("prepare", args -> null)
                .on(
                        "send",
                        args -> new Outcome.Queued(
                                queued,
                                new Decision.Permitted(Set.of("email"), List.of(), List.of("IW-10"), List.of())));
        platform.sharing.on("disclosure", args -> queued);
    }

    private HttpResponse<String> message(String body, String key) {
        return platform.as(Role.OPERATOR, "POST", "messages", body, "Idempotency-Key", key);
    }

    private static long count(Stub<?> stub, String method) {
        return stub.calls().stream().filter(method::equals).count();
    }

    @Test
    void aRepeatedMessageIsSentOnceAndAnswersTheSame() {
        queues();

        HttpResponse<String> first = message(OFFERS, "m1");
        HttpResponse<String> repeated = message(OFFERS, "m1");

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(repeated.statusCode()).isEqualTo(202);
        assertThat(repeated.body()).isEqualTo(first.body());
        assertThat(repeated.headers().firstValue("Location"))
                .isEqualTo(first.headers().firstValue("Location"));
        assertThat(count(platform.messages, "send")).isOne();
        assertThat(count(platform.messages, "prepare")).isOne();

        assertThat(message(OFFERS + " ", "m1").statusCode()).isEqualTo(422);
        assertThat(message(OFFERS, "m2").statusCode()).isEqualTo(202);
        assertThat(count(platform.messages, "send")).isEqualTo(2);
    }

    @Test
    void aRepeatedMessageThatWasRefusedIsNotSentLater() {
        Decision.Denied no = new Decision.Denied(
                List.of(new Reason(Code.NO_CONSENT, "email", List.of("IW-10"), "they declined")),
                List.of("IW-10"),
                "Ask them.");
        platform.messages
                .on("prepare", args -> null)
                .on("send", args -> new Outcome.Refused(no))
                .on("explain", args -> no);

        assertThat(message(OFFERS, "m1").statusCode()).isEqualTo(403);
        assertThat(message(OFFERS, "m1").statusCode()).isEqualTo(403);
        platform.messages.on(
                "explain", args -> new Decision.Permitted(Set.of("email"), List.of(), List.of("IW-10"), List.of()));
        HttpResponse<String> later = message(OFFERS, "m1");

        assertThat(later.statusCode()).isEqualTo(409);
        assertThat(later.body()).contains("new Idempotency-Key");
        assertThat(count(platform.messages, "send")).isOne();
    }

    @Test
    void whatCannotBePreparedLeavesTheKeyUnused() {
        platform.messages.on("prepare", args -> {
            throw new PledgeException(Kind.CONFLICT, "this tenant has no mail partner");
        });
        assertThat(message(OFFERS, "m1").statusCode()).isEqualTo(409);
        assertThat(count(platform.messages, "send")).isZero();

        queues();
        assertThat(message(OFFERS, "m1").statusCode()).isEqualTo(202);
        assertThat(count(platform.messages, "send")).isOne();
    }
}
