package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.consent.ConsentView;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Policy;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Partner;
import org.pledge.sharing.Partner.Mechanism;
import org.pledge.sharing.Partner.Safeguard;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.Request;
import org.pledge.sharing.TransferRegister.State;

class TransferTest {
    private static final int VERSION = 2;

    private final World world = new World();
    private final SubjectId person = SubjectId.random();

    @BeforeEach
    void declareRegions() {
        world.policies.add(World.policy(VERSION)
                .transfer("US", "consent")
                .transfer("NL", "consent")
                .promise("KX-12", "transfer-register", Map.of("regions", "NL, US")));
        world.register(person);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void livesIn(String jurisdiction) {
        world.consents.accept(KORAX, person, VERSION, jurisdiction);
    }

    private void house(String region, Optional<Safeguard> safeguard) {
        Partner present = world.partners.find(KORAX, "cardclear").orElseThrow();
        Partner.Agreement agreed = present.agreement();
        world.put(new Partner(
                KORAX,
                present.name(),
                present.recipient(),
                new Partner.Agreement(
                        agreed.fields(),
                        agreed.purposes(),
                        region,
                        agreed.from(),
                        agreed.until(),
                        agreed.attestation(),
                        safeguard),
                present.endpoint(),
                false,
                0));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(world.clock.instant(), ZoneOffset.UTC);
    }

    private Optional<Safeguard> clauses(LocalDate until) {
        return Optional.of(new Safeguard(Mechanism.SCC, "2021/914:module-2", until));
    }

    private Decision decide(String... fields) {
        return world.gate
                .prepare(KORAX, "cardclear", "payment", List.of(fields))
                .decide(person);
    }

    private void agreesToTransfer(String... fields) {
        world.consents.grant(KORAX, person, Policy.TRANSFER_ABROAD, "cardclear", Set.of(fields), ConsentView.OPT_IN);
    }

    @Test
    void withoutABasisNothingGoesAbroadAndThePromiseIsNamed() {
        livesIn("NL");
        house("US", Optional.empty());

        assertThat(decide("name")).isInstanceOfSatisfying(Decision.Denied.class, denied -> {
            assertThat(denied.promises()).containsExactly("KX-12");
            assertThat(denied.reasons()).extracting(Decision.Reason::code).containsExactly(Code.NO_TRANSFER_BASIS);
            assertThat(denied.remedy())
                    .contains(
                            "adequacy, scc, bcr",
                            "consent:grant --tenant korax SUBJECT transfer-abroad cardclear name");
        });
    }

    @ParameterizedTest
    @CsvSource({"NL,NL", "DE,NL", "NL,IS", "US-CA,US", "US,US"})
    void withinARegionNoBasisIsNeeded(String jurisdiction, String region) {
        livesIn(jurisdiction);
        house(region, Optional.empty());

        assertThat(decide("name"))
                .isInstanceOfSatisfying(Decision.Permitted.class, permitted -> assertThat(permitted.promises())
                        .containsExactly("KX-13"));
    }

    @ParameterizedTest
    @CsvSource({"GB,NL", "NL,GB", "CH,NL", "US,NL", "NL,US", "CA,US"})
    void fromRegionToRegionOneIsNeeded(String jurisdiction, String region) {
        livesIn(jurisdiction);
        house(region, Optional.empty());

        assertThat(decide("name")).isInstanceOf(Decision.Denied.class);
    }

    @Test
    void aSafeguardLetsDataGoUntilItsLastDay() {
        livesIn("NL");
        house("US", clauses(today()));

        assertThat(decide("name"))
                .isInstanceOfSatisfying(Decision.Permitted.class, permitted -> assertThat(permitted.promises())
                        .containsExactly("KX-13", "KX-12"));
        world.clock.advance(Duration.ofDays(1));
        assertThat(decide("name")).isInstanceOfSatisfying(Decision.Denied.class, denied -> assertThat(
                        denied.reasons().get(0).text())
                .contains("ended on"));
    }

    @Test
    void aSafeguardThatEndsStopsWhatWasPrepared() {
        livesIn("NL");
        house("US", clauses(today()));
        Gate.Question question = world.gate.prepare(KORAX, "cardclear", "payment", List.of("name"));
        assertThat(question.decide(person)).isInstanceOf(Decision.Permitted.class);

        world.clock.advance(Duration.ofDays(1));

        assertThat(question.decide(person)).isInstanceOf(Decision.Denied.class);
    }

    @Test
    void expressConsentIsTheLastBasisAndGoesFieldByField() {
        livesIn("NL");
        house("US", Optional.empty());
        agreesToTransfer("name");

        assertThat(decide("name", "payment-amount")).isInstanceOfSatisfying(Decision.Permitted.class, permitted -> {
            assertThat(permitted.fields()).containsExactly("name");
            assertThat(permitted.withheld())
                    .extracting(Decision.Reason::field, Decision.Reason::code)
                    .containsExactly(tuple("payment-amount", Code.NO_TRANSFER_BASIS));
        });
        agreesToTransfer("payment-amount");
        assertThat(decide("name", "payment-amount")).isInstanceOfSatisfying(Decision.Permitted.class, permitted -> {
            assertThat(permitted.withheld()).isEmpty();
            assertThat(permitted.promises()).containsExactlyInAnyOrder("KX-13", "KX-12");
        });
    }

    @Test
    void whereThePolicyNamesNoSuchRegionConsentDoesNotOpenIt() {
        livesIn("NL");
        house("IN", Optional.empty());
        agreesToTransfer("name");

        assertThat(decide("name")).isInstanceOfSatisfying(Decision.Denied.class, denied -> assertThat(denied.remedy())
                .contains("safeguard")
                .doesNotContain("consent:grant"));
        house("IN", clauses(today()));
        assertThat(decide("name")).isInstanceOf(Decision.Permitted.class);
    }

    @Test
    void theRegisterSaysWhatDataFromElsewhereCanRestOn() {
        DefaultTransferRegister register = new DefaultTransferRegister(world.policies, world.partners, world.clock);
        house("US", clauses(today()));
        assertThat(state(register)).isEqualTo(State.SAFEGUARDED);
        world.clock.advance(Duration.ofDays(1));
        assertThat(state(register)).isEqualTo(State.EXPIRED_CONSENT_ONLY);
        house("US", Optional.empty());
        assertThat(state(register)).isEqualTo(State.CONSENT_ONLY);
        house("IN", Optional.empty());
        assertThat(state(register)).isEqualTo(State.CLOSED);
        house("IN", clauses(today().minusDays(1)));
        assertThat(state(register)).isEqualTo(State.EXPIRED);
        world.policies.add(World.policy(VERSION + 1));
        assertThat(state(register)).isEqualTo(State.UNDECLARED);
    }

    private State state(DefaultTransferRegister register) {
        return register.regions(world.integrator).stream()
                .filter(one -> one.partner().equals("cardclear"))
                .findFirst()
                .orElseThrow()
                .state();
    }

    @Test
    void impliedConsentIsNoBasis() {
        livesIn("NL");
        house("US", Optional.empty());
        world.consents.grant(KORAX, person, Policy.TRANSFER_ABROAD, "cardclear", Set.of("name"), ConsentView.IMPLIED);

        assertThat(decide("name")).isInstanceOf(Decision.Denied.class);
    }

    @Test
    void aPolicyThatSaysNothingAboutTransfersAsksForNone() {
        world.consents.accept(KORAX, person, 1, "NL");
        house("US", Optional.empty());

        assertThat(decide("name")).isInstanceOf(Decision.Permitted.class);
    }

    @Test
    void withdrawingTheConsentToTheTransferStopsWhatRestsOnIt() {
        livesIn("NL");
        house("US", Optional.empty());
        agreesToTransfer("name");
        Outcome outcome = world.sharing.share(
                world.operator,
                new Request(person, "cardclear", "payment", List.of("name"), Optional.empty(), Map.of()));
        assertThat(outcome).isInstanceOf(Outcome.Queued.class);

        assertThat(world.consents
                        .withdraw(
                                KORAX,
                                person,
                                new Withdrawal(Optional.of(Policy.TRANSFER_ABROAD), Optional.empty(), Set.of(), "web"))
                        .cancelled())
                .isOne();
        assertThat(decide("name")).isInstanceOf(Decision.Denied.class);
    }
}
