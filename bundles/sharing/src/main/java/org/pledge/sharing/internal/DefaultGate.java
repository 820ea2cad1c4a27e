package org.pledge.sharing.internal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.consent.ConsentView;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Gate;

/** Prepares questions, and keeps those about known partners. */
@Component
public final class DefaultGate implements Gate {
    private static final int MOST_KEPT = 4096;

    private record Key(TenantId tenant, String partner, String purpose, List<String> fields) {}

    private final PolicyService policies;
    private final ConsentView consents;
    private final PartnerTable partners;
    private final Clock clock;
    private final Map<Key, Question> kept = new ConcurrentHashMap<>();

    /** In the container. */
    @Activate
    public DefaultGate(
            @Reference PolicyService policies, @Reference ConsentView consents, @Reference PartnerTable partners) {
        this(policies, consents, partners, Clock.systemUTC());
    }

    DefaultGate(PolicyService policies, ConsentView consents, PartnerTable partners, Clock clock) {
        this.policies = policies;
        this.consents = consents;
        this.partners = partners;
        this.clock = clock;
    }

    @Override
    public Question prepare(TenantId tenant, String partner, String purpose, List<String> fields) {
        consents.requireCurrent();
        // What is kept has the right form, so that only another question needs to be looked at.
        Question present = kept.get(new Key(tenant, partner, purpose, fields));
        return present == null ? prepared(tenant, partner, purpose, fields) : present;
    }

    private Question prepared(TenantId tenant, String partner, String purpose, List<String> fields) {
        Key key =
                new Key(tenant, Names.token("partner", partner), Names.token("purpose", purpose), Names.fields(fields));
        Question present = kept.get(key);
        if (present != null) {
            return present;
        }
        policies.current(tenant);
        Question question = new PreparedQuestion(
                tenant, partner, purpose, key.fields(), false, policies, consents, partners, clock);
        if (partners.find(tenant, partner).isPresent() && kept.size() < MOST_KEPT) {
            kept.put(key, question);
        }
        return question;
    }
}
