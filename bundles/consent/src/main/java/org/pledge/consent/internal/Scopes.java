package org.pledge.consent.internal;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** Gives each combination of tenant, purpose, recipient and category a number from 1, once. */
final class Scopes {
    private final ConcurrentHashMap<Long, Integer> numbers = new ConcurrentHashMap<>();
    private final AtomicReference<long[]> combinations = new AtomicReference<>(new long[16]);
    private final int most;

    Scopes(int bits) {
        most = (1 << bits) - 1;
    }

    /** The number of a combination, a new one if need be; 0 when all numbers are given away. */
    int of(long combination) {
        Integer number = numbers.get(combination);
        return number == null ? next(combination) : number;
    }

    /** The combinations by number, at least all whose numbers the caller can know. */
    long[] combinations() {
        return combinations.get();
    }

    private synchronized int next(long combination) {
        Integer present = numbers.get(combination);
        if (present != null) {
            return present;
        }
        int number = numbers.size() + 1;
        if (number > most) {
            return 0;
        }
        long[] known = combinations.get();
        if (number == known.length) {
            known = Arrays.copyOf(known, number * 2);
            combinations.set(known);
        }
        known[number] = combination;
        numbers.put(combination, number);
        return number;
    }
}
