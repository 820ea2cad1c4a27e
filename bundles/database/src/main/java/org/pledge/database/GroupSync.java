package org.pledge.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * Makes H2's commits durable: one sync serves everybody who committed before it began, those who commit while it runs
 * wait for the next one. It has a thread of its own, as an interrupt of a caller's thread would break the sync for all.
 * After a sync has failed, no later one is believed: the kernel may have dropped what it could not write.
 */
final class GroupSync implements AutoCloseable {
    /** Brings what was committed to the disk. */
    interface Sync {
        /** Returns when it is there. */
        void run(Connection connection) throws SQLException;
    }

    private final Connection connection;
    private final Sync sync;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition needed = lock.newCondition();
    private final Condition ended = lock.newCondition();
    private long wanted;
    private long begun;
    private long succeeded;
    private boolean closing;

    GroupSync(DataSource dataSource, Sync sync) throws SQLException {
        this.connection = dataSource.getConnection();
        this.sync = sync;
        Thread thread = new Thread(this::run, "pledge-sync");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Returns once everything committed before the call is on disk.
     *
     * @throws IllegalStateException when that could not be confirmed
     */
    void await() {
        lock.lock();
        try {
            long mine = begun + 1;
            wanted = mine;
            needed.signal();
            while (succeeded < mine) {
                if (failure.isDone()) {
                    throw new IllegalStateException("the disk did not confirm the change; it may or may not be kept");
                }
                ended.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        lock.lock();
        try {
            while (!failure.isDone()) {
                while (wanted == begun && !closing) {
                    needed.awaitUninterruptibly();
                }
                if (closing || !sync()) {
                    failure.complete(null);
                }
                ended.signalAll();
            }
        } finally {
            failure.complete(null);
            ended.signalAll();
            lock.unlock();
        }
    }

    /** Syncs without the lock. */
    private boolean sync() {
        long mine = ++begun;
        lock.unlock();
        boolean synced = false;
        try {
            sync.run(connection);
            synced = true;
        } catch (SQLException e) {
            return false;
        } finally {
            lock.lock();
            if (synced) {
                succeeded = mine;
            }
        }
        return true;
    }

    /** Closes the database that is synced, without writing. */
    void abandon() {
        try {
            if (!connection.isClosed()) {
                H2.shutDown(connection);
            }
        } catch (SQLException e) {
            return; // it is closed already
        }
    }

    /** Ends when a sync has failed. */
    CompletableFuture<Void> failure() {
        return failure;
    }

    @Override
    public void close() throws SQLException {
        lock.lock();
        try {
            closing = true;
            needed.signal();
            while (!failure.isDone()) {
                ended.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        connection.close();
    }
}
