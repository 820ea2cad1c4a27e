package org.pledge.consent.internal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.retention.spi.Expiring;

/** Removes what guardians authorised for somebody who may consent alone by now. */
@Component
public final class ExpiringAuthorisations implements Expiring {
    static final String AUTHORISATIONS = "authorisation";

    private final ConsentStore store;
    private final PolicyService policies;
    private final AuditLog audit;
    private final Clock clock;

    /** Removes them from the platform's store. */
    @Activate
    public ExpiringAuthorisations(
            @Reference ConsentStore store, @Reference PolicyService policies, @Reference AuditLog audit) {
        this(store, policies, audit, Clock.systemUTC());
    }

    ExpiringAuthorisations(ConsentStore store, PolicyService policies, AuditLog audit, Clock clock) {
        this.store = store;
        this.policies = policies;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "authorisations";
    }

    @Override
    public boolean answersFor(Policy policy, Policy.Purpose purpose, String category) {
        return false;
    }

    @Override
    public Map<String, String> records() {
        return Map.of(AUTHORISATIONS, "PT0S");
    }

    @Override
    public long count(Due due) {
        return store.countEndedAuthorisations(due.tenant(), due.before(), due.held());
    }

    @Override
    public int remove(Due due, int limit) {
        List<Authorisation> ended = store.removeEndedAuthorisations(due.tenant(), due.before(), due.held(), limit);
        ended.stream().filter(one -> one.withdrawn().isEmpty()).forEach(this::tell);
        return ended.size();
    }

    private void tell(Authorisation ended) {
        audit.append(new Leaf(
                ended.tenant(),
                clock.instant(),
                Act.AUTHORISATION_ENDED,
                Caller.system(ended.tenant()).name(),
                Optional.of(ended.child()),
                Guardians.promises(policies, ended.tenant()),
                Map.of("purposes", ended.purpose())));
    }
}
