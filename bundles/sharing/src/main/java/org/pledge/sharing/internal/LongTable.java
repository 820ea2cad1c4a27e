package org.pledge.sharing.internal;

import java.util.concurrent.atomic.AtomicReference;

/** A small map from numbers, copied on write, whose look-up allocates nothing. */
final class LongTable<V> {
    private record Slots(long[] keys, Object[] values, int size) {
        int find(long key) {
            int last = keys.length - 1;
            int at = (int) ((key * 0x9E37_79B9_7F4A_7C15L) >>> 40) & last;
            while (values[at] != null && keys[at] != key) {
                at = (at + 1) & last;
            }
            return at;
        }

        Slots with(long key, Object value) {
            boolean grow = (size + 1) * 2 > keys.length;
            Slots copy = new Slots(
                    new long[grow ? keys.length * 2 : keys.length],
                    new Object[grow ? keys.length * 2 : keys.length],
                    size + 1);
            for (int i = 0; i < keys.length; i++) {
                if (values[i] != null) {
                    copy.set(keys[i], values[i]);
                }
            }
            copy.set(key, value);
            return copy;
        }

        private void set(long key, Object value) {
            int at = find(key);
            keys[at] = key;
            values[at] = value;
        }
    }

    private final AtomicReference<Slots> slots = new AtomicReference<>(new Slots(new long[4], new Object[4], 0));
    private final int limit;

    /** A table that keeps at most {@code limit} entries and forgets none of them. */
    LongTable(int limit) {
        this.limit = limit;
    }

    /** The value of a key, or null. */
    @SuppressWarnings("unchecked")
    V get(long key) {
        Slots present = slots.get();
        return (V) present.values()[present.find(key)];
    }

    /** Keeps a value, unless the key has one or the table is full; returns the value to use. */
    V keep(long key, V value) {
        while (true) {
            V kept = get(key);
            if (kept != null) {
                return kept;
            }
            Slots present = slots.get();
            if (present.size() >= limit || slots.compareAndSet(present, present.with(key, value))) {
                return value;
            }
        }
    }
}
