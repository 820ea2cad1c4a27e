package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.policy.Policy.Need;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService.Standing;

class PartnerStandingTest {
    private static final LocalDate LAST = LocalDate.of(2026, 12, 31);

    private final World world = new World();
    private final List<String> told = new CopyOnWriteArrayList<>();

    PartnerStandingTest() {
        world.clock.set(Instant.parse("2026-03-01T12:00:00Z"));
        world.partners.recheck();
        world.listeners.add(partner -> told.add(partner.name() + " " + world.partners.standing(partner)));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Partner acme() {
        return World.partner("acme", "marketing-partner", Set.of("email"), Set.of("newsletter"));
    }

    private void wantNoRetention(String field, Need need) {
        world.policies.add(
                World.policy(2).rule("marketing-partner", "newsletter", field, need, "KX-14", World.NO_RETENTION));
    }

    @Test
    void isValidFromTheFirstToTheLastDay() {
        Partner acme = world.put(acme());
        world.clock.set(Instant.parse("2025-12-31T23:59:59Z"));
        assertThat(world.partners.standing(acme)).isEqualTo(Standing.NOT_YET_VALID);
        world.clock.set(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(world.partners.standing(acme)).isEqualTo(Standing.ACTIVE);
        world.clock.set(Instant.parse("2026-12-31T23:59:59Z"));
        assertThat(world.partners.standing(acme)).isEqualTo(Standing.ACTIVE);
        world.clock.set(Instant.parse("2027-01-01T00:00:00Z"));
        assertThat(world.partners.standing(acme)).isEqualTo(Standing.EXPIRED);
    }

    @Test
    void suspensionComesFirst() {
        world.put(World.until(acme(), LocalDate.of(2026, 1, 31)));
        Partner suspended = world.partners.suspend(world.officer, "acme", true);
        assertThat(world.partners.standing(suspended)).isEqualTo(Standing.SUSPENDED);
    }

    @Test
    void wantsTheStatementThatThePolicyWantsForWhatWasAgreed() {
        wantNoRetention("email", Need.OPT_IN);
        assertThat(world.partners.standing(acme())).isEqualTo(Standing.ATTESTATION_MISSING);
        assertThat(world.partners.standing(World.attesting(acme(), "no-cookies", LAST)))
                .isEqualTo(Standing.ATTESTATION_MISSING);
        assertThat(world.partners.standing(World.attesting(acme(), "no-retention", LAST)))
                .isEqualTo(Standing.ACTIVE);
        assertThat(world.partners.standing(World.attesting(acme(), "no-retention", LocalDate.of(2026, 2, 28))))
                .isEqualTo(Standing.ATTESTATION_EXPIRED);
    }

    @Test
    void wantsNothingForWhatWasNotAgreedOrIsNeverPermitted() {
        wantNoRetention("name", Need.OPT_IN);
        assertThat(world.partners.standing(acme())).isEqualTo(Standing.ACTIVE);
        wantNoRetention("email", Need.NEVER);
        assertThat(world.partners.standing(acme())).isEqualTo(Standing.ACTIVE);
    }

    @Test
    void anOldAttestationThatNobodyWantsChangesNothing() {
        assertThat(world.partners.standing(World.attesting(acme(), "no-retention", LocalDate.of(2026, 2, 28))))
                .isEqualTo(Standing.ACTIVE);
    }

    @Test
    void tellsListenersOnceWhenTheDayChangesAStanding() {
        world.put(World.until(acme(), LocalDate.of(2026, 3, 1)));
        told.clear();
        world.partners.recheck();
        assertThat(told).isEmpty();
        world.clock.set(Instant.parse("2026-03-02T00:00:00Z"));
        world.partners.recheck();
        world.partners.recheck();
        assertThat(told).containsExactly("acme EXPIRED");
    }

    @Test
    void tellsListenersWhenANewPolicyWantsAnAttestation() {
        world.put(acme());
        told.clear();
        wantNoRetention("email", Need.OPT_IN);
        world.partners.recheck();
        assertThat(told).contains("acme ATTESTATION_MISSING");
    }
}
