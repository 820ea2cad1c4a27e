package org.pledge.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.inquiry.InquiryService.Inquiry;
import org.pledge.inquiry.spi.InquiryStore;

/** Inquiries in the maps of {@link Tables}. */
interface MemoryInquiries extends InquiryStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default void putInquiry(Inquiry inquiry) {
        tables().put(tables().inquiries, new Tables.Key<>(inquiry.tenant(), inquiry.id()), inquiry);
    }

    @Override
    default Optional<Inquiry> inquiry(TenantId tenant, UUID id) {
        return tables().get(tables().inquiries, new Tables.Key<>(tenant, id));
    }

    @Override
    default List<Inquiry> inquiries(TenantId tenant, SubjectId subject) {
        return tables().all(tables().inquiries)
                .filter(one -> one.tenant().equals(tenant) && one.subject().equals(subject))
                .sorted(Comparator.comparing(Inquiry::opened).thenComparing(Inquiry::id, Tables.AS_BYTES))
                .toList();
    }

    private Stream<Inquiry> closedBefore(TenantId tenant, Instant before) {
        return tables().all(tables().inquiries)
                .filter(one -> one.tenant().equals(tenant)
                        && one.closed().filter(at -> !at.isAfter(before)).isPresent());
    }

    @Override
    default long countClosed(TenantId tenant, Instant before) {
        return closedBefore(tenant, before).count();
    }

    @Override
    default int removeClosed(TenantId tenant, Instant before, int limit) {
        List<Inquiry> old = closedBefore(tenant, before).limit(limit).toList();
        old.forEach(one -> tables().remove(tables().inquiries, new Tables.Key<>(tenant, one.id())));
        return old.size();
    }
}
