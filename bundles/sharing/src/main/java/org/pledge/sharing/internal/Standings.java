package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.pledge.TenantId;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService.Standing;

/** Where a partner stands on this day (UTC) under the policy in force; the gate looks at each field besides. */
final class Standings {
    private final PolicyService policies;
    private final Clock clock;

    Standings(PolicyService policies, Clock clock) {
        this.policies = policies;
        this.clock = clock;
    }

    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    Standing of(Partner partner) {
        if (partner.suspended()) {
            return Standing.SUSPENDED;
        }
        if (today().isBefore(partner.agreement().from())) {
            return Standing.NOT_YET_VALID;
        }
        if (today().isAfter(partner.agreement().until())) {
            return Standing.EXPIRED;
        }
        return attestation(partner);
    }

    /** {@code ACTIVE}, or what is wrong with the attestation. */
    Standing attestation(Partner partner) {
        Set<String> wanted = statements(partner);
        Optional<Partner.Attestation> given = partner.agreement().attestation();
        Set<String> attested =
                given.map(Partner.Attestation::statement).stream().collect(Collectors.toSet());
        if (!attested.containsAll(wanted)) {
            return Standing.ATTESTATION_MISSING;
        }
        boolean over = given.filter(one -> today().isAfter(one.until())).isPresent();
        return !wanted.isEmpty() && over ? Standing.ATTESTATION_EXPIRED : Standing.ACTIVE;
    }

    /** What the policy wants attested for anything that was agreed and that it permits at all. */
    Set<String> statements(Partner partner) {
        return policy(partner.tenant())
                .map(policy -> partner.agreement().purposes().stream()
                        .flatMap(purpose -> partner.agreement().fields().stream()
                                .map(field -> policy.ruling(partner.recipient(), purpose, field)))
                        .filter(Standings::permits)
                        .flatMap(ruling -> ruling.obligations().stream())
                        .flatMap(obligation -> AgreementRules.statement(obligation).stream())
                        .collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    private static boolean permits(Policy.Ruling ruling) {
        return ruling.need() != Need.NEVER || ruling.needIn().values().stream().anyMatch(need -> need != Need.NEVER);
    }

    /** The policy in force, if there is one. */
    Optional<Policy> policy(TenantId tenant) {
        return policies.policies().stream()
                .filter(policy -> policy.tenant().equals(tenant))
                .findFirst();
    }
}
