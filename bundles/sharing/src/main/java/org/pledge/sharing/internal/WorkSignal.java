package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs actions, on one thread of its own, whenever work was announced or has become due. */
final class WorkSignal {
    private static final Logger LOG = LoggerFactory.getLogger(WorkSignal.class);
    /** How long due work that nobody takes, or an unreachable store, is left alone. */
    private static final Duration LEAST_PAUSE = Duration.ofMillis(250);

    /** Work that another process queued is found this late at most. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private static final Duration END_WITHIN = Duration.ofSeconds(10);

    private final List<Runnable> actions = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Supplier<Optional<Instant>> nextDue;
    private final Clock clock;
    private final Thread thread;
    private boolean announced;
    private boolean ended;

    WorkSignal(Supplier<Optional<Instant>> nextDue, Clock clock) {
        this.nextDue = nextDue;
        this.clock = clock;
        this.thread = new Thread(this::run, "pledge-outbox");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    AutoCloseable onWork(Runnable action) {
        actions.add(action);
        announce();
        return () -> actions.remove(action);
    }

    void announce() {
        lock.lock();
        try {
            announced = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread; an action that runs is not interrupted, because that could close the database's files. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(END_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (awaitWork()) {
            actions.forEach(WorkSignal::runLogged);
        }
    }

    /** Waits for an announcement or for the time when something is due; false once this has ended. */
    private boolean awaitWork() {
        long pause = pause().toNanos();
        lock.lock();
        try {
            while (!announced && !ended && pause > 0) {
                pause = changed.awaitNanos(pause);
            }
            announced = false;
            return !ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private Duration pause() {
        lock.lock();
        try {
            if (announced || ended || actions.isEmpty()) {
                return LONGEST_PAUSE;
            }
        } finally {
            lock.unlock();
        }
        Duration pause;
        try {
            pause = nextDue.get()
                    .map(due -> Duration.between(clock.instant(), due))
                    .orElse(LONGEST_PAUSE);
        } catch (RuntimeException e) {
            LOG.warn(
                    "When the next delivery is due cannot be read ({}); trying again soon.",
                    e.getClass().getName());
            pause = LONGEST_PAUSE.dividedBy(10);
        }
        if (pause.compareTo(LEAST_PAUSE) < 0) {
            return LEAST_PAUSE;
        }
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private static void runLogged(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error(
                    "Taking work from the outbox failed with {}; it stays queued.",
                    e.getClass().getName());
        }
    }
}
