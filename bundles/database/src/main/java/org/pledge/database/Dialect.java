package org.pledge.database;

import java.sql.Connection;
import java.sql.SQLException;

/** The two databases, where their SQL differs. */
public enum Dialect {
    /** H2, in one file. */
    H2("", " for update"),
    /** A PostgreSQL server. */
    POSTGRESQL(" on conflict do nothing", " for share");

    private final String orNothing;
    private final String forShare;

    Dialect(String orNothing, String forShare) {
        this.orNothing = orNothing;
        this.forShare = forShare;
    }

    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product) {
            case "H2" -> H2;
            case "PostgreSQL" -> POSTGRESQL;
            default ->
                throw new UnsuitableDatabaseException(
                        "the database " + product + " is not supported: use H2 2.4 or PostgreSQL 15 or later");
        };
    }

    /** The insert, made to do nothing when the row exists; H2 has no such form and reports a duplicate instead. */
    public String insertOrNothing(String insert) {
        return insert + orNothing;
    }

    /**
     * The insert or update, made to fail unless it changes exactly one row, so that PostgreSQL skips what was sent with
     * it, the commit among it.
     */
    static String orFail(String change) {
        return "with changed as (" + change + " returning 1) select 1 / (count(*) = 1)::int from changed";
    }

    /** As {@link #orFail} for as many rows as a last parameter says. */
    static String orFailEach(String change) {
        return "with changed as (" + change + " returning 1) select 1 / (count(*) = ?)::int from changed";
    }

    /** The select, made to lock its rows against changes. */
    public String lockShared(String select) {
        return select + forShare;
    }
}
