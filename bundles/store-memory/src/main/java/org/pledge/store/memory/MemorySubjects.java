package org.pledge.store.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.subject.SubjectService.Lasting;
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
    default void addRemoval(Removal removal) {
        List<Removal> all = new ArrayList<>(removals(removal.tenant(), removal.person()));
        all.add(removal);
        tables().put(tables().removals, new Tables.Key<>(removal.tenant(), removal.person()), List.copyOf(all));
    }

    @Override
    default List<Removal> removals(TenantId tenant, SubjectId person) {
        return tables().get(tables().removals, new Tables.Key<>(tenant, person)).orElse(List.of());
    }

    @Override
    default void mark(TenantId tenant, SubjectId person, Mark mark) {
        Tables.check(person(tenant, person).isPresent(), "the person does not exist");
        Set<Mark> marks = EnumSet.of(mark);
        marks.addAll(marks(tenant, person));
        tables().put(tables().marks, new Tables.Key<>(tenant, person), Set.copyOf(marks));
    }

    @Override
    default void unmark(TenantId tenant, SubjectId person, Mark mark) {
        Set<Mark> marks = EnumSet.noneOf(Mark.class);
        marks.addAll(marks(tenant, person));
        if (marks.remove(mark)) {
            tables().put(tables().marks, new Tables.Key<>(tenant, person), Set.copyOf(marks));
        }
    }

    @Override
    default Set<Mark> marks(TenantId tenant, SubjectId person) {
        return tables().get(tables().marks, new Tables.Key<>(tenant, person)).orElse(Set.of());
    }

    @Override
    default Set<SubjectId> marked(TenantId tenant, SubjectId account, Mark mark) {
        return people(tenant, account).stream()
                .map(StoredPerson::id)
                .filter(person -> marks(tenant, person).contains(mark))
                .collect(Collectors.toUnmodifiableSet());
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
        removeTokens(field -> field.tenant().equals(tenant) && field.person().equals(id));
        tables().remove(tables().marks, new Tables.Key<>(tenant, id));
        return tables().remove(tables().people, new Tables.Key<>(tenant, id));
    }

    @Override
    default void putField(TenantId tenant, SubjectId person, String category, byte[] sealed) {
        Tables.check(person(tenant, person).isPresent(), "the person does not exist");
        tables().put(tables().fields, new Tables.Field(tenant, person, category), sealed.clone());
    }

    @Override
    default void removeField(TenantId tenant, SubjectId person, String category) {
        Tables.Field field = new Tables.Field(tenant, person, category);
        tables().remove(tables().fields, field);
        tables().remove(tables().fieldTimes, field);
        tables().remove(tables().endedFields, field);
        removeTokens(field::equals);
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

    @Override
    default Map<String, byte[]> fieldsInUse(TenantId tenant, SubjectId person) {
        Map<String, byte[]> fields = fields(tenant, person);
        fields.keySet()
                .removeIf(category -> tables().endedFields.containsKey(new Tables.Field(tenant, person, category)));
        return fields;
    }

    @Override
    default void stampField(TenantId tenant, SubjectId person, String category, Instant since) {
        Tables.Field field = new Tables.Field(tenant, person, category);
        if (tables().get(tables().fields, field).isPresent()) {
            tables().put(tables().fieldTimes, field, since);
            tables().remove(tables().endedFields, field);
        }
    }

    @Override
    default void endField(TenantId tenant, SubjectId person, String category) {
        Tables.Field field = new Tables.Field(tenant, person, category);
        if (tables().get(tables().fields, field).isPresent()) {
            tables().put(tables().endedFields, field, true);
        }
    }

    @Override
    default List<EndedField> endedFields(TenantId tenant, Optional<EndedField> after, int limit) {
        Comparator<EndedField> order = Comparator.comparing(EndedField::person).thenComparing(EndedField::category);
        tables().unit();
        return tables().endedFields.keySet().stream()
                .filter(field -> field.tenant().equals(tenant))
                .map(field -> new EndedField(field.person(), field.category()))
                .filter(field -> after.isEmpty() || order.compare(field, after.get()) > 0)
                .sorted(order)
                .limit(limit)
                .toList();
    }

    @Override
    default List<SubjectId> heldSince(
            TenantId tenant, String category, Instant before, Instant now, Set<SubjectId> except, int limit) {
        tables().unit();
        List<Map.Entry<Tables.Field, Instant>> all = tables().fieldTimes.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant)
                        && entry.getKey().category().equals(category))
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
        all.stream().filter(entry -> entry.getValue().isAfter(now)).forEach(entry -> tables().put(
                        tables().fieldTimes, entry.getKey(), now));
        return all.stream()
                .filter(entry -> !entry.getValue().isAfter(before))
                .filter(entry -> !except.contains(entry.getKey().person()))
                .sorted(Map.Entry.<Tables.Field, Instant>comparingByValue()
                        .thenComparing(entry -> entry.getKey().person()))
                .map(entry -> entry.getKey().person())
                .limit(limit)
                .toList();
    }

    private void removeTokens(Predicate<Tables.Field> of) {
        tables().unit();
        List.copyOf(tables().fieldTokens.keySet()).stream()
                .filter(token -> of.test(token.field()))
                .forEach(token -> tables().remove(tables().fieldTokens, token));
    }

    @Override
    default void putTokens(TenantId tenant, SubjectId person, String category, List<byte[]> tokens) {
        Tables.Field field = new Tables.Field(tenant, person, category);
        removeTokens(field::equals);
        tokens.forEach(token -> tables().put(
                        tables().fieldTokens,
                        new Tables.FieldToken(field, HexFormat.of().formatHex(token)),
                        person));
    }

    @Override
    default Set<SubjectId> having(TenantId tenant, byte[] token) {
        return holders(tenant, HexFormat.of().formatHex(token));
    }

    @Override
    default Set<String> keepTokens(
            TenantId tenant, SubjectId person, Set<String> categories, Lasting lasting, Instant at) {
        Set<String> kept = new TreeSet<>();
        List.copyOf(tables().fieldTokens.keySet()).stream()
                .filter(token -> token.field().tenant().equals(tenant)
                        && token.field().person().equals(person)
                        && categories.contains(token.field().category()))
                .filter(token -> holders(tenant, token.token()).equals(Set.of(person)))
                .forEach(token -> {
                    Tables.Key<String> key = new Tables.Key<>(tenant, token.token());
                    if (tables().get(tables().keptTokens, key).isEmpty()) {
                        tables().put(tables().keptTokens, key, new Tables.KeptToken(lasting, at));
                    }
                    kept.add(token.field().category());
                });
        return kept;
    }

    private Set<SubjectId> holders(TenantId tenant, String token) {
        tables().unit();
        return tables().fieldTokens.entrySet().stream()
                .filter(entry -> entry.getKey().field().tenant().equals(tenant)
                        && entry.getKey().token().equals(token))
                .map(Map.Entry::getValue)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    default List<Returned> returned(TenantId tenant, Optional<SubjectId> after, int limit) {
        tables().unit();
        return tables().keptTokens.keySet().stream()
                .filter(key -> key.tenant().equals(tenant))
                .flatMap(key -> holders(tenant, key.id()).stream())
                .distinct()
                .filter(person -> after.isEmpty() || person.compareTo(after.get()) > 0)
                .sorted()
                .limit(limit)
                .map(person -> returned(tenant, person))
                .toList();
    }

    private Returned returned(TenantId tenant, SubjectId person) {
        List<Map.Entry<Tables.Key<String>, Tables.KeptToken>> found = foundBy(tenant, person);
        return new Returned(
                person,
                found.get(0).getValue().lasting(),
                found.stream()
                        .anyMatch(kept -> holders(tenant, kept.getKey().id()).size() == 1));
    }

    private List<Map.Entry<Tables.Key<String>, Tables.KeptToken>> foundBy(TenantId tenant, SubjectId person) {
        tables().unit();
        return tables().keptTokens.entrySet().stream()
                .filter(kept -> kept.getKey().tenant().equals(tenant)
                        && holders(tenant, kept.getKey().id()).contains(person))
                .sorted(Comparator.comparing(kept -> kept.getValue().since()))
                .toList();
    }

    @Override
    default int forgetTokens(TenantId tenant, SubjectId person) {
        List<Map.Entry<Tables.Key<String>, Tables.KeptToken>> found = foundBy(tenant, person);
        found.forEach(kept -> tables().remove(tables().keptTokens, kept.getKey()));
        return found.size();
    }

    @Override
    default KeptTokens keptTokens(TenantId tenant) {
        tables().unit();
        List<Instant> since = tables().keptTokens.entrySet().stream()
                .filter(kept -> kept.getKey().tenant().equals(tenant))
                .map(kept -> kept.getValue().since())
                .sorted()
                .toList();
        return new KeptTokens(since.size(), since.stream().findFirst(), tables().get(tables().looks, tenant));
    }

    @Override
    default void putLooked(TenantId tenant, Instant at) {
        tables().put(tables().looks, tenant, at);
    }

    @Override
    default boolean lockAccount(TenantId tenant, SubjectId id) {
        return account(tenant, id).isPresent();
    }

    @Override
    default Optional<Indexed> indexed(TenantId tenant) {
        return tables().get(tables().indexes, tenant);
    }

    @Override
    default void putIndexed(Indexed indexed) {
        tables().put(tables().indexes, indexed.tenant(), indexed);
    }
}
