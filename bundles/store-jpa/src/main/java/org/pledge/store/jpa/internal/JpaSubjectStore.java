package org.pledge.store.jpa.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Names;
import org.pledge.database.RowId;
import org.pledge.database.Work;
import org.pledge.subject.spi.SubjectStore;

/** Keeps accounts, people and their sealed fields. */
@Component
public final class JpaSubjectStore implements SubjectStore {
    private static final String ACCOUNTS = "select a from AccountEntity a where a.key.tenant = ?1 order by a.key.id";
    private static final String ACCOUNTS_AFTER =
            "select a from AccountEntity a where a.key.tenant = ?1 and a.key.id > ?2 order by a.key.id";
    private static final String TOUCH = // SQL, as EclipseLink adds its own increment to a JPQL update of a version
            "update account set version = version + 1 where tenant = ? and id = ? and version = ?";
    private static final String REMOVE_ACCOUNT =
            "delete from AccountEntity a where a.key.tenant = ?1 and a.key.id = ?2";
    private static final String SET_ROLES =
            "update PersonEntity p set p.roles = ?3 where p.key.tenant = ?1 and p.key.id = ?2";
    private static final String PEOPLE =
            "select p from PersonEntity p where p.key.tenant = ?1 and p.account = ?2 order by p.ordinal, p.key.id";
    private static final String KNOWS = "select 1 from person where tenant = ? and id = ?";
    private static final String REMOVE_PERSON = "delete from PersonEntity p where p.key.tenant = ?1 and p.key.id = ?2";
    private static final String FIELDS = "select f from FieldEntity f where f.key.tenant = ?1 and f.key.person = ?2";
    private static final String REMOVE_FIELD =
            "delete from FieldEntity f where f.key.tenant = ?1 and f.key.person = ?2 and f.key.category = ?3";
    private static final String REMOVE_FIELDS =
            "delete from FieldEntity f where f.key.tenant = ?1 and f.key.person = ?2";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaSubjectStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void addAccount(StoredAccount account) {
        work().add(AccountEntity.from(account));
    }

    @Override
    public Optional<StoredAccount> account(TenantId tenant, SubjectId id) {
        return work().find(AccountEntity.class, RowId.of(tenant, id.toUuid())).map(AccountEntity::toValue);
    }

    @Override
    public List<StoredAccount> accounts(TenantId tenant, Optional<SubjectId> after, int limit) {
        List<AccountEntity> found = after.isEmpty()
                ? work().page(AccountEntity.class, limit, ACCOUNTS, tenant.value())
                : work().page(
                                AccountEntity.class,
                                limit,
                                ACCOUNTS_AFTER,
                                tenant.value(),
                                after.get().toUuid());
        return found.stream().map(AccountEntity::toValue).toList();
    }

    @Override
    public boolean touchAccount(TenantId tenant, SubjectId id, long expectedVersion) {
        return work().update(TOUCH, tenant, id, expectedVersion) == 1;
    }

    @Override
    public boolean removeAccount(TenantId tenant, SubjectId id) {
        if (!people(tenant, id).isEmpty()) {
            throw new IllegalStateException("the account still has people");
        }
        return work().change(REMOVE_ACCOUNT, tenant.value(), id.toUuid()) == 1;
    }

    @Override
    public void addPerson(StoredPerson person) {
        work().add(PersonEntity.from(person));
    }

    @Override
    public void setRoles(TenantId tenant, SubjectId person, Set<String> roles) {
        if (work().change(SET_ROLES, tenant.value(), person.toUuid(), Names.join(roles)) == 0) {
            throw new IllegalStateException("the person does not exist");
        }
    }

    @Override
    public Optional<StoredPerson> person(TenantId tenant, SubjectId id) {
        return work().find(PersonEntity.class, RowId.of(tenant, id.toUuid())).map(PersonEntity::toValue);
    }

    /** In plain SQL, as every change of consent passes here. */
    @Override
    public boolean knows(TenantId tenant, SubjectId id) {
        return work().queryOne(row -> true, KNOWS, tenant, id).isPresent();
    }

    @Override
    public List<StoredPerson> people(TenantId tenant, SubjectId account) {
        return work().list(PersonEntity.class, PEOPLE, tenant.value(), account.toUuid()).stream()
                .map(PersonEntity::toValue)
                .toList();
    }

    @Override
    public boolean removePerson(TenantId tenant, SubjectId id) {
        work().change(REMOVE_FIELDS, tenant.value(), id.toUuid());
        return work().change(REMOVE_PERSON, tenant.value(), id.toUuid()) == 1;
    }

    @Override
    public void putField(TenantId tenant, SubjectId person, String category, byte[] sealed) {
        work().put(FieldEntity.from(FieldId.of(tenant, person, category), sealed));
    }

    @Override
    public void removeField(TenantId tenant, SubjectId person, String category) {
        work().change(REMOVE_FIELD, tenant.value(), person.toUuid(), category);
    }

    @Override
    public Map<String, byte[]> fields(TenantId tenant, SubjectId person) {
        Map<String, byte[]> fields = new TreeMap<>();
        work().list(FieldEntity.class, FIELDS, tenant.value(), person.toUuid())
                .forEach(field -> fields.put(field.category(), field.sealed()));
        return fields;
    }

    private Work work() {
        return transactions.current();
    }
}
