package org.pledge.vault.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/** Refuses what is old, from the future or from before the start, and what was sent before. */
final class UsedOnce {
    static final Duration OLDEST = Duration.ofMinutes(5);
    static final Duration AHEAD = Duration.ofMinutes(1);
    private static final int MOST = 200_000;
    private static final int SHORTEST = 16;
    private static final int LONGEST = 64;

    /** Stands for an identifier; nothing of what the sender wrote can be found from it. */
    record Ticket(UUID key) {}

    private final Clock clock;
    private final Instant started;
    private final ReentrantLock lock = new ReentrantLock();
    /** Until when each is remembered, in the order of their use. */
    private final LinkedHashMap<Ticket, Instant> used = new LinkedHashMap<>();

    UsedOnce(Clock clock) {
        this.clock = clock;
        this.started = clock.instant();
    }

    /**
     * Looks at an identifier, which is not used up by that.
     *
     * @param jti chosen by the sender
     * @param iat when it was made, in seconds since 1970
     */
    Ticket check(byte[] jti, long iat) {
        if (jti.length < SHORTEST || jti.length > LONGEST) {
            throw refused("jti has " + SHORTEST + " to " + LONGEST + " characters");
        }
        Instant now = clock.instant();
        Instant made = Instant.ofEpochSecond(iat);
        if (made.isBefore(now.minus(OLDEST)) || made.isAfter(now.plus(AHEAD))) {
            throw refused("iat must be at most 5 minutes ago and at most 1 minute ahead");
        }
        if (made.isBefore(started)) {
            throw new PledgeException(Kind.UNAVAILABLE, "this was made before the vault started; nothing was done")
                    .remedy("Encrypt it again, with a new jti and iat.");
        }
        Ticket ticket = new Ticket(key(jti));
        lock.lock();
        try {
            checkUnused(ticket);
        } finally {
            lock.unlock();
        }
        return ticket;
    }

    private void checkUnused(Ticket ticket) {
        if (used.containsKey(ticket)) {
            throw refused("this jti was used before");
        }
    }

    /** Uses an identifier up. */
    void use(Ticket ticket) {
        Instant now = clock.instant();
        lock.lock();
        try {
            Iterator<Instant> oldest = used.values().iterator();
            while (oldest.hasNext() && oldest.next().isBefore(now)) {
                oldest.remove();
            }
            checkUnused(ticket);
            if (used.size() >= MOST) {
                throw new PledgeException(Kind.UNAVAILABLE, "too many cards were sent in the last minutes")
                        .remedy("Send it again in some minutes.");
            }
            used.put(ticket, now.plus(OLDEST).plus(AHEAD));
        } finally {
            lock.unlock();
        }
    }

    /** Takes a use back: what was sent was not kept, and may be sent again. */
    void giveBack(Ticket ticket) {
        lock.lock();
        try {
            used.remove(ticket);
        } finally {
            lock.unlock();
        }
    }

    private static PledgeException refused(String text) {
        return new PledgeException(Kind.INVALID, text)
                .remedy("Encrypt it again, with a new random jti and the present time, by a clock that is right.");
    }

    /** What the sender chose may be anything, so that only a hash of it stays. */
    private static UUID key(byte[] jti) {
        byte[] digest = {};
        try {
            digest = MessageDigest.getInstance("SHA-256").digest(jti);
            ByteBuffer hash = ByteBuffer.wrap(digest);
            return new UUID(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } finally {
            Arrays.fill(digest, (byte) 0);
        }
    }
}
