package org.pledge.notices.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Objection;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.policy.Decision;
import org.pledge.policy.PolicyService.Installation.Installed;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Request;

/** What an objection to one purpose ends. */
class ObjectedPurposesTest {
    private static final Caller DESK = World.operator("iwebtrack");
    private static final Optional<String> OFFERS = Optional.of("own-offers");

    private final World world = new World();
    private SubjectId ira;

    @BeforeEach
    void register() {
        ira = world.member("ira@mail.example");
    }

    private Decision decide(String purpose) {
        return world.sharing.explain(
                DESK, new Request(ira, "postbox", purpose, List.of("email"), Optional.empty(), Map.of()));
    }

    private static void assertObjected(Decision decision) {
        assertThat(decision).isInstanceOfSatisfying(Decision.Denied.class, denied -> assertThat(denied.reasons())
                .extracting(Decision.Reason::code)
                .containsExactly(Decision.Code.OBJECTED));
    }

    @Test
    void theOneAndNoOther() {
        world.consents.object(DESK, ira, OFFERS, "web");

        assertObjected(decide("own-offers"));
        assertThat(decide("account")).isInstanceOf(Decision.Permitted.class);
        assertThat(world.consents.objections(DESK, ira))
                .extracting(Objection::purpose)
                .containsExactly(OFFERS);
    }

    @Test
    void untilItIsTakenBack() {
        world.consents.object(DESK, ira, OFFERS, "web");
        world.consents.object(DESK, ira, Optional.empty(), "web");
        world.consents.liftObjection(DESK, ira, OFFERS, "web");
        assertObjected(decide("own-offers"));
        world.consents.liftObjection(DESK, ira, Optional.empty(), "web");

        assertThat(world.consents.objections(DESK, ira)).isEmpty();
        if (decide("own-offers") instanceof Decision.Denied denied) {
            assertThat(denied.reasons()).extracting(Decision.Reason::code).doesNotContain(Decision.Code.OBJECTED);
        }
    }

    @Test
    void whateverPromotionRestsOn() {
        int next = world.policy("iwebtrack").version() + 1;
        String pack = World.pack("iwebtrack")
                .replaceFirst("(?m)^version: .*$", "version: " + next)
                .replaceFirst(
                        "basis: legitimate-interest\n    fideslang: marketing.advertising.first_party",
                        "basis: contract\n    fideslang: marketing.advertising.first_party");
        assertThat(world.install("iwebtrack", pack)).isInstanceOf(Installed.class);
        world.consents.accept(DESK, ira, next, Level.OPT_IN, "US", new Wording("web", "again-1", "b".repeat(64)));
        world.consents.object(DESK, ira, OFFERS, "web");

        assertObjected(decide("own-offers"));
    }

    @Test
    void remindersOfAnExpiryAndNotWhatTheServiceChanges() throws IOException {
        Caller desk = World.operator("anonymizer");
        for (String template : List.of("expiry", "policy-change")) {
            world.template(
                    "anonymizer",
                    template,
                    Files.readString(Path.of("..", "..", "etc", "templates", "anonymizer", template + ".template")));
        }
        SubjectId paying = world.register("anonymizer", "paid", "US", Map.of("email", List.of("ada@mail.example")));
        Map<String, String> date = Map.of("date", "2026-12-01");
        assertThat(world.messages.send(desk, paying, "expiry", date).decision()).isInstanceOf(Decision.Permitted.class);

        Outbox.Delivery sending =
                world.outbox.claim(desk.tenant(), "postbox", 10).get(0);
        assertThat(world.outbox.load(sending)).isPresent();

        world.policy("anonymizer")
                .endingWithOptOut()
                .forEach(purpose -> world.consents.object(desk, paying, Optional.of(purpose), "web"));

        assertThat(world.messages.send(desk, paying, "expiry", date).decision())
                .isInstanceOfSatisfying(Decision.Denied.class, denied -> {
                    assertThat(denied.reasons())
                            .extracting(Decision.Reason::code)
                            .contains(Decision.Code.OBJECTED);
                    assertThat(denied.promises()).contains("AN-15");
                });
        assertThat(world.outbox.release(sending)).isFalse();
        assertThat(world.disclosures("anonymizer", paying))
                .singleElement()
                .satisfies(queued -> assertThat(queued.state()).isEqualTo(SharingService.State.CANCELLED));
        assertThat(world.messages.explain(desk, paying, "policy-change")).isInstanceOf(Decision.Permitted.class);
    }
}
