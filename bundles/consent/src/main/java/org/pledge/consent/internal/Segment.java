package org.pledge.consent.internal;

import java.util.Arrays;
import java.util.concurrent.locks.StampedLock;
import org.pledge.consent.ConsentView;

/**
 * The people whose hash begins alike, with their consents, in arrays.
 *
 * <p>A person is four longs: the two halves of the identifier, the standing, and the tenant with the first consent of a
 * chain. A consent is two longs: scope and level, expiry and the next consent of the chain. Both lie in chunks that
 * never move; an open-addressed index of ints leads to a person, 8 bits of the hash and 24 bits of the position each.
 *
 * <p>Readers do not lock: they read what a writer may be changing, and then ask whether one did. So every position is
 * checked before it is used; chains cannot run in circles, because a consent's next one is always older.
 */
final class Segment {
    /** The expiry of a consent that has none, and the last second that can be told: in the year 2514. */
    static final long NEVER = (1L << 34) - 1;

    static final int SCOPE_BITS = 50;
    private static final long SCOPE = (1L << SCOPE_BITS) - 1;
    private static final int LINK_BITS = 30;
    private static final int LINK = (1 << LINK_BITS) - 1;
    private static final int POSITION_BITS = 24;
    private static final int POSITION = (1 << POSITION_BITS) - 1;

    private static final int PERSON = 4;
    private static final int STANDING = 2;
    private static final int TENANT_AND_FIRST = 3;
    private static final int CONSENT = 2;
    private static final int CHUNK = 1024;
    private static final int ARRAY_HEADER_BYTES = 16;

    private final StampedLock lock = new StampedLock();
    private int[] index = new int[8];
    private long[][] people = new long[0][];
    private long[][] consents = new long[0][];
    private int personCount;
    private int consentCount;

    /** A change to one person, made under the lock. */
    interface Change {
        /** Changes the person whose longs begin at {@code at}. */
        void apply(Segment segment, long[] person, int at);
    }

    int level(long high, long low, int tenant, long hash, long scope, long now) {
        long stamp = lock.tryOptimisticRead();
        if (stamp != 0) {
            int level = readLevel(high, low, tenant, hash, scope, now);
            if (lock.validate(stamp)) {
                return level;
            }
        }
        stamp = lock.readLock();
        try {
            return readLevel(high, low, tenant, hash, scope, now);
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
            int found = find(high, low, tenant, hash);
            long present = found < 0 ? 0 : ConsentView.epoch(standingAt(found));
            if (epoch != present + 1) {
                return epoch <= present;
            }
            int position = found < 0 ? addPerson(high, low, tenant, hash) : found;
            long[] person = people[chunk(position, PERSON)];
            int at = offset(position, PERSON);
            change.apply(this, person, at);
            person[at + STANDING] = person[at + STANDING] & 0xFFFF_FFFFL | epoch << 32;
            return true;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    static void accept(long[] person, int at, int version, int jurisdiction) {
        person[at + STANDING] = (long) jurisdiction << 20 | version;
    }

    void grant(long[] person, int at, long scope, int level, long expiry) {
        long key = scope & SCOPE;
        int consent = (int) person[at + TENANT_AND_FIRST] & LINK;
        while (consent != 0) {
            long[] chunk = consents[chunk(consent, CONSENT)];
            int slot = offset(consent, CONSENT);
            if ((chunk[slot] & SCOPE) == key) {
                chunk[slot] = (long) level << SCOPE_BITS | key;
                chunk[slot + 1] = expiry << LINK_BITS | chunk[slot + 1] & LINK;
                return;
            }
            consent = (int) chunk[slot + 1] & LINK;
        }
        addConsent(person, at, (long) level << SCOPE_BITS | key, expiry);
    }

    /** Withdraws the consents that a mask and its value select and whose category is one of these; none means all. */
    void withdraw(long[] person, int at, long mask, long value, int[] categories) {
        int consent = (int) person[at + TENANT_AND_FIRST] & LINK;
        while (consent != 0) {
            long[] chunk = consents[chunk(consent, CONSENT)];
            int slot = offset(consent, CONSENT);
            long scope = chunk[slot] & SCOPE;
            if ((scope & mask) == value
                    && (categories.length == 0 || contains(categories, ConsentTable.category(scope)))) {
                chunk[slot] = scope;
            }
            consent = (int) chunk[slot + 1] & LINK;
        }
    }

    /** What the arrays occupy. */
    long bytes() {
        long stamp = lock.readLock();
        try {
            long bytes = 4L * index.length + 8L * people.length + 8L * consents.length + 3L * ARRAY_HEADER_BYTES;
            return bytes + (chunks(people) + chunks(consents)) * (8L * CHUNK + ARRAY_HEADER_BYTES);
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

    private int readLevel(long high, long low, int tenant, long hash, long scope, long now) {
        int position = find(high, low, tenant, hash);
        if (position < 0) {
            return ConsentView.NONE;
        }
        long[] person = chunkOrNull(people, chunk(position, PERSON));
        if (person == null) {
            return ConsentView.NONE;
        }
        long key = scope & SCOPE;
        long[][] all = consents;
        int consent = (int) person[offset(position, PERSON) + TENANT_AND_FIRST] & LINK;
        while (consent != 0) {
            long[] chunk = chunkOrNull(all, chunk(consent, CONSENT));
            if (chunk == null) {
                return ConsentView.NONE;
            }
            int slot = offset(consent, CONSENT);
            long first = chunk[slot];
            long second = chunk[slot + 1];
            if ((first & SCOPE) == key) {
                return now < second >>> LINK_BITS ? (int) (first >>> SCOPE_BITS) : ConsentView.NONE;
            }
            consent = (int) second & LINK;
        }
        return ConsentView.NONE;
    }

    private long readStanding(long high, long low, int tenant, long hash) {
        int position = find(high, low, tenant, hash);
        return position < 0 ? ConsentView.UNKNOWN : standingAt(position);
    }

    private long standingAt(int position) {
        long[] person = chunkOrNull(people, chunk(position, PERSON));
        return person == null ? ConsentView.UNKNOWN : person[offset(position, PERSON) + STANDING];
    }

    private int find(long high, long low, int tenant, long hash) {
        int[] slots = index;
        long[][] all = people;
        int tag = tag(hash);
        int last = slots.length - 1;
        for (int slot = (int) hash & last; ; slot = slot + 1 & last) {
            int entry = slots[slot];
            if (entry == 0) {
                return -1;
            }
            if ((entry & ~POSITION) == tag) {
                int position = (entry & POSITION) - 1;
                long[] person = chunkOrNull(all, chunk(position, PERSON));
                int at = offset(position, PERSON);
                if (person != null
                        && person[at] == high
                        && person[at + 1] == low
                        && person[at + TENANT_AND_FIRST] >>> 32 == tenant) {
                    return position;
                }
            }
        }
    }

    private int addPerson(long high, long low, int tenant, long hash) {
        if (personCount == POSITION) {
            throw new IllegalStateException("the consent table is full");
        }
        int position = personCount;
        people = withChunk(people, chunk(position, PERSON));
        long[] person = people[chunk(position, PERSON)];
        int at = offset(position, PERSON);
        person[at] = high;
        person[at + 1] = low;
        person[at + TENANT_AND_FIRST] = (long) tenant << 32;
        if ((personCount + 1L) * 4 > index.length * 3L) {
            grow();
        }
        enter(index, hash, position);
        personCount++;
        return position;
    }

    private void addConsent(long[] person, int at, long first, long expiry) {
        if (consentCount + 1 > LINK) {
            throw new IllegalStateException("the consent table is full");
        }
        int consent = consentCount + 1;
        consents = withChunk(consents, chunk(consent, CONSENT));
        long[] chunk = consents[chunk(consent, CONSENT)];
        int slot = offset(consent, CONSENT);
        chunk[slot] = first;
        chunk[slot + 1] = expiry << LINK_BITS | person[at + TENANT_AND_FIRST] & LINK;
        person[at + TENANT_AND_FIRST] = person[at + TENANT_AND_FIRST] & ~(long) LINK | consent;
        consentCount = consent;
    }

    private void grow() {
        int[] larger = new int[index.length * 2];
        for (int position = 0; position < personCount; position++) {
            long[] person = people[chunk(position, PERSON)];
            int at = offset(position, PERSON);
            long hash = ConsentTable.hash(person[at], person[at + 1], (int) (person[at + TENANT_AND_FIRST] >>> 32));
            enter(larger, hash, position);
        }
        index = larger;
    }

    private static void enter(int[] slots, long hash, int position) {
        int last = slots.length - 1;
        int slot = (int) hash & last;
        while (slots[slot] != 0) {
            slot = slot + 1 & last;
        }
        slots[slot] = tag(hash) | position + 1;
    }

    /** Bits 32 to 39 of the hash; the slot comes from the lowest, the segment from the highest. */
    private static int tag(long hash) {
        return (int) (hash >>> 32) << POSITION_BITS;
    }

    private static int chunk(int position, int longs) {
        return position / (CHUNK / longs);
    }

    private static int offset(int position, int longs) {
        return position % (CHUNK / longs) * longs;
    }

    private static long[] chunkOrNull(long[][] chunks, int number) {
        return number < chunks.length ? chunks[number] : null;
    }

    private static long[][] withChunk(long[][] chunks, int number) {
        long[][] enough = number < chunks.length ? chunks : Arrays.copyOf(chunks, number + number / 4 + 1);
        if (enough[number] == null) {
            enough[number] = new long[CHUNK];
        }
        return enough;
    }

    private static long chunks(long[][] chunks) {
        return Arrays.stream(chunks).filter(chunk -> chunk != null).count();
    }

    private static boolean contains(int[] numbers, int number) {
        for (int each : numbers) {
            if (each == number) {
                return true;
            }
        }
        return false;
    }
}
