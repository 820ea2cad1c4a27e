package org.pledge.sharing.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.store.Transactions;

/** Every partner in memory, with a number that rises at each change. */
@Component(service = PartnerTable.class)
public final class PartnerTable {
    private record Key(TenantId tenant, String name) {}

    private final Map<Key, Partner> partners = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong();

    /** Reads what is stored. */
    @Activate
    public PartnerTable(@Reference Transactions transactions, @Reference SharingStore store) {
        transactions.required(() -> store.partners()).forEach(this::put);
    }

    /** Takes a stored partner over, unless a later version of it is here. */
    void put(Partner partner) {
        partners.merge(
                new Key(partner.tenant(), partner.name()),
                partner,
                (present, next) -> next.version() < present.version() ? present : next);
        generation.incrementAndGet();
    }

    Optional<Partner> find(TenantId tenant, String name) {
        return Optional.ofNullable(partners.get(new Key(tenant, name)));
    }

    List<Partner> all() {
        return partners.values().stream()
                .sorted(Comparator.comparing(Partner::tenant).thenComparing(Partner::name))
                .toList();
    }

    /** Rises with every change; what was read before it rose may be out of date. */
    long generation() {
        return generation.get();
    }
}
