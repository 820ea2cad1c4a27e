package org.pledge.sharing.internal;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.subject.SubjectService;

/** Answers what a test says is held about people. */
final class FakeSubjects implements SubjectService {
    private final Map<SubjectId, Map<String, List<String>>> held = new ConcurrentHashMap<>();

    void hold(SubjectId subject, Map<String, List<String>> values) {
        held.put(subject, values);
    }

    @Override
    public Map<String, List<String>> values(TenantId tenant, SubjectId person, Set<String> categories) {
        Map<String, List<String>> values = new HashMap<>(held.getOrDefault(person, Map.of()));
        values.keySet().retainAll(categories);
        return values;
    }

    @Override
    public Account open(Caller caller, NewAccount account) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Account account(Caller caller, SubjectId account) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Page<Account> accounts(Caller caller, Optional<String> cursor, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Person person(Caller caller, SubjectId person, Optional<String> purpose) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Person themself(Caller caller, SubjectId person) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Account update(Caller caller, SubjectId person, Map<String, List<String>> fields, long expectedVersion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SubjectId addContact(
            Caller caller,
            SubjectId account,
            Set<String> roles,
            Optional<LocalDate> birthDate,
            Map<String, List<String>> fields,
            long expectedVersion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Account setRoles(Caller caller, SubjectId contact, Set<String> roles, long expectedVersion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeContact(Caller caller, SubjectId contact, long expectedVersion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close(Caller caller, SubjectId account, long expectedVersion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Erased erase(Caller caller, SubjectId person) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Erased erase(Caller caller, SubjectId person, Lasting lasting) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Erased end(Caller caller, SubjectId person, Set<String> fields) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, List<String>> ended(TenantId tenant, SubjectId person) {
        return Map.of();
    }

    @Override
    public void restrict(Caller caller, SubjectId person) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void lift(Caller caller, SubjectId person) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean restricted(TenantId tenant, SubjectId person) {
        return false;
    }

    @Override
    public Set<SubjectId> having(Caller caller, String category, String value) {
        throw new UnsupportedOperationException();
    }
}
