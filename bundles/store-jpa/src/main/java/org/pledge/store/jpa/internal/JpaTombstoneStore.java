package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.spi.TombstoneStore;
import org.pledge.database.TombstoneRows;
import org.pledge.database.Work;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.Removal;

/** Keeps tombstones of people's keys, and removes people who came back. */
@Component(property = "unit=pledge")
public final class JpaTombstoneStore implements TombstoneStore {
    private static final String OWNERS =
            """
            select tenant, id, exists (select 1 from person_mark
                where person_mark.tenant = owner.tenant and person_mark.person = owner.id and person_mark.mark = 'ERASED')
            from (
                select tenant, subject as id from subject_key union select tenant, id from person
            ) as owner
            where tenant > ? or tenant = ? and id > ?
            order by tenant, id limit ?
            """;
    private static final String ACCOUNT = "select account from person where tenant = ? and id = ?";
    private static final String REMOVE_EMPTY_ACCOUNT =
            """
            delete from account where tenant = ? and id = ?
            and not exists (select 1 from person where person.tenant = account.tenant and person.account = account.id)
            """;
    private static final String REMOVE_KEY = "delete from subject_key where tenant = ? and subject = ?";
    private static final String REMOVE_AUTHORISATIONS =
            "delete from guardian_authorisation where tenant = ? and child = ?";
    private static final String REMOVE_INQUIRIES = "delete from inquiry where tenant = ? and subject = ?";
    private static final String CLOSE_INQUIRIES =
            "update inquiry set closed = ?, closed_by = 'system' where tenant = ? and subject = ? and closed is null";
    /** Records of linked devices leave later, with the links' removal. */
    private static final List<String> REMOVE_ROWS = List.of(
            "delete from self_service_pass where tenant = ? and person = ?",
            "delete from email_change where tenant = ? and person = ?",
            "delete from own_login where tenant = ? and person = ?");

    private static final String POLICY_OF =
            "select coalesce(max(version), 1) from policy_version where tenant = ? and installed <= ?";
    private static final String REMOVE_FACTOR = "delete from second_factor where tenant = ? and sealed_under = ?";
    private static final String REMOVE_TOKENS = "delete from person_token where tenant = ? and person = ?";
    private static final UUID FIRST = new UUID(0, 0);

    private final JpaTransactions transactions;
    private final JpaSubjectStore subjects;
    private final JpaLinkStore links;

    /** Joins {@code transactions}. */
    @Activate
    public JpaTombstoneStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
        this.subjects = new JpaSubjectStore(transactions);
        this.links = new JpaLinkStore(transactions);
    }

    @Override
    public void put(Tombstone tombstone) {
        TombstoneRows.put(work(), tombstone);
    }

    @Override
    public List<Tombstone> tombstones(Optional<Tombstone> after, int limit) {
        return TombstoneRows.list(work(), after, limit);
    }

    @Override
    public List<Owner> owners(Optional<Owner> after, int limit) {
        String tenant = after.map(owner -> owner.tenant().value()).orElse("");
        UUID id = after.map(Owner::id).orElse(FIRST);
        return work().query(JpaTombstoneStore::owner, OWNERS, tenant, tenant, id, limit);
    }

    private static Owner owner(ResultSet row) throws SQLException {
        return new Owner(
                new TenantId(row.getString(1)), row.getObject(2, UUID.class), Optional.empty(), row.getBoolean(3));
    }

    @Override
    public void removeRestored(Owner owner, Tombstone tombstone) {
        Optional<UUID> account =
                work().queryOne(row -> row.getObject(1, UUID.class), ACCOUNT, owner.tenant(), owner.id());
        subjects.removePerson(owner.tenant(), SubjectId.of(owner.id()));
        account.ifPresent(id -> work().update(REMOVE_EMPTY_ACCOUNT, owner.tenant(), id));
        work().update(REMOVE_FACTOR, owner.tenant(), owner.id());
        work().update(REMOVE_KEY, owner.tenant(), owner.id());
        work().update(REMOVE_INQUIRIES, owner.tenant(), owner.id());
        work().update(REMOVE_AUTHORISATIONS, owner.tenant(), owner.id());
        removeRows(owner);
        TombstoneRows.putUnrecorded(work(), tombstone);
    }

    private void removeRows(Owner owner) {
        REMOVE_ROWS.forEach(sql -> work().update(sql, owner.tenant(), owner.id()));
        links.erase(owner.tenant(), SubjectId.of(owner.id()));
    }

    @Override
    public Map<String, byte[]> sealed(Owner owner) {
        return subjects.fields(owner.tenant(), SubjectId.of(owner.id()));
    }

    @Override
    public void reduceRestored(Owner owner, Tombstone tombstone, Map<String, byte[]> kept) {
        TenantId tenant = owner.tenant();
        SubjectId person = SubjectId.of(owner.id());
        Set<String> leaving = new HashSet<>(subjects.fields(tenant, person).keySet());
        leaving.removeAll(kept.keySet());
        leaving.forEach(field -> subjects.removeField(tenant, person, field));
        work().update(REMOVE_TOKENS, tenant, person);
        kept.forEach((field, value) -> subjects.putField(tenant, person, field, value));
        addRemoval(tombstone, person, leaving);
        subjects.setRoles(tenant, person, Set.of());
        subjects.mark(tenant, person, Mark.ERASED);
        work().update(CLOSE_INQUIRIES, tombstone.destroyed(), tenant, person);
        removeRows(owner);
        TombstoneRows.putUnrecorded(work(), tombstone);
    }

    /** So that what is kept of the person is found again, and leaves when the hold has ended. */
    private void addRemoval(Tombstone tombstone, SubjectId person, Set<String> leaving) {
        TenantId tenant = tombstone.tenant();
        Set<String> staying = new HashSet<>(tombstone.kept());
        staying.removeAll(leaving);
        links.links(tenant, person)
                .forEach(link ->
                        leaving.addAll(links.counts(tenant, person, link.id()).keySet()));
        leaving.removeAll(staying);
        int policy = work().queryOne(row -> row.getInt(1), POLICY_OF, tenant, tombstone.destroyed())
                .orElseThrow();
        if (subjects.removals(tenant, person).stream()
                .noneMatch(each -> each.at().equals(tombstone.destroyed()))) {
            subjects.addRemoval(new Removal(tenant, person, tombstone.destroyed(), policy, leaving, staying));
        }
    }

    @Override
    public List<Tombstone> unrecorded(int limit, Set<TenantId> without) {
        return TombstoneRows.unrecorded(work(), limit, without);
    }

    @Override
    public void recorded(Tombstone tombstone) {
        TombstoneRows.recorded(work(), tombstone);
    }

    private Work work() {
        return transactions.current();
    }
}
