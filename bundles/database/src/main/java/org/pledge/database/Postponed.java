package org.pledge.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A statement for PostgreSQL that waits to be sent with others. */
final class Postponed {
    private final String sql;
    private final boolean checked;
    private final Optional<RowChange> change;
    private final List<Object[]> rows = new ArrayList<>();

    private Postponed(String sql, boolean checked, Optional<RowChange> change, Object[] parameters) {
        this.sql = sql;
        this.checked = checked;
        this.change = change;
        rows.add(parameters);
    }

    /** Whatever it changes. */
    static Postponed any(String sql, Object... parameters) {
        return new Postponed(sql, false, Optional.empty(), parameters);
    }

    /** Fails unless it changes one row. */
    static Postponed one(String sql, Object... parameters) {
        return new Postponed(Dialect.orFail(sql), true, Optional.empty(), parameters);
    }

    /** Fails unless it changes each of its rows, of which there may be more. */
    static Postponed rows(RowChange change, Object... row) {
        return new Postponed(change.one(), true, Optional.of(change), row);
    }

    /** Whether this must not be sent before or after another one. */
    boolean keepsItsPlace() {
        return change.isEmpty();
    }

    boolean is(RowChange other) {
        return change.isPresent() && change.get().equals(other);
    }

    /** Takes a further row; false for one that it has already. */
    boolean add(Object[] row) {
        if (rows.stream().anyMatch(before -> change.orElseThrow().isSameRow(before, row))) {
            return false;
        }
        rows.add(row);
        return true;
    }

    boolean isChecked() {
        return checked;
    }

    String sql() {
        return change.map(each -> rows.size() == 1 ? Dialect.orFail(each.one()) : Dialect.orFailEach(each.many()))
                .orElse(sql);
    }

    List<Object> parameters(Connection connection) throws SQLException {
        if (change.isEmpty() || rows.size() == 1) {
            return Arrays.asList(rows.get(0));
        }
        List<Object> parameters = new ArrayList<>();
        List<String> types = change.get().types();
        for (int column = 0; column < types.size(); column++) {
            parameters.add(Work.array(connection, types.get(column), rows, column));
        }
        parameters.add(rows.size());
        return parameters;
    }
}
