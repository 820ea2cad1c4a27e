package org.pledge.subject.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;

/** Fixed policies in force. */
final class FakePolicies implements PolicyService {
    private final Map<TenantId, Policy> inForce = new TreeMap<>();

    FakePolicies(Policy... policies) {
        for (Policy policy : policies) {
            inForce.put(policy.tenant(), policy);
        }
    }

    @Override
    public List<Policy> policies() {
        return List.copyOf(inForce.values());
    }

    @Override
    public Policy current(TenantId tenant) {
        return Optional.ofNullable(inForce.get(tenant))
                .orElseThrow(() -> new PledgeException(PledgeException.Kind.NOT_FOUND, "no policy"));
    }

    @Override
    public Optional<Policy> version(TenantId tenant, int version) {
        return Optional.ofNullable(inForce.get(tenant)).filter(policy -> policy.version() == version);
    }

    @Override
    public List<Policy> versions(TenantId tenant) {
        return List.of(current(tenant));
    }

    @Override
    public List<Problem> check(String file, String yaml) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Installation install(Caller by, String file, String yaml) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Change> diff(TenantId tenant, int from, int to) {
        return List.of();
    }
}
