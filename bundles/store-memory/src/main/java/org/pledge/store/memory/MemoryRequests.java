package org.pledge.store.memory;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.answers.AnswerService;
import org.pledge.answers.AnswerService.Export;
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

    @Override
    default List<Request> lockRequests(TenantId tenant, UUID after, UUID last) {
        return of(tenant)
                .filter(one ->
                        Tables.AS_BYTES.compare(one.id(), after) > 0 && Tables.AS_BYTES.compare(one.id(), last) <= 0)
                .sorted(Comparator.comparing(Request::id, Tables.AS_BYTES))
                .toList();
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
    default List<Open> open(TenantId tenant, Instant now, Instant soon) {
        return byDeadline(tenant).collect(Collectors.groupingBy(Request::type)).entrySet().stream()
                .map(group -> {
                    long overdue = dueBy(group.getValue(), now);
                    return new Open(
                            group.getKey(),
                            group.getValue().size(),
                            overdue,
                            dueBy(group.getValue(), soon) - overdue,
                            group.getValue().stream()
                                    .map(Request::received)
                                    .min(Comparator.naturalOrder())
                                    .orElseThrow());
                })
                .toList();
    }

    private static long dueBy(List<Request> requests, Instant at) {
        return requests.stream()
                .filter(one -> !one.deadlines().next().isAfter(at))
                .count();
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

    @Override
    default CodeDay addToCodeDay(TenantId tenant, SubjectId subject, LocalDate day, CodeDay more) {
        Tables.Key<Tables.PersonDay> key = new Tables.Key<>(tenant, new Tables.PersonDay(subject, day));
        CodeDay before = tables().get(tables().codeDays, key).orElse(new CodeDay(0, 0));
        CodeDay after = new CodeDay(before.codes() + more.codes(), before.failures() + more.failures());
        tables().put(tables().codeDays, key, after);
        return after;
    }

    @Override
    default void removeCodeDays(TenantId tenant, LocalDate before) {
        List.copyOf(tables().codeDays.keySet()).stream()
                .filter(key -> key.tenant().equals(tenant) && key.id().day().isBefore(before))
                .forEach(key -> tables().remove(tables().codeDays, key));
    }

    @Override
    default void putExport(Export export) {
        tables().put(tables().exports, new Tables.Key<>(export.tenant(), export.request()), export);
    }

    @Override
    default Optional<Export> export(TenantId tenant, UUID request) {
        return tables().get(tables().exports, new Tables.Key<>(tenant, request));
    }

    @Override
    default List<Export> expiredExports(TenantId tenant, Instant now, int limit) {
        return tables().all(tables().exports)
                .filter(export -> export.tenant().equals(tenant) && export.state() == AnswerService.State.READY)
                .filter(export ->
                        export.expires().filter(at -> !at.isAfter(now)).isPresent())
                .sorted(Comparator.comparing((Export export) -> export.expires().orElseThrow())
                        .thenComparing(Export::request, Tables.AS_BYTES))
                .limit(limit)
                .toList();
    }
}
