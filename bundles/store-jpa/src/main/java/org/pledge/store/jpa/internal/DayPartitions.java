package org.pledge.store.jpa.internal;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import org.pledge.database.BackupLock;
import org.pledge.database.Dialect;
import org.pledge.database.SqlFailure;
import org.pledge.database.Work;

/**
 * The partitions by day of a table on PostgreSQL, so that what is past its time goes as fast at any size. What came for
 * a day without one is in the table's partition for all others and leaves row by row. So does a day while a backup reads:
 * making and dropping partitions locks the table against its readers, and nobody who counts waits for a backup.
 */
final class DayPartitions {
    private static final String ALONE = "select pg_advisory_xact_lock(hashtext(?))";
    private static final String LONGEST_WAIT = "set local lock_timeout = '500ms'";
    private static final String NO_LIMIT = "set local lock_timeout to default";
    private static final String THERE = "select 1 from pg_class where oid = to_regclass(?)";

    private final String table;

    DayPartitions(String table) {
        this.table = table;
    }

    /** The name of a day's partition. */
    String of(LocalDate day) {
        return table + "_" + DateTimeFormatter.BASIC_ISO_DATE.format(day);
    }

    void prepare(Work work, LocalDate from, LocalDate to) {
        if (work.dialect() != Dialect.POSTGRESQL) {
            return;
        }
        for (LocalDate day = from; day.isBefore(to); day = day.plusDays(1)) {
            if (!there(work, day) && BackupLock.isFree(work)) {
                make(work, day);
            }
        }
    }

    private boolean there(Work work, LocalDate day) {
        return work.queryOne(row -> true, THERE, of(day)).isPresent();
    }

    /** A day that has rows among the others keeps them there. */
    private void make(Work work, LocalDate day) {
        work.queryOne(row -> true, ALONE, table);
        String among = "select 1 from " + table + "_other where " + dayColumn() + " = ? limit 1";
        if (!there(work, day) && work.queryOne(row -> true, among, day).isEmpty()) {
            work.update("create table " + of(day) + " partition of " + table + " for values from ('" + day + "') to ('"
                    + day.plusDays(1) + "')");
        }
    }

    private String dayColumn() {
        return table.equals("usage_count") ? "on_day" : "seen_on";
    }

    /**
     * Drops a day's partition.
     *
     * @param other a query that finds a row when something of the day has to stay
     * @return whether it did; not where there is none, while a backup reads, or while others read for long
     */
    boolean drop(Work work, LocalDate day, String other, Object... parameters) {
        if (work.dialect() != Dialect.POSTGRESQL || !there(work, day) || !BackupLock.isFree(work) || !locked(work)) {
            return false;
        }
        if (work.queryOne(row -> true, other, parameters).isPresent()) {
            return false;
        }
        work.update("drop table " + of(day));
        return true;
    }

    /** Whoever uses the table waits as long as we do. */
    private boolean locked(Work work) {
        work.update("savepoint before_lock");
        work.update(LONGEST_WAIT);
        try {
            work.update("lock table " + table + " in access exclusive mode");
            work.update(NO_LIMIT);
            return true;
        } catch (SqlFailure e) {
            if (!e.lockTimedOut()) {
                throw e;
            }
            work.update("rollback to savepoint before_lock");
            return false;
        }
    }
}
