package org.pledge.database;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.pledge.PledgeException;

/** A failure reported by the database, told by its codes only: the driver's own text may hold values. */
public final class SqlFailure extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private static final Set<String> VICTIM_STATES = Set.of("40001", "40P01");
    private static final Set<Integer> H2_VICTIM_CODES = Set.of(50200, 90131);
    private static final Set<String> UNREACHABLE_STATES = Set.of("57P01", "57P02", "57P03", "53300");
    private static final Set<Integer> H2_UNREACHABLE_CODES = Set.of(90020, 90067, 90098, 90121);
    private static final String DISK_FULL_STATE = "53100";
    private static final Set<String> WRITE_FAILED_STATES = Set.of(DISK_FULL_STATE, "58030");
    private static final String LOCK_TIMEOUT_STATE = "55P03";
    private static final String DUPLICATE_STATE = "23505";
    private static final Set<String> CLASH_STATES = Set.of(DUPLICATE_STATE, "23502");
    /** What {@link Dialect#orFail} makes of a wrong count: a division by zero. */
    private static final String NOT_ONE_STATE = "22012";
    /** What a database reports of a transaction that should be run again. */
    private static final String AGAIN_STATE = "40001";

    private final String state;
    private final int code;
    private final boolean withoutConnection;
    private final boolean ofTheDisk;

    private SqlFailure(String text, String state, int code, boolean withoutConnection, boolean ofTheDisk) {
        super(text);
        this.state = state;
        this.code = code;
        this.withoutConnection = withoutConnection;
        this.ofTheDisk = ofTheDisk;
    }

    /** What a failure tells by its codes. */
    public static SqlFailure of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                String state = sql.getSQLState() == null ? "" : sql.getSQLState();
                return new SqlFailure(
                        "the database reported SQLSTATE " + state + ", code " + sql.getErrorCode(),
                        state,
                        sql.getErrorCode(),
                        sql instanceof SQLTransientConnectionException,
                        ofTheDisk(sql));
            }
        }
        return new SqlFailure("the store failed with " + failure.getClass().getName(), "", 0, false, false);
    }

    /** H2 reports a failed write as a general error, of which only the cause tells. */
    private static boolean ofTheDisk(Throwable failure) {
        return failure instanceof IOException || failure.getCause() != null && ofTheDisk(failure.getCause());
    }

    /** Whether the database undid the transaction in favour of another one, so that running it again helps. */
    public boolean victim() {
        return VICTIM_STATES.contains(state) || H2_VICTIM_CODES.contains(code);
    }

    /** Whether there is no connection. */
    public boolean unreachable() {
        return withoutConnection
                || state.startsWith("08")
                || UNREACHABLE_STATES.contains(state)
                || H2_UNREACHABLE_CODES.contains(code);
    }

    /**
     * Whether the database refused a statement, which undoes the whole transaction: for a value (SQLSTATE classes 22 and
     * 23), or for want of space. Where PostgreSQL has no space for the commit itself, it ends instead.
     */
    public boolean refused() {
        return state.startsWith("22") || state.startsWith("23") || state.equals(DISK_FULL_STATE);
    }

    /** This failure; where others were in the way, as one that running the transaction again helps with. */
    SqlFailure clash() {
        return CLASH_STATES.contains(state)
                ? new SqlFailure(getMessage(), AGAIN_STATE, code, withoutConnection, ofTheDisk)
                : this;
    }

    /** Whether a statement that was to change one row did not. */
    boolean notOne() {
        return state.equals(NOT_ONE_STATE);
    }

    /** Whether a row with the same key exists. */
    public boolean duplicate() {
        return state.equals(DUPLICATE_STATE);
    }

    /** Whether a lock was not to be had in the time that was set for it. */
    public boolean lockTimedOut() {
        return state.equals(LOCK_TIMEOUT_STATE);
    }

    /** What the caller of a transaction is told. */
    RuntimeException toCaller() {
        if (unreachable()) {
            return unavailable();
        }
        if (WRITE_FAILED_STATES.contains(state) || ofTheDisk) {
            return new PledgeException(PledgeException.Kind.UNAVAILABLE, "the database cannot write")
                    .remedy("Try again; if it lasts, check that the database's disk has space and works.");
        }
        if (victim()) {
            return new PledgeException(PledgeException.Kind.UNAVAILABLE, "too many changes of the same data at once")
                    .remedy("Try again.");
        }
        return this;
    }

    /** What the caller is told when there is no connection. */
    static PledgeException unavailable() {
        return new PledgeException(PledgeException.Kind.UNAVAILABLE, "the database cannot be reached")
                .remedy("Try again; if it lasts, check that the database runs and accepts connections.");
    }
}
