package org.pledge.vault.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.store.Transactions;

/** Whether the platform still knows a person, which its own database tells. */
final class KnownCustomers {
    private final Transactions main;
    private final BiFunction<TenantId, Set<SubjectId>, Set<SubjectId>> known;
    private final Together<SubjectId, Boolean> together;

    /** By what tells which of some people are known. */
    KnownCustomers(Transactions main, BiFunction<TenantId, Set<SubjectId>, Set<SubjectId>> known) {
        this.main = main;
        this.known = known;
        this.together = new Together<>(main, this::areKnown);
    }

    private List<Boolean> areKnown(TenantId tenant, List<SubjectId> customers) {
        Set<SubjectId> found = main.required(() -> known.apply(tenant, new HashSet<>(customers)));
        return customers.stream().map(found::contains).toList();
    }

    /** Refuses who is not known, outside the vault's transactions. */
    void check(TenantId tenant, SubjectId customer) {
        if (!together.add(tenant, new Object(), customer)) {
            throw new PledgeException(Kind.NOT_FOUND, "no such person; nothing was kept")
                    .remedy("Check the identifier.");
        }
    }
}
