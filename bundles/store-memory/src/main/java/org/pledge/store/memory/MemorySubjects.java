package org.pledge.store.memory;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.subject.spi.SubjectStore;

/** Accounts and people in the maps of {@link Tables}. */
interface MemorySubjects extends SubjectStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default void addAccount(StoredAccount account) {
        Tables.Key<SubjectId> key = new Tables.Key<>(account.tenant(), account.id());
        Tables.check(tables().get(tables().accounts, key).isEmpty(), "the account exists");
        tables().put(tables().accounts, key, atVersion(account, 1));
    }

    @Override
    default Optional<StoredAccount> account(TenantId tenant, SubjectId id) {
        return tables().get(tables().accounts, new Tables.Key<>(tenant, id));
    }

    @Override
    default List<StoredAccount> accounts(TenantId tenant, Optional<SubjectId> after, int limit) {
        return tables().all(tables().accounts)
                .filter(account -> account.tenant().equals(tenant))
                .filter(account -> after.isEmpty() || account.id().compareTo(after.get()) > 0)
                .sorted(Comparator.comparing(StoredAccount::id))
                .limit(limit)
                .toList();
    }

    @Override
    default boolean touchAccount(TenantId tenant, SubjectId id, long expectedVersion) {
        Optional<StoredAccount> account = account(tenant, id).filter(present -> present.version() == expectedVersion);
        account.ifPresent(present ->
                tables().put(tables().accounts, new Tables.Key<>(tenant, id), atVersion(present, expectedVersion + 1)));
        return account.isPresent();
    }

    private static StoredAccount atVersion(StoredAccount account, long version) {
        return new StoredAccount(
                account.tenant(), account.id(), account.tier(), account.holder(), account.jurisdiction(), version);
    }

    @Override
    default boolean removeAccount(TenantId tenant, SubjectId id) {
        Tables.check(people(tenant, id).isEmpty(), "the account still has people");
        return tables().remove(tables().accounts, new Tables.Key<>(tenant, id));
    }

    @Override
    default void addPerson(StoredPerson person) {
        Tables.Key<SubjectId> key = new Tables.Key<>(person.tenant(), person.id());
        Tables.check(tables().get(tables().people, key).isEmpty(), "the person exists");
        Tables.check(account(person.tenant(), person.account()).isPresent(), "the person's account does not exist");
        tables().put(tables().people, key, person);
    }

    @Override
    default void setRoles(TenantId tenant, SubjectId person, Set<String> roles) {
        Optional<StoredPerson> stored = person(tenant, person);
        Tables.check(stored.isPresent(), "the person does not exist");
        StoredPerson before = stored.get();
        tables().put(
                        tables().people,
                        new Tables.Key<>(tenant, person),
                        new StoredPerson(tenant, person, before.account(), roles, before.ordinal()));
    }

    @Override
    default Optional<StoredPerson> person(TenantId tenant, SubjectId id) {
        return tables().get(tables().people, new Tables.Key<>(tenant, id));
    }

    @Override
    default List<StoredPerson> people(TenantId tenant, SubjectId account) {
        return tables().all(tables().people)
                .filter(person ->
                        person.tenant().equals(tenant) && person.account().equals(account))
                .sorted(Comparator.comparing(StoredPerson::ordinal).thenComparing(StoredPerson::id))
                .toList();
    }

    @Override
    default boolean removePerson(TenantId tenant, SubjectId id) {
        fields(tenant, id).keySet().forEach(category -> removeField(tenant, id, category));
        return tables().remove(tables().people, new Tables.Key<>(tenant, id));
    }

    @Override
    default void putField(TenantId tenant, SubjectId person, String category, byte[] sealed) {
        Tables.check(person(tenant, person).isPresent(), "the person does not exist");
        tables().put(tables().fields, new Tables.Field(tenant, person, category), sealed.clone());
    }

    @Override
    default void removeField(TenantId tenant, SubjectId person, String category) {
        tables().remove(tables().fields, new Tables.Field(tenant, person, category));
    }

    @Override
    default Map<String, byte[]> fields(TenantId tenant, SubjectId person) {
        tables().unit();
        return tables().fields.entrySet().stream()
                .filter(entry -> entry.getKey().person().equals(person)
                        && entry.getKey().tenant().equals(tenant))
                .collect(Collectors.toMap(
                        entry -> entry.getKey().category(),
                        entry -> entry.getValue().clone(),
                        (first, second) -> first,
                        TreeMap::new));
    }
}
