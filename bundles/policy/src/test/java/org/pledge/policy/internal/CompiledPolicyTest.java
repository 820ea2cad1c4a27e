package org.pledge.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.CaseState;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.Policy.Holder;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Obligation;
import org.pledge.policy.Policy.Status;

class CompiledPolicyTest {
    private final Policy policy = SmallPack.policy();

    @Test
    void permitsWithTheNeedOfTheJurisdiction() {
        Policy.Ruling ruling = policy.ruling("ad-partner", "marketing", "email");

        assertThat(ruling.need()).isEqualTo(Need.OPT_IN);
        assertThat(ruling.needFor("US-CA")).isEqualTo(Need.IMPLIED);
        assertThat(ruling.promises()).containsExactly("AC-1");
        assertThat(ruling.obligations()).containsExactly(new Obligation("k-anonymity", Map.of("k", "20")));
        assertThat(ruling.remedy()).isEqualTo("Ask the person.");
    }

    @Test
    void silenceIsExplainedByOtherwise() {
        Policy.Ruling ruling = policy.ruling("ad-partner", "marketing", "phone");

        assertThat(ruling.need()).isEqualTo(Need.NEVER);
        assertThat(ruling.text()).isEqualTo("Nobody agreed to it.");
        assertThat(ruling.promises()).containsExactly("AC-1");
    }

    @Test
    void aDenialOfAnyReachesNamesThatThePackDoesNotKnow() {
        assertThat(policy.ruling("stranger", "whim", "visits").promises()).containsExactly("AC-3");
        assertThat(policy.ruling("stranger", "whim", "shoe-size").promises()).containsExactly("AC-1");
        assertThat(policy.caseRuling(Ground.PROTECTION, "stranger", "visits").promises())
                .containsExactly("AC-3");
    }

    @Test
    void aPermissionOfAnyStopsAtWhatThePurposeLists() {
        Policy open = SmallPack.compiled(SmallPack.with(
                "  - to: kind:processor\n    for: billing\n    data: [name, email]",
                "  - to: bank\n    for: any\n    data: any"));

        assertThat(open.ruling("bank", "billing", "name").need()).isEqualTo(Need.NOTHING);
        assertThat(open.ruling("bank", "billing", "phone").need()).isEqualTo(Need.NEVER);
        assertThat(open.ruling("bank", "whim", "name").need()).isEqualTo(Need.NEVER);
        assertThat(open.ruling("bank", "billing", "shoe-size").need()).isEqualTo(Need.NEVER);
    }

    @Test
    void ofTwoPermissionsTheWeakestNeedCounts() {
        Policy both = SmallPack.compiled(
                SmallPack.with(
                        "otherwise:",
                        """
                  - to: [ad-partner, bank]
                    for: marketing
                    data: [email, phone]
                    answer: permit
                    consent: implied
                    consent-in: { US: opt-in }
                    promises: [AC-2]
                    because: Another rule.
                otherwise:"""));
        Policy.Ruling ruling = both.ruling("ad-partner", "marketing", "email");

        assertThat(ruling.need()).isEqualTo(Need.IMPLIED);
        assertThat(ruling.needFor("US")).isEqualTo(Need.IMPLIED);
        assertThat(ruling.text()).isEqualTo("Another rule.");
    }

    @Test
    void casesArePermittedLockedOrProhibited() {
        assertThat(policy.caseRuling(Ground.LAW, "court", "name").state()).isEqualTo(CaseState.PERMITTED);
        assertThat(policy.caseRuling(Ground.SECURITY, "court", "name").state()).isEqualTo(CaseState.PROHIBITED);
        assertThat(policy.caseRuling(Ground.LAW, "court", "shoe-size").state()).isEqualTo(CaseState.PROHIBITED);
        Policy.CaseRuling locked = policy.caseRuling(Ground.SECURITY, "court", "email");
        assertThat(locked.state()).isEqualTo(CaseState.LOCKED);
        assertThat(locked.excepts()).containsExactly("AC-1");
    }

    @Test
    void ofSeveralRulesAboutACaseADenialWinsThenALock() {
        Policy crowded = SmallPack.compiled(
                SmallPack.with(
                        "marketing: {",
                        """
                  - ground: [law, enforcement]
                    to: any
                    data: [name, email, visits]
                    answer: permit
                    promises: [AC-2]
                    because: Permitted.
                  - ground: law
                    to: any
                    data: [phone, email, visits]
                    answer: locked
                    excepts: [AC-2]
                    promises: [AC-2]
                    because: Locked.
                marketing: {"""));

        assertThat(crowded.caseRuling(Ground.LAW, "court", "visits").state()).isEqualTo(CaseState.PROHIBITED);
        Policy.CaseRuling locked = crowded.caseRuling(Ground.LAW, "court", "email");
        assertThat(locked.state()).isEqualTo(CaseState.LOCKED);
        assertThat(locked.excepts()).containsExactlyInAnyOrder("AC-1", "AC-2");
        assertThat(crowded.caseRuling(Ground.ENFORCEMENT, "court", "email").state())
                .isEqualTo(CaseState.PERMITTED);
    }

    @Test
    void aPermittedCaseStopsAtCategoriesThatThePackKnows() {
        Policy open = SmallPack.compiled(
                SmallPack.with("    to: kind:authority\n    data: name\n", "    to: kind:authority\n    data: any\n"));

        assertThat(open.caseRuling(Ground.LAW, "court", "phone").state()).isEqualTo(CaseState.PERMITTED);
        assertThat(open.caseRuling(Ground.LAW, "court", "shoe-size").state()).isEqualTo(CaseState.PROHIBITED);
    }

    @Test
    void aLockedCaseIsDeniedUntilAnExceptionIsRecorded() {
        Decision decision = Answers.byCase(policy, Ground.LAW, "court", List.of("email"));

        assertThat(decision).isInstanceOfSatisfying(Decision.Denied.class, denied -> {
            assertThat(denied.reasons()).extracting(Decision.Reason::code).containsExactly(Code.EXCEPTION_NEEDED);
            assertThat(denied.reasons().get(0).text()).isEqualTo("The policy says never.");
        });
    }

    @Test
    void whatIsPermittedLeavesAndTheRestIsWithheldWithItsReason() {
        Decision decision =
                Answers.byConsent(policy, "ad-partner", "marketing", List.of("phone", "email"), Need.OPT_IN, "CA");

        assertThat(decision).isInstanceOfSatisfying(Decision.Permitted.class, permitted -> {
            assertThat(permitted.fields()).containsExactly("email");
            assertThat(permitted.withheld()).extracting(Decision.Reason::field).containsExactly("phone");
            assertThat(permitted.withheld()).extracting(Decision.Reason::code).containsExactly(Code.PROHIBITED);
        });
    }

    @Test
    void missingConsentIsDeniedWithTheRulesOwnWords() {
        Decision decision = Answers.byConsent(policy, "ad-partner", "marketing", List.of("email"), Need.IMPLIED, "CA");

        assertThat(decision).isInstanceOfSatisfying(Decision.Denied.class, denied -> {
            assertThat(denied.reasons().get(0).code()).isEqualTo(Code.NO_CONSENT);
            assertThat(denied.reasons().get(0).text()).isEqualTo("Only who agreed gets advertising.");
            assertThat(denied.remedy()).isEqualTo("Ask the person.");
        });
        assertThat(Answers.byConsent(policy, "ad-partner", "marketing", List.of("email"), Need.IMPLIED, "US"))
                .isInstanceOf(Decision.Permitted.class);
    }

    @Test
    void knowsWhatMayBeCollected() {
        assertThat(policy.collection("standard", Holder.COMPANY)).hasValueSatisfying(collection -> {
            assertThat(collection.required()).containsExactly("name");
            assertThat(collection.optional()).containsEntry("phone", 3);
            assertThat(collection.promises()).containsExactly("AC-2");
        });
        assertThat(policy.collection("gold", Holder.COMPANY)).isEmpty();
        assertThat(policy.contactRules()).hasValueSatisfying(rules -> {
            assertThat(rules.roles()).isEqualTo(Set.of("owner", "billing"));
            assertThat(rules.completeContactRequired()).isTrue();
        });
    }

    @Test
    void knowsTheAgeLimitOfEachJurisdiction() {
        assertThat(policy.minimumAge("CA")).isEqualTo(OptionalInt.of(13));
        assertThat(policy.minimumAge("DE-BY")).isEqualTo(OptionalInt.of(16));
        assertThat(policy.minimumAgePromises()).containsExactly("AC-2");
    }

    @Test
    void letsGuardiansAgreeFromTheGeneralAgeOnlyWhereThePackSaysSo() {
        assertThat(policy.minimumAgeWithGuardian()).isEmpty();
        for (String word : List.of("refuse", "consent")) {
            Policy other = SmallPack.compiled(
                    SmallPack.with("  in: { DE: 16 }\n", "  in: { DE: 16 }\n  guardian: " + word + "\n"));
            assertThat(other.minimumAgeWithGuardian())
                    .isEqualTo(word.equals("consent") ? OptionalInt.of(13) : OptionalInt.empty());
            assertThat(other.minimumAge("DE")).isEqualTo(OptionalInt.of(16));
        }
    }

    @Test
    void promisesSayHowFarTheyAreKept() {
        assertThat(policy.promises())
                .extracting(Policy.Promise::id, Policy.Promise::status)
                .containsExactly(
                        tuple("AC-1", Status.ENFORCED),
                        tuple("AC-2", Status.PLANNED),
                        tuple("AC-3", Status.DECLARED_ONLY));
        assertThat(policy.promise("AC-1").orElseThrow().parameters()).containsEntry("k", "20");
    }
}
