package org.pledge.consent.internal;

import java.util.Arrays;
import java.util.concurrent.locks.StampedLock;
import java.util.function.IntPredicate;
import org.pledge.consent.ConsentView;

/**
 * The people whose hash begins alike, with their consents.
 *
 * <p>An open-addressed index of ints leads to each person's block: 6 bits of the hash, and where the block lies in
 * units of two longs. A block holds the two halves of the identifier, the standing, the tenant with the number of
 * consents, and then each consent in one long: expiry, level, number of the scope. So a question waits for memory
 * twice: for a line of the index, and for the block. A block that has become too small is left to the next person who
 * needs its size. Blocks lie in chunks that only grow.
 *
 * <p>Readers do not lock: they read what a writer may be changing, and then ask whether one did. So every position is
 * checked before it is used, and what was read meanwhile is read again.
 */
final class Segment {
    /** The expiry of a consent that has none, and the last second that can be told: in the year 2514. */
    static final long NEVER = (1L << 34) - 1;

    static final int SCOPE_BITS = 28;
    private static final int SCOPE = (1 << SCOPE_BITS) - 1;
    private static final int EXPIRY_SHIFT = SCOPE_BITS + 2;
    private static final int LEVEL = 3;

    private static final int HIGH = 0;
    private static final int LOW = 1;
    private static final int STANDING = 2;
    private static final int TENANT_AND_COUNT = 3;
    private static final int FIRST = 4;
    private static final long COUNT = 0xFFFF_FFFFL;
    private static final long RULES = 0xFFFF_FFFFL;

    private static final int UNIT_BITS = 1;
    private static final int SMALLEST = 6;
    private static final int SIZES = 112;
    private static final int CHUNK_BITS = 15;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int FIRST_CHUNK = 64;
    private static final int PLACE_BITS = CHUNK_BITS - UNIT_BITS;
    private static final int POSITION_BITS = 26;
    private static final int POSITION = (1 << POSITION_BITS) - 1;
    private static final int MOST_CHUNKS = 1 << POSITION_BITS - PLACE_BITS;
    private static final int ARRAY_HEADER_BYTES = 16;

    private final StampedLock lock = new StampedLock();
    private int[] index = new int[8];
    private long[][] chunks = new long[0][];
    private int personCount;
    private int chunkCount;
    private int used = CHUNK;
    private final int[] left = new int[SIZES];

    /** A change to one person, made under the lock. */
    interface Change {
        /** Changes the person whose entry of the index lies here. */
        void apply(Segment segment, int slot);
    }

    /** The answer as {@link ConsentView#ask} tells it. */
    long ask(long high, long low, int tenant, long hash, long[] scopes, int from, long now) {
        long stamp = lock.tryOptimisticRead();
        if (stamp != 0) {
            long answer = readAnswer(high, low, tenant, hash, scopes, from, now);
            if (lock.validate(stamp)) {
                return answer;
            }
        }
        stamp = lock.readLock();
        try {
            return readAnswer(high, low, tenant, hash, scopes, from, now);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** The standing as {@link ConsentView#standing} tells it, with an epoch even where no version was accepted. */
    long standing(long high, long low, int tenant, long hash) {
        long stamp = lock.tryOptimisticRead();
        if (stamp != 0) {
            long standing = readStanding(high, low, tenant, hash);
            if (lock.validate(stamp)) {
                return standing;
            }
        }
        stamp = lock.readLock();
        try {
            return readStanding(high, low, tenant, hash);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /**
     * Makes a change unless it was made before.
     *
     * @return false when an earlier change of this person is missing
     */
    boolean apply(long high, long low, int tenant, long hash, long epoch, Change change) {
        long stamp = lock.writeLock();
        try {
            int found = find(index, chunks, high, low, tenant, hash);
            long present = found < 0 ? 0 : ConsentView.epoch(chunkAt(found)[placeAt(found) + STANDING]);
            if (epoch != present + 1) {
                return epoch <= present;
            }
            int slot = found < 0 ? addPerson(high, low, tenant, hash) : found;
            change.apply(this, slot);
            long[] chunk = chunkAt(slot);
            int place = placeAt(slot);
            chunk[place + STANDING] = chunk[place + STANDING] & RULES | epoch << 32;
            return true;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    void accept(int slot, int version, int jurisdiction) {
        chunkAt(slot)[placeAt(slot) + STANDING] = (long) jurisdiction << 20 | version;
    }

    /** The accepted version and the jurisdiction. */
    long rules(int slot) {
        return chunkAt(slot)[placeAt(slot) + STANDING] & RULES;
    }

    void grant(int slot, int scope, int level, long expiry) {
        long consent = expiry << EXPIRY_SHIFT | (long) level << SCOPE_BITS | scope;
        long[] chunk = chunkAt(slot);
        int place = placeAt(slot);
        int count = count(chunk, place);
        for (int at = place + FIRST; at < place + FIRST + count; at++) {
            if (((int) chunk[at] & SCOPE) == scope) {
                chunk[at] = consent;
                return;
            }
        }
        if (size(FIRST + count) < FIRST + count + 1) {
            move(slot, FIRST + count);
            chunk = chunkAt(slot);
            place = placeAt(slot);
        }
        chunk[place + FIRST + count] = consent;
        chunk[place + TENANT_AND_COUNT]++;
    }

    /** Withdraws the consents whose scopes are among these. */
    void withdraw(int slot, IntPredicate scopes) {
        long[] chunk = chunkAt(slot);
        int place = placeAt(slot);
        int end = place + FIRST + count(chunk, place);
        for (int at = place + FIRST; at < end; at++) {
            if (scopes.test((int) chunk[at] & SCOPE)) {
                chunk[at] &= SCOPE;
            }
        }
    }

    /** What the arrays occupy. */
    long bytes() {
        long stamp = lock.readLock();
        try {
            long bytes = 4L * (index.length + chunks.length + left.length) + 3L * ARRAY_HEADER_BYTES;
            return bytes
                    + Arrays.stream(chunks, 0, chunkCount)
                            .mapToLong(chunk -> 8L * chunk.length + ARRAY_HEADER_BYTES)
                            .sum();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    int people() {
        long stamp = lock.readLock();
        try {
            return personCount;
        } finally {
            lock.unlockRead(stamp);
        }
    }

    private long readAnswer(long high, long low, int tenant, long hash, long[] scopes, int from, long now) {
        int[] slots = index;
        long[][] all = chunks;
        int slot = find(slots, all, high, low, tenant, hash);
        if (slot < 0) {
            return ConsentView.UNKNOWN;
        }
        int position = slots[slot] & POSITION;
        long[] chunk = chunkOrNull(all, position);
        int place = place(position);
        if (chunk == null || place + FIRST > chunk.length) {
            return ConsentView.UNKNOWN;
        }
        int end = (int) Math.min(chunk.length, place + FIRST + (chunk[place + TENANT_AND_COUNT] & COUNT));
        long answer = chunk[place + STANDING] & RULES;
        int asked = Math.min(scopes.length - from, ConsentView.MOST_SCOPES);
        for (int i = 0; i < asked; i++) {
            long consent = consent(chunk, place + FIRST, end, scopes[from + i]);
            long level = now < consent >>> EXPIRY_SHIFT ? consent >>> SCOPE_BITS & LEVEL : ConsentView.NONE;
            answer |= level << Integer.SIZE + 2 * i;
        }
        return answer;
    }

    /**
     * The consent for a scope, or 0. It looks at all of them without a branch: a processor that guesses wrongly where
     * the search ends asks for the later lines of memory only when the earlier ones have come.
     */
    private static long consent(long[] chunk, int begin, int end, long scope) {
        long found = 0;
        for (int at = begin; at < end; at++) {
            long consent = chunk[at];
            long difference = (consent ^ scope) & SCOPE;
            found |= consent & difference - 1 >> Long.SIZE - 1;
        }
        return found;
    }

    private long readStanding(long high, long low, int tenant, long hash) {
        int[] slots = index;
        long[][] all = chunks;
        int slot = find(slots, all, high, low, tenant, hash);
        if (slot < 0) {
            return ConsentView.UNKNOWN;
        }
        int position = slots[slot] & POSITION;
        long[] chunk = chunkOrNull(all, position);
        int place = place(position);
        return chunk == null || place + FIRST > chunk.length ? ConsentView.UNKNOWN : chunk[place + STANDING];
    }

    /** The slot of a person, or -1. Entries are positions from 1, so that 0 is an empty slot. */
    private static int find(int[] slots, long[][] all, long high, long low, int tenant, long hash) {
        int tag = tag(hash);
        int last = slots.length - 1;
        for (int slot = (int) hash & last; ; slot = slot + 1 & last) {
            int entry = slots[slot];
            if (entry == 0) {
                return -1;
            }
            if ((entry & ~POSITION) == tag) {
                long[] chunk = chunkOrNull(all, entry & POSITION);
                int place = place(entry & POSITION);
                if (chunk != null
                        && place + FIRST <= chunk.length
                        && chunk[place + HIGH] == high
                        && chunk[place + LOW] == low
                        && chunk[place + TENANT_AND_COUNT] >>> 32 == tenant) {
                    return slot;
                }
            }
        }
    }

    private int addPerson(long high, long low, int tenant, long hash) {
        int position = allocate(SMALLEST);
        long[] chunk = chunks[position >>> PLACE_BITS];
        int place = place(position);
        chunk[place + HIGH] = high;
        chunk[place + LOW] = low;
        chunk[place + STANDING] = ConsentView.UNKNOWN;
        chunk[place + TENANT_AND_COUNT] = (long) tenant << 32;
        if ((personCount + 1L) * 4 > index.length * 3L) {
            growIndex();
        }
        personCount++;
        return enter(index, hash, position);
    }

    /** Moves a person to the next larger block. */
    private void move(int slot, int longs) {
        int old = index[slot] & POSITION;
        int next = allocate(size(longs + 1));
        long[] from = chunks[old >>> PLACE_BITS];
        int place = place(old);
        System.arraycopy(from, place, chunks[next >>> PLACE_BITS], place(next), longs);
        index[slot] = index[slot] & ~POSITION | next;
        int kind = kind(size(longs));
        from[place] = left[kind];
        left[kind] = old;
    }

    private int allocate(int longs) {
        int kind = kind(longs);
        int reused = left[kind];
        if (reused != 0) {
            left[kind] = (int) chunks[reused >>> PLACE_BITS][place(reused)];
            return reused;
        }
        if (used + longs > CHUNK) {
            addChunk(Math.max(longs, FIRST_CHUNK));
        }
        int last = chunkCount - 1;
        if (used + longs > chunks[last].length) {
            int enough = Math.max(chunks[last].length + chunks[last].length / 2, used + longs);
            chunks[last] = Arrays.copyOf(chunks[last], Math.min(enough, CHUNK));
        }
        int position = last << PLACE_BITS | used >> UNIT_BITS;
        used += longs;
        return position;
    }

    /** The first unit of the first chunk stays empty, because position 0 means none. */
    private void addChunk(int longs) {
        if (chunkCount == MOST_CHUNKS) {
            throw new IllegalStateException("the consent table is full");
        }
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunkCount + chunkCount / 4 + 1);
        }
        boolean first = chunkCount == 0;
        used = first ? 1 << UNIT_BITS : 0;
        chunks[chunkCount++] = new long[longs];
    }

    private void growIndex() {
        int[] larger = new int[index.length * 2];
        for (int entry : index) {
            if (entry != 0) {
                int position = entry & POSITION;
                long[] chunk = chunks[position >>> PLACE_BITS];
                int place = place(position);
                enter(larger, ConsentTable.hash(chunk[place + HIGH], chunk[place + LOW]), position);
            }
        }
        index = larger;
    }

    private static int enter(int[] slots, long hash, int position) {
        int last = slots.length - 1;
        int slot = (int) hash & last;
        while (slots[slot] != 0) {
            slot = slot + 1 & last;
        }
        slots[slot] = tag(hash) | position;
        return slot;
    }

    /** Bits 32 to 37 of the hash; the slot comes from the lowest, the segment from the highest. */
    private static int tag(long hash) {
        return (int) (hash >>> 32) << POSITION_BITS;
    }

    /** The smallest size of a block for so many longs: four sizes for each doubling. */
    static int size(int longs) {
        int step = Math.max(1 << UNIT_BITS, Integer.highestOneBit(longs - 1) >>> 2);
        return Math.max(SMALLEST, longs + step - 1 & -step);
    }

    /** A number for each size of a block, below {@link #SIZES}. */
    private static int kind(int size) {
        int doublings = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(size);
        return doublings * 4 + (size >>> doublings - 2 & 3);
    }

    private long[] chunkAt(int slot) {
        return chunks[(index[slot] & POSITION) >>> PLACE_BITS];
    }

    private int placeAt(int slot) {
        return place(index[slot] & POSITION);
    }

    private static int count(long[] chunk, int place) {
        return (int) chunk[place + TENANT_AND_COUNT];
    }

    private static int place(int position) {
        return (position & (1 << PLACE_BITS) - 1) << UNIT_BITS;
    }

    private static long[] chunkOrNull(long[][] chunks, int position) {
        int number = position >>> PLACE_BITS;
        return number < chunks.length ? chunks[number] : null;
    }
}
