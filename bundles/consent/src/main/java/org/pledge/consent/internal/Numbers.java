package org.pledge.consent.internal;

import java.util.concurrent.ConcurrentHashMap;

/** Gives each name a number from 1, once; 0 stands for a name that has none. */
final class Numbers {
    /** Longer texts are no names of a policy, and would let memory grow. */
    private static final int LONGEST = 128;

    private final ConcurrentHashMap<String, Integer> numbers = new ConcurrentHashMap<>();
    private final int most;

    Numbers(int bits) {
        most = (1 << bits) - 1;
    }

    /** The number of a name, a new one if need be; 0 when all numbers are given away. */
    int of(String name) {
        Integer number = numbers.get(name);
        return number == null ? next(name) : number;
    }

    /** The number of a name, or 0 when it was never given one. */
    int known(String name) {
        Integer number = numbers.get(name);
        return number == null ? 0 : number;
    }

    private synchronized int next(String name) {
        int number = known(name);
        if (number == 0 && name.length() <= LONGEST && numbers.size() < most) {
            number = numbers.size() + 1;
            numbers.put(name, number);
        }
        return number;
    }
}
