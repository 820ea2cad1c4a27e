package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentView;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Decision.Denied;
import org.pledge.policy.Decision.Permitted;
import org.pledge.policy.Decision.Reason;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Obligation;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Partner;

class GateTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private Gate.Question newsletter(String... fields) {
        return world.gate.prepare(KORAX, "mailhaus", "newsletter", List.of(fields));
    }

    private Decision decide(Gate.Question question) {
        return question.decide(world.anna);
    }

    private static List<Code> codes(Decision decision) {
        return ((Denied) decision).reasons().stream().map(Reason::code).toList();
    }

    @Test
    void permitsExactlyWhatWasExpresslyConsentedTo() {
        world.optIn("email");
        Permitted permitted = (Permitted) decide(newsletter("name", "email"));
        assertThat(permitted.fields()).containsExactly("email");
        assertThat(permitted.promises()).containsExactly("KX-1");
        assertThat(permitted.withheld())
                .containsExactly(new Reason(
                        Code.NO_CONSENT, "name", List.of("KX-1"), "no express consent for \"newsletter\" to mailhaus"));
    }

    @Test
    void decidesNothingWhereAWithdrawalMayBeUnknown() {
        world.optIn("email");
        newsletter("email");
        world.consents.cutOff();
        assertThatThrownBy(() -> newsletter("email"))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.UNAVAILABLE));
    }

    @Test
    void namesEveryMissingFieldInTheRemedy() {
        Denied denied = (Denied) decide(newsletter("name", "email"));
        assertThat(denied.remedy())
                .isEqualTo("Ask: consent:grant --tenant korax SUBJECT newsletter mailhaus name email");
        assertThat(denied.reasons()).extracting(Reason::field).containsExactly("name", "email");
    }

    @Test
    void takesTheRulesOwnRemedyAndPutsThePartnersNameInIt() {
        world.policies.add(World.policy(2)
                .rule(
                        "marketing-partner",
                        "newsletter",
                        "email",
                        new Policy.Ruling(
                                Need.OPT_IN, Map.of(), List.of("KX-1"), List.of(), "Because.", "Ask for <partner>.")));
        world.consents.accept(KORAX, world.anna, 2, "CA");
        assertThat(decide(newsletter("email")))
                .isInstanceOfSatisfying(
                        Denied.class, denied -> assertThat(denied.remedy()).isEqualTo("Ask for mailhaus."));
    }

    @Test
    void anImpliedConsentNeverCountsWhereAnExpressOneIsAsked() {
        world.consents.grant(KORAX, world.anna, "newsletter", "mailhaus", Set.of("email"), ConsentView.IMPLIED);
        assertThat(codes(decide(newsletter("email")))).containsExactly(Code.NO_CONSENT);
    }

    @Test
    void consentToOnePartnerSaysNothingAboutAnotherOfTheSameKind() {
        world.put(World.partner("posthaus", "marketing-partner", Set.of("email"), Set.of("newsletter")));
        world.optIn("email");
        Gate.Question other = world.gate.prepare(KORAX, "posthaus", "newsletter", List.of("email"));
        assertThat(codes(decide(other))).containsExactly(Code.NO_CONSENT);
    }

    @Test
    void noConsentOpensWhatThePolicyForbids() {
        world.optIn("email", "phone");
        Denied denied = (Denied) decide(newsletter("phone"));
        assertThat(codes(denied)).containsExactly(Code.PROHIBITED);
        assertThat(denied.promises()).containsExactly("KX-2");
        assertThat(decide(newsletter("phone", "email"))).isInstanceOfSatisfying(Permitted.class, some -> {
            assertThat(some.fields()).containsExactly("email");
            assertThat(some.withheld()).extracting(Reason::code).containsExactly(Code.PROHIBITED);
        });
    }

    @Test
    void anUnknownNameIsNotProvidedFor() {
        assertThat(codes(decide(newsletter("shoe-size")))).containsExactly(Code.NOT_PROVIDED);
    }

    @Test
    void namesThePromisesOfThePolicyEvenForAPartnerNobodyRegistered() {
        Denied denied = (Denied) decide(world.gate.prepare(KORAX, "stranger", "newsletter", List.of("name", "email")));
        assertThat(codes(denied)).containsExactly(Code.UNKNOWN_PARTNER);
        assertThat(denied.promises()).containsExactly("KX-9");
        assertThat(denied.reasons().get(0).field()).isEmpty();
        assertThat(denied.remedy()).isNotEmpty();
    }

    @Test
    void knowsNobodyWithoutAnAcceptedPolicy() {
        Denied denied = (Denied) newsletter("name", "phone").decide(SubjectId.random());
        assertThat(codes(denied)).containsExactly(Code.UNKNOWN_SUBJECT);
        assertThat(denied.promises()).containsExactly("KX-1", "KX-2");
        assertThat(denied.remedy()).contains("accepted");
    }

    @Test
    void anAcceptedVersionThatIsNotThereDenies() {
        world.consents.accept(KORAX, world.anna, 7, "CA");
        world.optIn("email");
        assertThat(codes(decide(newsletter("email")))).containsExactly(Code.UNKNOWN_SUBJECT);
    }

    @Test
    void decidesByTheVersionThePersonAccepted() {
        world.optIn("email");
        Gate.Question question = newsletter("email");
        assertThat(decide(question)).isInstanceOf(Permitted.class);
        world.policies.add(World.policy(2).rule("marketing-partner", "newsletter", "email", Need.NEVER, "KX-30"));
        assertThat(decide(question)).isInstanceOf(Permitted.class);
        world.consents.accept(KORAX, world.anna, 2, "CA");
        assertThat(decide(question).promises()).containsExactly("KX-30");
    }

    @Test
    void theAnswerAboutStrangersFollowsThePolicyInForce() {
        Gate.Question question = newsletter("email");
        assertThat(question.decide(SubjectId.random()).promises()).containsExactly("KX-1");
        world.policies.add(World.policy(2).rule("marketing-partner", "newsletter", "email", Need.NEVER, "KX-30"));
        assertThat(question.decide(SubjectId.random()).promises()).containsExactly("KX-30");
    }

    @Test
    void asksForWhatThePersonsJurisdictionAsks() {
        world.policies.add(World.policy(2)
                .rule(
                        "marketing-partner",
                        "newsletter",
                        "email",
                        new Policy.Ruling(
                                Need.OPT_IN,
                                Map.of("US", Need.IMPLIED, "DE", Need.NEVER),
                                List.of("KX-1"),
                                List.of(),
                                "Because.",
                                "")));
        Gate.Question question = newsletter("email");
        world.consents.grant(KORAX, world.anna, "newsletter", "mailhaus", Set.of("email"), ConsentView.IMPLIED);
        world.consents.accept(KORAX, world.anna, 2, "CA");
        assertThat(codes(decide(question))).containsExactly(Code.NO_CONSENT);
        world.consents.accept(KORAX, world.anna, 2, "US-CA");
        assertThat(decide(question)).isInstanceOf(Permitted.class);
        world.consents.accept(KORAX, world.anna, 2, "DE");
        assertThat(codes(decide(question))).containsExactly(Code.PROHIBITED);
    }

    @Test
    void looksAtEachConsentOfALongQuestionWhicheverMatteredFirst() {
        List<String> fields = IntStream.range(0, 40).mapToObj(i -> "field-" + i).toList();
        FakePolicy policy = new FakePolicy(
                KORAX, 2, Set.copyOf(fields), Set.of(), Set.of("newsletter"), Set.of("marketing-partner"));
        for (int i = 0; i < fields.size(); i++) {
            Need elsewhere = i % 2 == 0 ? Need.OPT_IN : Need.NEVER;
            policy.rule(
                    "marketing-partner",
                    "newsletter",
                    fields.get(i),
                    new Policy.Ruling(
                            Need.OPT_IN, Map.of("DE", elsewhere), List.of("KX-1"), List.of(), "Because.", ""));
        }
        world.policies.add(policy);
        world.put(World.partner("mailhaus", "marketing-partner", Set.copyOf(fields), Set.of("newsletter")));
        Gate.Question question = newsletter(fields.toArray(String[]::new));
        world.optIn("field-3", "field-4", "field-15", "field-16", "field-17", "field-32", "field-39");

        world.consents.accept(KORAX, world.anna, 2, "DE");
        assertThat(decide(question)).isInstanceOfSatisfying(Permitted.class, some -> assertThat(some.fields())
                .containsExactlyInAnyOrder("field-4", "field-16", "field-32"));
        world.consents.accept(KORAX, world.anna, 2, "CA");
        assertThat(decide(question)).isInstanceOfSatisfying(Permitted.class, some -> assertThat(some.fields())
                .containsExactlyInAnyOrder(
                        "field-3", "field-4", "field-15", "field-16", "field-17", "field-32", "field-39"));
    }

    @Test
    void followsASuspensionAndItsEnd() {
        world.optIn("email");
        Gate.Question question = newsletter("email");
        assertThat(decide(question)).isInstanceOf(Permitted.class);
        world.partners.suspend(world.integrator, "mailhaus", true);
        assertThat(codes(decide(question))).containsExactly(Code.PARTNER_SUSPENDED);
        world.partners.suspend(world.integrator, "mailhaus", false);
        assertThat(decide(question)).isInstanceOf(Permitted.class);
    }

    @Test
    void anAgreementEndsWithItsLastDay() {
        world.optIn("email");
        world.put(World.until(
                World.partner("mailhaus", "marketing-partner", Set.of("email"), Set.of("newsletter")),
                LocalDate.of(2026, 3, 1)));
        Gate.Question question = newsletter("email");
        assertThat(decide(question)).isInstanceOf(Permitted.class);
        world.clock.advance(Duration.ofHours(12));
        assertThat(codes(decide(question))).containsExactly(Code.AGREEMENT_NOT_VALID);
    }

    @Test
    void saysEverythingThatTheAgreementLacksAndThenOnlyConsent() {
        world.put(World.partner("mailhaus", "marketing-partner", Set.of("name"), Set.of("payment")));
        assertThat(codes(decide(newsletter("email")))).containsExactly(Code.NOT_AGREED, Code.NOT_AGREED);
        assertThat(decide(newsletter("email")).promises()).containsExactly("KX-1");
    }

    @Test
    void asksForAnAttestationThatIsValid() {
        world.policies.add(
                World.policy(2).rule("clearing-house", "payment", "name", Need.NOTHING, "KX-13", World.NO_RETENTION));
        world.consents.accept(KORAX, world.anna, 2, "CA");
        Gate.Question question = world.gate.prepare(KORAX, "cardclear", "payment", List.of("name"));
        assertThat(codes(decide(question))).containsExactly(Code.ATTESTATION_MISSING);
        assertThat(decide(question).promises()).containsExactly("KX-14");

        Partner bare = World.partner("cardclear", "clearing-house", Set.of("name"), Set.of("payment"));
        world.put(World.attesting(bare, "something-else", LocalDate.of(2026, 12, 31)));
        assertThat(codes(decide(question))).containsExactly(Code.ATTESTATION_MISSING);
        world.put(World.attesting(bare, "no-retention", LocalDate.of(2026, 2, 28)));
        assertThat(codes(decide(question))).containsExactly(Code.ATTESTATION_MISSING);
        world.put(World.attesting(bare, "no-retention", LocalDate.of(2026, 3, 1)));
        assertThat(decide(question)).isInstanceOfSatisfying(Permitted.class, some -> assertThat(some.obligations())
                .containsExactly(World.NO_RETENTION));
    }

    @Test
    void deniesWhatComesWithADutyItCannotMeet() {
        world.policies.add(World.policy(2)
                .rule("clearing-house", "payment", "name", Need.NOTHING, "KX-13", new Obligation("dance", Map.of())));
        world.consents.accept(KORAX, world.anna, 2, "CA");
        assertThat(codes(decide(world.gate.prepare(KORAX, "cardclear", "payment", List.of("name")))))
                .containsExactly(Code.PROHIBITED);
    }

    @Test
    void aTenantWithoutAPolicyHasNoQuestions() {
        assertThatThrownBy(() -> world.gate.prepare(new TenantId("nobody"), "mailhaus", "newsletter", List.of("email")))
                .isInstanceOf(PledgeException.class);
    }

    @Test
    void refusesNamesThatCouldHoldPersonalData() {
        assertThatThrownBy(() -> newsletter("anna@example.org")).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID);
            assertThat(e.getMessage()).doesNotContain("anna");
        });
        assertThatThrownBy(this::newsletter).isInstanceOf(PledgeException.class);
    }

    @Test
    void namesThatNoConsentCouldOpenTakeNoMemoryInTheConsentTable() {
        int before = world.consents.scopes();
        for (int i = 0; i < 50; i++) {
            decide(world.gate.prepare(KORAX, "stranger-" + i, "newsletter", List.of("email")));
            decide(newsletter("made-up-" + i));
        }
        assertThat(world.consents.scopes()).isEqualTo(before);
    }

    @Test
    void givesTheSameObjectForTheSameAnswer() {
        world.optIn("email");
        assertThat(decide(newsletter("email"))).isSameAs(decide(newsletter("email")));
    }
}
