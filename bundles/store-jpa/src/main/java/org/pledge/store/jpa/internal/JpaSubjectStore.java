package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Dialect;
import org.pledge.database.Names;
import org.pledge.database.RowId;
import org.pledge.database.Work;
import org.pledge.subject.SubjectService.Lasting;
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
    private static final String KNOWS =
            """
            select 1 from person p where p.tenant = ? and p.id = ? and not exists (
                select 1 from person_mark m
                where m.tenant = p.tenant and m.person = p.id and m.mark = 'ERASED')
            """;
    private static final String ALL_KNOWN =
            """
            select p.id from person p where p.tenant = ? and p.id = any (?::uuid[]) and not exists (
                select 1 from person_mark m
                where m.tenant = p.tenant and m.person = p.id and m.mark = 'ERASED')
            """;
    private static final String MARK = "insert into person_mark (tenant, person, mark) values (?, ?, ?)";
    private static final String MARKS = "select mark from person_mark where tenant = ? and person = ?";
    private static final String ADD_REMOVAL =
            "insert into person_removal (tenant, person, happened, policy_version, fields, kept, hashed)"
                    + " values (?, ?, ?, ?, ?, ?, ?)";
    private static final String REMOVALS =
            "select * from person_removal where tenant = ? and person = ? order by happened";
    private static final String MARKED =
            """
            select p.id from person p join person_mark m on m.tenant = p.tenant and m.person = p.id
            where p.tenant = ? and p.account = ? and m.mark = ?
            """;
    private static final String REMOVE_MARKS = "delete from person_mark where tenant = ? and person = ?";
    private static final String UNMARK = REMOVE_MARKS + " and mark = ?";
    private static final String REMOVE_PERSON = "delete from PersonEntity p where p.key.tenant = ?1 and p.key.id = ?2";
    private static final String FIELDS = "select f from FieldEntity f where f.key.tenant = ?1 and f.key.person = ?2";
    private static final String FIELDS_IN_USE = FIELDS + " and f.ended = false";
    private static final String REMOVE_FIELD =
            "delete from FieldEntity f where f.key.tenant = ?1 and f.key.person = ?2 and f.key.category = ?3";
    private static final String REMOVE_FIELDS =
            "delete from FieldEntity f where f.key.tenant = ?1 and f.key.person = ?2";
    private static final String REMOVE_TOKENS = "delete from person_token where tenant = ? and person = ?";
    private static final String REMOVE_TOKENS_OF = REMOVE_TOKENS + " and category = ?";
    private static final String ADD_TOKEN =
            "insert into person_token (tenant, person, category, token) values (?, ?, ?, ?)";
    private static final String HAVING = "select distinct person from person_token where tenant = ? and token = ?";
    private static final String TOKENS_ALONE =
            """
            select t.category, t.token from person_token t where t.tenant = ? and t.person = ? and not exists (
                select 1 from person_token o
                where o.tenant = t.tenant and o.token = t.token and o.person <> t.person)
            """;
    private static final String KEEP_TOKEN =
            "insert into kept_token (tenant, token, jurisdiction, channel, since) values (?, ?, ?, ?, ?)";
    private static final String RETURNED =
            """
            select t.person, k.jurisdiction, k.channel, not exists (
                    select 1 from person_token o
                    where o.tenant = t.tenant and o.token = t.token and o.person <> t.person) as alone
            from kept_token k join person_token t on t.tenant = k.tenant and t.token = k.token
            where k.tenant = ? and t.person in (
                select distinct p.person
                from kept_token q join person_token p on p.tenant = q.tenant and p.token = q.token
                where q.tenant = ? and p.person > ?
                order by p.person limit ?)
            order by t.person, k.since, k.token
            """;
    private static final String FORGET_TOKENS =
            """
            delete from kept_token where tenant = ? and token in (
                select t.token from person_token t where t.tenant = ? and t.person = ?)
            """;
    private static final String KEPT_TOKENS =
            "select count(*) as hashes, min(since) as oldest from kept_token where tenant = ?";
    private static final String LOOKED = "select looked from kept_token_look where tenant = ?";
    private static final String LOOK_AGAIN = "update kept_token_look set looked = ? where tenant = ?";
    private static final String LOOK_FIRST = "insert into kept_token_look (looked, tenant) values (?, ?)";
    private static final UUID FIRST = new UUID(0, 0);

    private static final String LOCK_ACCOUNT = "select 1 from account where tenant = ? and id = ? for update";
    private static final String INDEXED = "select * from person_index where tenant = ?";
    private static final String MOVE_INDEX =
            "update person_index set categories = ?, up_to = ?, complete = ? where tenant = ?";
    private static final String BEGIN_INDEX =
            "insert into person_index (categories, up_to, complete, tenant) values (?, ?, ?, ?)";

    private static final String STAMP =
            "update person_field set since = ?, ended = false where tenant = ? and person = ? and category = ?";
    private static final String SET_BACK =
            "update person_field set since = ? where tenant = ? and category = ? and since > ?";
    private static final String HELD_SINCE =
            """
            select person from person_field where tenant = ? and category = ? and since <= ?
            order by since, person limit ?
            """;

    private static final String END_FIELD =
            "update person_field set ended = true where tenant = ? and person = ? and category = ?";
    private static final String ENDED =
            """
            select person, category from person_field where tenant = ? and ended = true
            order by person, category limit ?
            """;
    private static final String ENDED_AFTER =
            """
            select person, category from person_field where tenant = ? and ended = true
                and (person > ? or person = ? and category > ?)
            order by person, category limit ?
            """;

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

    /** H2 looks through all of an array for each row. */
    @Override
    public Set<SubjectId> known(TenantId tenant, Set<SubjectId> ids) {
        if (ids.size() < 2 || work().dialect() == Dialect.H2) {
            return SubjectStore.super.known(tenant, ids);
        }
        String[] all = ids.stream().map(id -> id.toUuid().toString()).toArray(String[]::new);
        return Set.copyOf(work().query(row -> SubjectId.of(row.getObject(1, UUID.class)), ALL_KNOWN, tenant, all));
    }

    @Override
    public void addRemoval(Removal removal) {
        work().update(
                        ADD_REMOVAL,
                        removal.tenant(),
                        removal.person(),
                        removal.at(),
                        removal.policyVersion(),
                        Names.join(removal.fields()),
                        Names.join(removal.kept()),
                        Names.join(removal.hashed()));
    }

    @Override
    public List<Removal> removals(TenantId tenant, SubjectId person) {
        return work().query(
                        row -> new Removal(
                                tenant,
                                person,
                                Work.instant(row, "happened"),
                                row.getInt("policy_version"),
                                Names.set(row.getString("fields")),
                                Names.set(row.getString("kept")),
                                Names.set(row.getString("hashed"))),
                        REMOVALS,
                        tenant,
                        person);
    }

    @Override
    public void mark(TenantId tenant, SubjectId person, Mark mark) {
        if (person(tenant, person).isEmpty()) {
            throw new IllegalStateException("the person does not exist");
        }
        work().insertIfAbsent(MARK, tenant, person, mark);
    }

    @Override
    public void unmark(TenantId tenant, SubjectId person, Mark mark) {
        work().update(UNMARK, tenant, person, mark);
    }

    @Override
    public Set<Mark> marks(TenantId tenant, SubjectId person) {
        return Set.copyOf(work().query(row -> Mark.valueOf(row.getString("mark")), MARKS, tenant, person));
    }

    @Override
    public Set<SubjectId> marked(TenantId tenant, SubjectId account, Mark mark) {
        return Set.copyOf(
                work().query(row -> SubjectId.of(row.getObject("id", UUID.class)), MARKED, tenant, account, mark));
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
        work().update(REMOVE_TOKENS, tenant, id);
        work().update(REMOVE_MARKS, tenant, id);
        return work().change(REMOVE_PERSON, tenant.value(), id.toUuid()) == 1;
    }

    @Override
    public void putField(TenantId tenant, SubjectId person, String category, byte[] sealed) {
        work().put(FieldEntity.from(FieldId.of(tenant, person, category), sealed));
    }

    @Override
    public void removeField(TenantId tenant, SubjectId person, String category) {
        work().change(REMOVE_FIELD, tenant.value(), person.toUuid(), category);
        work().update(REMOVE_TOKENS_OF, tenant, person, category);
    }

    @Override
    public Map<String, byte[]> fields(TenantId tenant, SubjectId person) {
        return fields(FIELDS, tenant, person);
    }

    @Override
    public Map<String, byte[]> fieldsInUse(TenantId tenant, SubjectId person) {
        return fields(FIELDS_IN_USE, tenant, person);
    }

    private Map<String, byte[]> fields(String query, TenantId tenant, SubjectId person) {
        Map<String, byte[]> fields = new TreeMap<>();
        work().list(FieldEntity.class, query, tenant.value(), person.toUuid())
                .forEach(field -> fields.put(field.category(), field.sealed()));
        return fields;
    }

    @Override
    public void putTokens(TenantId tenant, SubjectId person, String category, List<byte[]> tokens) {
        work().update(REMOVE_TOKENS_OF, tenant, person, category);
        tokens.forEach(token -> work().insertIfAbsent(ADD_TOKEN, tenant, person, category, token));
    }

    @Override
    public Set<SubjectId> having(TenantId tenant, byte[] token) {
        return Set.copyOf(
                work().query(row -> SubjectId.of(row.getObject("person", UUID.class)), HAVING, tenant, token));
    }

    private record Token(String category, byte[] hash) {}

    @Override
    public Set<String> keepTokens(
            TenantId tenant, SubjectId person, Set<String> categories, Lasting lasting, Instant at) {
        List<Token> alone = work()
                .query(row -> new Token(row.getString("category"), row.getBytes("token")), TOKENS_ALONE, tenant, person)
                .stream()
                .filter(token -> categories.contains(token.category()))
                .toList();
        alone.forEach(token ->
                work().insertIfAbsent(KEEP_TOKEN, tenant, token.hash(), lasting.jurisdiction(), lasting.channel(), at));
        return alone.stream().map(Token::category).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public List<Returned> returned(TenantId tenant, Optional<SubjectId> after, int limit) {
        Map<SubjectId, Returned> found = new LinkedHashMap<>();
        work().query(
                        JpaSubjectStore::returned,
                        RETURNED,
                        tenant,
                        tenant,
                        after.map(SubjectId::toUuid).orElse(FIRST),
                        limit)
                .forEach(one -> found.merge(
                        one.person(),
                        one,
                        (first, next) -> new Returned(first.person(), first.lasting(), first.alone() || next.alone())));
        return List.copyOf(found.values());
    }

    private static Returned returned(ResultSet row) throws SQLException {
        return new Returned(
                SubjectId.of(row.getObject("person", UUID.class)),
                new Lasting(row.getString("jurisdiction"), row.getString("channel")),
                row.getBoolean("alone"));
    }

    @Override
    public int forgetTokens(TenantId tenant, SubjectId person) {
        return work().update(FORGET_TOKENS, tenant, tenant, person);
    }

    @Override
    public KeptTokens keptTokens(TenantId tenant) {
        Optional<Instant> looked = work().queryOne(row -> Work.instant(row, "looked"), LOOKED, tenant);
        return work().queryOne(row -> new KeptTokens(row.getLong("hashes"), oldest(row), looked), KEPT_TOKENS, tenant)
                .orElseThrow();
    }

    private static Optional<Instant> oldest(ResultSet row) throws SQLException {
        return row.getLong("hashes") == 0 ? Optional.empty() : Optional.of(Work.instant(row, "oldest"));
    }

    @Override
    public void putLooked(TenantId tenant, Instant at) {
        if (work().update(LOOK_AGAIN, at, tenant) == 0 && !work().insertIfAbsent(LOOK_FIRST, at, tenant)) {
            work().update(LOOK_AGAIN, at, tenant);
        }
    }

    @Override
    public boolean lockAccount(TenantId tenant, SubjectId id) {
        return work().queryOne(row -> true, LOCK_ACCOUNT, tenant, id).isPresent();
    }

    @Override
    public Optional<Indexed> indexed(TenantId tenant) {
        return work().queryOne(
                        row -> new Indexed(
                                tenant,
                                Names.set(row.getString("categories")),
                                Optional.ofNullable(row.getObject("up_to", UUID.class))
                                        .map(SubjectId::of),
                                row.getBoolean("complete")),
                        INDEXED,
                        tenant);
    }

    @Override
    public void putIndexed(Indexed indexed) {
        Object[] columns = {Names.join(indexed.categories()), indexed.upTo(), indexed.complete(), indexed.tenant()};
        if (work().update(MOVE_INDEX, columns) == 0 && !work().insertIfAbsent(BEGIN_INDEX, columns)) {
            work().update(MOVE_INDEX, columns);
        }
    }

    @Override
    public void stampField(TenantId tenant, SubjectId person, String category, Instant since) {
        work().update(STAMP, since, tenant, person, category);
    }

    @Override
    public List<SubjectId> heldSince(
            TenantId tenant, String category, Instant before, Instant now, Set<SubjectId> except, int limit) {
        work().update(SET_BACK, now, tenant, category, now);
        return work()
                .query(
                        row -> SubjectId.of(row.getObject("person", UUID.class)),
                        HELD_SINCE,
                        tenant,
                        category,
                        before,
                        limit + except.size())
                .stream()
                .filter(person -> !except.contains(person))
                .limit(limit)
                .toList();
    }

    @Override
    public void endField(TenantId tenant, SubjectId person, String category) {
        work().update(END_FIELD, tenant, person, category);
    }

    @Override
    public List<EndedField> endedFields(TenantId tenant, Optional<EndedField> after, int limit) {
        return after.isEmpty()
                ? work().query(JpaSubjectStore::ended, ENDED, tenant, limit)
                : work().query(
                                JpaSubjectStore::ended,
                                ENDED_AFTER,
                                tenant,
                                after.get().person(),
                                after.get().person(),
                                after.get().category(),
                                limit);
    }

    private static EndedField ended(ResultSet row) throws SQLException {
        return new EndedField(SubjectId.of(row.getObject("person", UUID.class)), row.getString("category"));
    }

    private Work work() {
        return transactions.current();
    }
}
