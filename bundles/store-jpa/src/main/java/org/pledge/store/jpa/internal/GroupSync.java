package org.pledge.store.jpa.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * Makes H2's commits durable: one thread syncs for everybody who committed before the sync began, those who commit
 * while it runs wait for the next one. After a sync has failed, no later one is believed: the kernel may have dropped
 * what it could not write.
 */
final class GroupSync implements AutoCloseable {
    private static final String SYNC = "checkpoint sync";

    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private long begun;
    private long succeeded;
    private boolean running;

    GroupSync(DataSource dataSource) throws SQLException {
        this.connection = dataSource.getConnection();
    }

    /**
     * Returns once everything committed before the call is on disk.
     *
     * @throws IllegalStateException when that could not be confirmed
     */
    void await() {
        lock.lock();
        try {
            long needed = begun + 1;
            while (succeeded < needed) {
                if (failure.isDone()) {
                    throw new IllegalStateException("the disk did not confirm the change; it may or may not be kept");
                }
                if (running) {
                    ended.awaitUninterruptibly();
                } else {
                    lead();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void lead() {
        running = true;
        long mine = ++begun;
        lock.unlock();
        boolean synced = false;
        try (Statement statement = connection.createStatement()) {
            statement.execute(SYNC);
            synced = true;
        } catch (SQLException e) {
            failure.complete(null);
        } finally {
            lock.lock();
            running = false;
            if (synced) {
                succeeded = mine;
            } else {
                failure.complete(null);
            }
            ended.signalAll();
        }
    }

    /** Ends when a sync has failed. */
    CompletableFuture<Void> failure() {
        return failure;
    }

    @Override
    public void close() throws SQLException {
        failure.complete(null);
        connection.close();
    }
}
