package org.pledge.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

final class GroupSyncTest {
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicBoolean broken = new AtomicBoolean();
    private final Semaphore disk = new Semaphore(0);
    private final GroupSync sync = sync();

    private GroupSync sync() {
        try {
            return new GroupSync(
                    proxy(DataSource.class, "getConnection", () -> proxy(Connection.class, "", () -> null)), same -> {
                        begun.incrementAndGet();
                        disk.acquireUninterruptibly();
                        if (broken.get()) {
                            throw new SQLException("no space");
                        }
                    });
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private interface Answer {
        Object get() throws SQLException;
    }

    private static <T> T proxy(Class<T> type, String method, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, called, arguments) -> called.getName().equals(method) ? answer.get() : null));
    }

    private List<CompletableFuture<Void>> committers(int count) {
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CompletableFuture<Void> acknowledged = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    sync.await();
                    acknowledged.complete(null);
                } catch (IllegalStateException e) {
                    acknowledged.completeExceptionally(e);
                }
            });
            thread.start();
            waiting.add(acknowledged);
            await().until(() -> thread.getState() == Thread.State.WAITING);
        }
        return waiting;
    }

    @Test
    void whoCommitsDuringASyncIsAcknowledgedByTheNextOneTogetherWithAllOthers() {
        CompletableFuture<Void> first = committers(1).get(0);
        await().until(() -> begun.get() == 1);
        List<CompletableFuture<Void>> others = committers(5);
        disk.release();
        first.join();
        await().until(() -> begun.get() == 2);
        assertThat(others).noneMatch(CompletableFuture::isDone);
        disk.release();
        CompletableFuture.allOf(others.toArray(CompletableFuture[]::new)).join();
        assertThat(begun).hasValue(2);
    }

    @Test
    void aFailedSyncAcknowledgesNobodyNowOrLater() {
        List<CompletableFuture<Void>> waiting = committers(3);
        broken.set(true);
        disk.release(10);
        for (CompletableFuture<Void> acknowledged : waiting) {
            assertThatThrownBy(acknowledged::join).hasCauseInstanceOf(IllegalStateException.class);
        }
        broken.set(false);
        assertThatThrownBy(sync::await).isInstanceOf(IllegalStateException.class);
        assertThat(sync.failure()).isDone();
        assertThat(begun).hasValue(1);
    }

    @Test
    void anInterruptIsNoAcknowledgement() {
        CompletableFuture<Void> first = committers(1).get(0);
        await().until(() -> begun.get() == 1);
        AtomicBoolean acknowledged = new AtomicBoolean();
        Thread second = new Thread(() -> {
            sync.await();
            acknowledged.set(true);
        });
        second.start();
        await().until(() -> second.getState() == Thread.State.WAITING);
        second.interrupt();
        disk.release();
        first.join();
        await().until(() -> begun.get() == 2);
        assertThat(acknowledged).isFalse();
        disk.release();
        await().untilTrue(acknowledged);
    }
}
