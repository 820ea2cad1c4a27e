package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.TransferRegister;

/** Reads the register from the agreements and the policy in force, by the rules that the gate decides with. */
@Component
public final class DefaultTransferRegister implements TransferRegister {
    /** No person lives there, so that every partner is abroad. */
    private static final String ELSEWHERE = "";

    private final PolicyService policies;
    private final PartnerService partners;
    private final Clock clock;

    /** In the container. */
    @Activate
    public DefaultTransferRegister(@Reference PolicyService policies, @Reference PartnerService partners) {
        this(policies, partners, Clock.systemUTC());
    }

    DefaultTransferRegister(PolicyService policies, PartnerService partners, Clock clock) {
        this.policies = policies;
        this.partners = partners;
        this.clock = clock;
    }

    @Override
    public List<Region> regions(Caller caller) {
        caller.require(Role.VIEWER, Role.OPERATOR, Role.OFFICER, Role.INTEGRATOR, Role.AUDITOR);
        Policy policy = policies.current(caller.tenant());
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return partners.list(caller.tenant()).stream()
                .sorted(Comparator.comparing(Partner::name))
                .map(partner -> new Region(
                        partner.name(),
                        partner.recipient(),
                        partner.agreement().region(),
                        state(policy, partner, today),
                        partner.agreement().safeguard()))
                .toList();
    }

    private static State state(Policy policy, Partner partner, LocalDate today) {
        boolean over = partner.agreement().safeguard().isPresent();
        return switch (TransferRules.basis(policy, partner, ELSEWHERE, today)) {
            case NOT_ABROAD -> State.UNDECLARED;
            case SAFEGUARD -> State.SAFEGUARDED;
            case CONSENT -> over ? State.EXPIRED_CONSENT_ONLY : State.CONSENT_ONLY;
            case NONE -> over ? State.EXPIRED : State.CLOSED;
        };
    }
}
