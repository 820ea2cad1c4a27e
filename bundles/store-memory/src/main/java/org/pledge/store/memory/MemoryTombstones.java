package org.pledge.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.spi.TombstoneStore;
import org.pledge.inquiry.InquiryService.Inquiry;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.Removal;

/** Tombstones of people's keys in the maps of {@link Tables}. */
interface MemoryTombstones extends TombstoneStore {
    /** Where it is kept. */
    Tables tables();

    /** A tombstone, and whether it waits for the audit log. */
    record Kept(Tombstone tombstone, boolean unrecorded) {}

    @Override
    default void put(Tombstone tombstone) {
        Tables.Key<String> key = new Tables.Key<>(tombstone.tenant(), tombstone.token());
        Optional<Kept> there = tables().get(tables().tombstones, key);
        if (there.map(Kept::tombstone)
                .map(Tombstone::kind)
                .filter(Kind.ENDED::equals)
                .isEmpty()) {
            boolean unrecorded = there.map(Kept::unrecorded).orElse(false);
            tables().put(tables().tombstones, key, new Kept(tombstone, unrecorded));
        }
    }

    @Override
    default List<Tombstone> tombstones(Optional<Tombstone> after, int limit) {
        Comparator<Tombstone> order =
                Comparator.comparing((Tombstone each) -> each.tenant().value()).thenComparing(Tombstone::token);
        return tables().all(tables().tombstones)
                .map(Kept::tombstone)
                .filter(each -> after.isEmpty() || order.compare(each, after.get()) > 0)
                .sorted(order)
                .limit(limit)
                .toList();
    }

    @Override
    default List<Owner> owners(Optional<Owner> after, int limit) {
        tables().unit();
        Comparator<Owner> order =
                Comparator.comparing((Owner each) -> each.tenant().value()).thenComparing(Owner::id, Tables.AS_BYTES);
        return Stream.concat(tables().subjectKeys.keySet().stream(), tables().people.keySet().stream())
                .map(key -> new Owner(key.tenant(), key.id().toUuid(), Optional.empty(), erased(key)))
                .distinct()
                .filter(each -> after.isEmpty() || order.compare(each, after.get()) > 0)
                .sorted(order)
                .limit(limit)
                .toList();
    }

    private boolean erased(Tables.Key<SubjectId> key) {
        return tables().get(tables().marks, key).orElse(Set.of()).contains(Mark.ERASED);
    }

    @Override
    default void removeRestored(Owner owner, Tombstone tombstone) {
        SubjectId id = SubjectId.of(owner.id());
        tables().remove(tables().people, new Tables.Key<>(owner.tenant(), id));
        tables().fields.keySet().stream()
                .filter(field ->
                        field.tenant().equals(owner.tenant()) && field.person().equals(id))
                .toList()
                .forEach(field -> tables().remove(tables().fields, field));
        tables().remove(tables().subjectKeys, new Tables.Key<>(owner.tenant(), id));
        inquiries(owner).forEach(row -> tables().remove(tables().inquiries, row.getKey()));
        tables().authorisations.entrySet().stream()
                .filter(row -> row.getKey().tenant().equals(owner.tenant())
                        && row.getValue().child().equals(id))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(key -> tables().remove(tables().authorisations, key));
        removeRows(owner);
        keepUnrecorded(tombstone);
    }

    private List<Map.Entry<Tables.Key<UUID>, Inquiry>> inquiries(Owner owner) {
        return tables().inquiries.entrySet().stream()
                .filter(row -> row.getKey().tenant().equals(owner.tenant())
                        && row.getValue().subject().toUuid().equals(owner.id()))
                .toList();
    }

    private void closeInquiry(Tables.Key<UUID> key, Inquiry open, Instant closed) {
        Inquiry changed = new Inquiry(
                open.id(),
                open.tenant(),
                open.subject(),
                open.opened(),
                open.openedBy(),
                Optional.of(closed),
                Optional.of("system"));
        tables().put(tables().inquiries, key, changed);
    }

    private void removeRows(Owner owner) {
        SubjectId person = SubjectId.of(owner.id());
        tables().passes.entrySet().stream()
                .filter(row -> row.getKey().tenant().equals(owner.tenant())
                        && row.getValue().person().equals(person))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(key -> tables().remove(tables().passes, key));
    }

    private void keepUnrecorded(Tombstone tombstone) {
        tables().put(
                        tables().tombstones,
                        new Tables.Key<>(tombstone.tenant(), tombstone.token()),
                        new Kept(tombstone, true));
    }

    @Override
    default Map<String, byte[]> sealed(Owner owner) {
        tables().unit();
        return tables().fields.entrySet().stream()
                .filter(field -> of(owner, field.getKey()))
                .collect(Collectors.toMap(field -> field.getKey().category(), Map.Entry::getValue));
    }

    private static boolean of(Owner owner, Tables.Field field) {
        return field.tenant().equals(owner.tenant()) && field.person().toUuid().equals(owner.id());
    }

    @Override
    default void reduceRestored(Owner owner, Tombstone tombstone, Map<String, byte[]> kept) {
        SubjectId id = SubjectId.of(owner.id());
        tables().fields.keySet().stream()
                .filter(field -> of(owner, field) && !kept.containsKey(field.category()))
                .toList()
                .forEach(field -> tables().remove(tables().fields, field));
        kept.forEach(
                (field, bytes) -> tables().put(tables().fields, new Tables.Field(owner.tenant(), id, field), bytes));
        addRemoval(tombstone, id);
        tables().put(tables().marks, new Tables.Key<>(owner.tenant(), id), Set.of(Mark.ERASED));
        inquiries(owner).stream()
                .filter(row -> row.getValue().isOpen())
                .toList()
                .forEach(row -> closeInquiry(row.getKey(), row.getValue(), tombstone.destroyed()));
        removeRows(owner);
        keepUnrecorded(tombstone);
    }

    private void addRemoval(Tombstone tombstone, SubjectId person) {
        Tables.Key<SubjectId> key = new Tables.Key<>(tombstone.tenant(), person);
        Removal removal = new Removal(tombstone.tenant(), person, tombstone.destroyed(), 1, Set.of(), tombstone.kept());
        tables().put(tables().removals, key, List.of(removal));
    }

    @Override
    default List<Tombstone> unrecorded(int limit, Set<TenantId> without) {
        return tables().all(tables().tombstones)
                .filter(Kept::unrecorded)
                .map(Kept::tombstone)
                .filter(each -> !without.contains(each.tenant()))
                .limit(limit)
                .toList();
    }

    @Override
    default void recorded(Tombstone tombstone) {
        tables().put(
                        tables().tombstones,
                        new Tables.Key<>(tombstone.tenant(), tombstone.token()),
                        new Kept(tombstone, false));
    }
}
