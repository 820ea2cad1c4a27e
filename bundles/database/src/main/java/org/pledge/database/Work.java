package org.pledge.database;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.persistence.EntityManager;
import javax.persistence.LockModeType;
import javax.persistence.PersistenceException;
import javax.persistence.Query;
import org.eclipse.persistence.exceptions.EclipseLinkException;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/**
 * One transaction: entities and plain SQL on the same connection. Every write reaches the database at once and no
 * entity outlives the call that read it, so that both always see the same data.
 */
public final class Work implements AutoCloseable {
    /** Reads a row. */
    public interface Row<T> {
        /** Reads it. */
        T read(ResultSet row) throws SQLException;
    }

    private final Database database;
    private final Connection connection;
    private final List<Runnable> afterCommit;
    private final List<Runnable> afterRollback;
    private final List<Runnable> whenUndone;
    private final List<Postponed> postponed = new ArrayList<>();
    private final Set<List<Object>> once = new HashSet<>();
    private Optional<EntityManager> entities = Optional.empty();
    private boolean mustBeDurable;
    private boolean committed;
    private boolean closed;

    /**
     * Begins.
     *
     * @throws PledgeException of kind {@code UNAVAILABLE} without a connection
     */
    Work(Database database, List<Runnable> afterCommit, List<Runnable> afterRollback, List<Runnable> whenUndone) {
        this.database = database;
        this.afterCommit = afterCommit;
        this.afterRollback = afterRollback;
        this.whenUndone = whenUndone;
        this.connection = database.connection();
    }

    private static <T> T guarded(Supplier<T> call) {
        try {
            return call.get();
        } catch (PersistenceException | EclipseLinkException e) {
            throw SqlFailure.of(e);
        }
    }

    public Dialect dialect() {
        return database.dialect();
    }

    void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    void afterRollback(Runnable action) {
        afterRollback.add(action);
    }

    void whenUndone(Runnable action) {
        whenUndone.add(action);
    }

    /** Makes the transaction wait for the disk although it writes nothing: what it read may be a fresh commit. */
    public void readsWhatMustBeDurable() {
        mustBeDurable = true;
    }

    /**
     * Commits, and returns when that is durable.
     *
     * @throws IllegalStateException when it is unknown whether the changes are kept
     */
    void commit() {
        if (entities.isPresent()) {
            sendPostponed();
        }
        try {
            if (entities.isPresent()) {
                guarded(() -> {
                    entities.get().getTransaction().commit();
                    return true;
                });
            } else {
                commitPlain();
            }
        } catch (SqlFailure e) {
            if (e.victim() || e.refused()) {
                throw e;
            }
            throw new IllegalStateException("the commit failed; its changes may or may not be kept", e);
        }
        committed = true;
        close();
        if (mustBeDurable) {
            database.awaitDurable();
        }
    }

    /** What is postponed takes the commit along, so that both need one round trip. */
    private void commitPlain() {
        if (!postponed.isEmpty()) {
            postponed.add(Postponed.any("commit"));
            sendPostponed();
        }
        try {
            connection.commit();
        } catch (SQLException e) {
            throw SqlFailure.of(e);
        }
    }

    /** Rolls back what was not committed. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!committed) {
            database.endIfBroken(connection);
        }
        try (Connection returned = connection) {
            entities.ifPresent(Work::closeEntities);
            if (!committed) {
                returned.rollback();
            }
        } catch (SQLException e) {
            return; // the connection is lost, and the transaction with it
        }
    }

    private static void closeEntities(EntityManager entities) {
        try {
            if (entities.getTransaction().isActive()) {
                entities.getTransaction().rollback();
            }
        } catch (PersistenceException | EclipseLinkException e) {
            return; // the caller rolls back, too
        } finally {
            entities.close();
        }
    }

    // entities

    /** Entities cost far more than plain SQL, so they join a transaction only when it needs some. */
    private EntityManager entities() {
        if (entities.isEmpty()) {
            EntityManager joining = database.entityManager();
            entities = Optional.of(joining);
            JoiningConnector.lend(connection, () -> {
                joining.getTransaction().begin();
                joining.unwrap(Connection.class); // connects now
            });
        }
        return entities.get();
    }

    public <T> Optional<T> find(Class<T> type, Object key) {
        return detached(() -> Optional.ofNullable(entities().find(type, key)));
    }

    public <T> Optional<T> lock(Class<T> type, Object key) {
        return detached(() -> Optional.ofNullable(entities().find(type, key, LockModeType.PESSIMISTIC_WRITE)));
    }

    public <T> List<T> list(Class<T> type, String jpql, Object... parameters) {
        return detached(
                () -> with(entities().createQuery(jpql, type), parameters).getResultList());
    }

    public <T> List<T> page(Class<T> type, int limit, String jpql, Object... parameters) {
        return detached(() -> with(entities().createQuery(jpql, type), parameters)
                .setMaxResults(limit)
                .getResultList());
    }

    public void add(Object entity) {
        mustBeDurable = true;
        detached(() -> {
            entities().persist(entity);
            entities().flush();
            return entity;
        });
    }

    public void put(Object entity) {
        mustBeDurable = true;
        detached(() -> {
            entities().merge(entity);
            entities().flush();
            return entity;
        });
    }

    /** Runs a JPQL update or delete; returns how many rows it changed. */
    public int change(String jpql, Object... parameters) {
        mustBeDurable = true;
        return detached(() -> with(entities().createQuery(jpql), parameters).executeUpdate());
    }

    private <T> T detached(Supplier<T> call) {
        sendPostponed();
        return guarded(() -> {
            T result = call.get();
            entities().clear();
            return result;
        });
    }

    private static <Q extends Query> Q with(Q query, Object... parameters) {
        for (int i = 0; i < parameters.length; i++) {
            query.setParameter(i + 1, parameters[i]);
        }
        return query;
    }

    // plain SQL

    public <T> List<T> query(Row<T> reader, String sql, Object... parameters) {
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            List<T> result = new ArrayList<>();
            while (rows.next()) {
                result.add(reader.read(rows));
            }
            return result;
        } catch (SQLException e) {
            throw SqlFailure.of(e);
        }
    }

    /** Runs one query with each of several rows of parameters, one after the other. */
    public <T> List<T> queryEach(Row<T> reader, String sql, List<Object[]> rows) {
        try (PreparedStatement statement = prepare(sql)) {
            List<T> result = new ArrayList<>();
            for (Object[] row : rows) {
                bind(statement, row);
                try (ResultSet found = statement.executeQuery()) {
                    while (found.next()) {
                        result.add(reader.read(found));
                    }
                }
            }
            return result;
        } catch (SQLException e) {
            throw SqlFailure.of(e);
        }
    }

    public <T> Optional<T> queryOne(Row<T> reader, String sql, Object... parameters) {
        return query(reader, sql, parameters).stream().findFirst();
    }

    /** As {@link #queryOne} for a statement that also writes. */
    public <T> Optional<T> change(Row<T> reader, String sql, Object... parameters) {
        mustBeDurable = true;
        return queryOne(reader, sql, parameters);
    }

    public int update(String sql, Object... parameters) {
        mustBeDurable = true;
        try (PreparedStatement statement = prepare(sql, parameters)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw SqlFailure.of(e);
        }
    }

    /**
     * As {@link #update} for a statement whose result nobody awaits. On PostgreSQL it is sent with others of its kind,
     * in one round trip, before the next other statement or the commit.
     */
    public void updateLater(String sql, Object... parameters) {
        if (dialect() == Dialect.H2) {
            update(sql, parameters);
            return;
        }
        mustBeDurable = true;
        postponed.add(Postponed.any(sql, parameters));
    }

    /** As {@link #updateLater} for a statement that does nothing more when it is repeated in a transaction. */
    public void onceLater(String sql, Object... parameters) {
        if (once.add(Arrays.asList(sql, Arrays.asList(parameters)))) {
            updateLater(sql, parameters);
        }
    }

    /**
     * As {@link #updateLater} for a statement that changes one row, which is certain to be there where it is not added.
     * When others were in the way, with the same key or by removing what a column that must not be null is taken from,
     * the transaction is run again, as one that the database undid in favour of theirs.
     */
    public void changeOneLater(String sql, Object... parameters) {
        if (dialect() == Dialect.H2) {
            try {
                requireOne(update(sql, parameters));
            } catch (SqlFailure e) {
                throw e.clash();
            }
            return;
        }
        mustBeDurable = true;
        postponed.add(Postponed.one(sql, parameters));
    }

    /** As above; what waits of the same change is sent with it as one statement. */
    public void changeOneLater(RowChange change, Object... row) {
        if (dialect() == Dialect.H2) {
            changeOneLater(change.one(), row);
            return;
        }
        mustBeDurable = true;
        for (int i = postponed.size() - 1; i >= 0 && !postponed.get(i).keepsItsPlace(); i--) {
            if (postponed.get(i).is(change)) {
                if (postponed.get(i).add(row)) {
                    return;
                }
                break;
            }
        }
        postponed.add(Postponed.rows(change, row));
    }

    private static void requireOne(int changed) {
        if (changed != 1) {
            throw notOne();
        }
    }

    private static IllegalStateException notOne() {
        return new IllegalStateException("the row that was to be changed does not exist");
    }

    private void sendPostponed() {
        if (postponed.isEmpty()) {
            return;
        }
        String sql = postponed.stream().map(Postponed::sql).collect(Collectors.joining(";\n"));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            List<Object> parameters = new ArrayList<>();
            for (Postponed each : postponed) {
                parameters.addAll(each.parameters(connection));
            }
            bind(statement, parameters.toArray());
            statement.execute();
            while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                // the driver tells of a statement's failure when its turn comes
            }
        } catch (SQLException e) {
            SqlFailure failure = SqlFailure.of(e);
            if (postponed.stream().noneMatch(Postponed::isChecked)) {
                throw failure;
            }
            throw failure.notOne() ? notOne() : failure.clash();
        }
        postponed.clear();
    }

    /** Runs one statement with each of several rows of parameters. */
    public void updateAll(String sql, List<Object[]> rows) {
        mustBeDurable = true;
        updateAllDerived(sql, rows);
    }

    /**
     * Runs one statement once for several rows, on PostgreSQL: its parameters are the columns, each an array of what the
     * rows hold there.
     *
     * @param types the names of the columns' types
     */
    public void updateColumns(String sql, List<String> types, List<Object[]> rows) {
        mustBeDurable = true;
        try (PreparedStatement statement = prepare(sql)) {
            for (int column = 0; column < types.size(); column++) {
                statement.setArray(column + 1, array(connection, types.get(column), rows, column));
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            throw SqlFailure.of(e);
        }
    }

    static Array array(Connection connection, String type, List<Object[]> rows, int column) throws SQLException {
        return connection.createArrayOf(type, column(type, rows, column));
    }

    private static Object[] column(String type, List<Object[]> rows, int column) {
        Object[] elements = type.equals("bytea") ? new byte[rows.size()][] : new Object[rows.size()];
        for (int row = 0; row < elements.length; row++) {
            Object value = rows.get(row)[column];
            // most columns of rows that are written together hold the same in each
            elements[row] = row > 0 && value.equals(rows.get(row - 1)[column]) ? elements[row - 1] : toElement(value);
        }
        return elements;
    }

    /** A time is written as text, with its seconds even where they are zero. */
    private static Object toElement(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.map(Work::toElement).orElse(null);
        }
        return value instanceof Instant instant ? instant.toString() : toColumn(value);
    }

    /**
     * Runs one statement with each of several rows of parameters, for what can be computed again from other rows: the
     * transaction need not wait for the disk because of it.
     */
    public int[] updateAllDerived(String sql, List<Object[]> rows) {
        try (PreparedStatement statement = prepare(sql)) {
            for (Object[] row : rows) {
                bind(statement, row);
                statement.addBatch();
            }
            return statement.executeBatch();
        } catch (SQLException e) {
            throw SqlFailure.of(e);
        }
    }

    /** Runs an insert; false, and nothing done, when the row exists. Waits for one who is inserting the same row. */
    public boolean insertIfAbsent(String insert, Object... parameters) {
        try {
            return update(dialect().insertOrNothing(insert), parameters) == 1;
        } catch (SqlFailure e) {
            if (dialect() == Dialect.H2 && e.duplicate()) {
                return false;
            }
            throw e;
        }
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        sendPostponed();
        PreparedStatement statement = connection.prepareStatement(sql);
        bind(statement, parameters);
        return statement;
    }

    private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, toColumn(parameters[i]));
        }
    }

    private static Object toColumn(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.map(Work::toColumn).orElse(null);
        } else if (value instanceof TenantId tenant) {
            return tenant.value();
        } else if (value instanceof SubjectId subject) {
            return subject.toUuid();
        } else if (value instanceof Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        } else if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        return value;
    }

    public static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    public static Optional<Instant> optionalInstant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}
