package org.pledge.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.spi.RequestStore;

/** Requests in the maps of {@link Tables}. */
interface MemoryRequests extends RequestStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default void putRequest(Request request) {
        tables().put(tables().requests, new Tables.Key<>(request.tenant(), request.id()), request);
    }

    @Override
    default Optional<Request> request(TenantId tenant, UUID id) {
        return tables().get(tables().requests, new Tables.Key<>(tenant, id));
    }

    @Override
    default Optional<Request> lockRequest(TenantId tenant, UUID id) {
        return request(tenant, id);
    }

    private Stream<Request> of(TenantId tenant) {
        return tables().all(tables().requests).filter(one -> one.tenant().equals(tenant));
    }

    @Override
    default List<Request> requestsOf(TenantId tenant, SubjectId subject) {
        return of(tenant)
                .filter(one -> one.subject().equals(subject))
                .sorted(Comparator.comparing(Request::received).thenComparing(Request::id, Tables.AS_BYTES))
                .toList();
    }

    private Stream<Request> byDeadline(TenantId tenant) {
        return of(tenant)
                .filter(one -> !one.state().closed())
                .sorted(Comparator.comparing((Request one) -> one.deadlines().next())
                        .thenComparing(Request::id, Tables.AS_BYTES));
    }

    @Override
    default List<Request> requestsDue(TenantId tenant, Instant before, int limit) {
        return byDeadline(tenant)
                .filter(one -> one.deadlines().next().isBefore(before))
                .limit(limit)
                .toList();
    }

    @Override
    default List<Request> lockNewlyDue(TenantId tenant, Instant now, int limit) {
        return byDeadline(tenant)
                .filter(one -> !one.deadlines().next().isAfter(now))
                .filter(one -> one.deadlines()
                        .escalated()
                        .map(at -> at.isBefore(one.deadlines().next()))
                        .orElse(true))
                .limit(limit)
                .toList();
    }

    @Override
    default List<Request> carriedOut(TenantId tenant, Optional<UUID> after, int limit) {
        return of(tenant)
                .filter(one -> !one.state().closed() && one.carriedOut().isPresent())
                .filter(one -> after.map(id -> Tables.AS_BYTES.compare(one.id(), id) > 0)
                        .orElse(true))
                .sorted(Comparator.comparing(Request::id, Tables.AS_BYTES))
                .limit(limit)
                .toList();
    }

    @Override
    default void putCodes(CodeState codes) {
        tables().put(tables().codes, new Tables.Key<>(codes.tenant(), codes.request()), codes);
    }

    @Override
    default Optional<CodeState> codes(TenantId tenant, UUID request) {
        return tables().get(tables().codes, new Tables.Key<>(tenant, request));
    }

    @Override
    default void removeCodes(TenantId tenant, UUID request) {
        tables().remove(tables().codes, new Tables.Key<>(tenant, request));
    }
}
