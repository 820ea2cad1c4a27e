package org.pledge.consent.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;

/** Fixed versions of policies, some of which changed materially against the one before. */
record FakePolicies(List<FakePolicy> all, Set<Integer> materialVersions) implements PolicyService {

    @Override
    public List<Policy> policies() {
        return List.copyOf(all);
    }

    @Override
    public Policy current(TenantId tenant) {
        return versions(tenant).stream()
                .max(Comparator.comparing(Policy::version))
                .orElseThrow(() -> new PledgeException(PledgeException.Kind.NOT_FOUND, "no policy"));
    }

    @Override
    public Optional<Policy> version(TenantId tenant, int version) {
        return versions(tenant).stream()
                .filter(policy -> policy.version() == version)
                .findFirst();
    }

    @Override
    public List<Policy> versions(TenantId tenant) {
        return all.stream()
                .filter(policy -> policy.tenant().equals(tenant))
                .<Policy>map(policy -> policy)
                .toList();
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
        return List.of(new Change("purposes", "changed", materialVersions.contains(to)));
    }
}
