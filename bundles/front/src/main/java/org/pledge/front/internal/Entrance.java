package org.pledge.front.internal;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One path with the requests that are inside: open while somebody serves it, and empty before that one goes. */
final class Entrance {
    private final String path;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();
    private int servers;
    private int inside;

    Entrance(String path) {
        this.path = path;
    }

    String path() {
        return path;
    }

    boolean covers(String requestPath) {
        return requestPath.startsWith(path)
                && (requestPath.length() == path.length() || requestPath.charAt(path.length()) == '/');
    }

    void open() {
        lock.lock();
        try {
            servers++;
        } finally {
            lock.unlock();
        }
    }

    /** False when nobody serves the path; otherwise {@link #leave} must follow. */
    boolean enter() {
        lock.lock();
        try {
            if (servers == 0) {
                return false;
            }
            inside++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            inside--;
            if (inside == 0) {
                empty.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody in when the last server goes, and waits for who is inside; returns how many are left. */
    int close(Duration patience) {
        lock.lock();
        try {
            servers--;
            long left = patience.toNanos();
            while (servers == 0 && inside > 0 && left > 0) {
                left = empty.awaitNanos(left);
            }
            return servers == 0 ? inside : 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return inside;
        } finally {
            lock.unlock();
        }
    }

    int inside() {
        lock.lock();
        try {
            return inside;
        } finally {
            lock.unlock();
        }
    }
}
