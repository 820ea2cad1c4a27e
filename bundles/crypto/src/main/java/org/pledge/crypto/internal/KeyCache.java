package org.pledge.crypto.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The keys used last, by owner; it gives copies, so that it can wipe its own at any time. */
final class KeyCache<O> implements AutoCloseable {
    private record Held(SecretBytes key, Instant until) {}

    private final LinkedHashMap<O, Held> held = new LinkedHashMap<>(16, 0.75f, true);
    private final int capacity;
    private final Duration lifetime;
    private final Clock clock;
    private long forgotten;
    private boolean closed;

    KeyCache(int capacity, Duration lifetime, Clock clock) {
        this.capacity = capacity;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /** A copy of the key, which the caller wipes. */
    synchronized Optional<SecretBytes> get(O owner) {
        Held found = held.get(owner);
        if (found == null) {
            return Optional.empty();
        }
        if (!clock.instant().isBefore(found.until())) {
            held.remove(owner);
            found.key().close();
            return Optional.empty();
        }
        return Optional.of(found.key().copy());
    }

    /** What {@link #put} must be given for a key that is read from the store after this call. */
    synchronized long mark() {
        return forgotten;
    }

    /** Takes over the key, unless any key was forgotten since the mark: it could be this one. */
    synchronized void put(O owner, SecretBytes key, long mark) {
        if (mark != forgotten || capacity < 1 || closed) {
            key.close();
            return;
        }
        Held before = held.put(owner, new Held(key, clock.instant().plus(lifetime)));
        if (before != null) {
            before.key().close();
        }
        if (held.size() > capacity) {
            Iterator<Map.Entry<O, Held>> eldest = held.entrySet().iterator();
            eldest.next().getValue().key().close();
            eldest.remove();
        }
    }

    synchronized void forget(O owner) {
        forgotten++;
        Held before = held.remove(owner);
        if (before != null) {
            before.key().close();
        }
    }

    /** Wipes the keys whose time is over. */
    synchronized void sweep() {
        Instant now = clock.instant();
        Iterator<Held> each = held.values().iterator();
        while (each.hasNext()) {
            Held next = each.next();
            if (!now.isBefore(next.until())) {
                next.key().close();
                each.remove();
            }
        }
    }

    /** Wipes every key and takes no more. */
    @Override
    public synchronized void close() {
        closed = true;
        held.values().forEach(each -> each.key().close());
        held.clear();
    }
}
