package org.pledge.sharing.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;

/** The policies a test put in force, in that order. */
final class FakePolicies implements PolicyService {
    private final List<Policy> policies = new CopyOnWriteArrayList<>();

    void add(Policy policy) {
        policies.add(policy);
    }

    @Override
    public List<Policy> policies() {
        return policies.stream()
                .map(Policy::tenant)
                .distinct()
                .map(this::current)
                .toList();
    }

    @Override
    public Policy current(TenantId tenant) {
        return versions(tenant).stream()
                .reduce((first, second) -> second)
                .orElseThrow(() -> new PledgeException(PledgeException.Kind.NOT_FOUND, "no policy"));
    }

    @Override
    public Optional<Policy> version(TenantId tenant, int version) {
        return versions(tenant).stream().filter(one -> one.version() == version).findFirst();
    }

    @Override
    public List<Policy> versions(TenantId tenant) {
        return policies.stream().filter(one -> one.tenant().equals(tenant)).toList();
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
        throw new UnsupportedOperationException();
    }
}
