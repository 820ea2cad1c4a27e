package org.pledge.access.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/** Nonces of the last minutes; when there are too many it refuses new ones, and forgets none. */
final class Nonces {
    static final int MOST_OF_ONE = 50_000;
    private static final int MOST = 4 * MOST_OF_ONE;

    private final Duration kept;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Used> inOrder = new ArrayDeque<>();
    private final Set<Key> used = new HashSet<>();
    private final Map<String, Integer> ofOne = new HashMap<>();

    private record Key(long high, long low) {}

    private record Used(String username, Key key, Instant until) {}

    Nonces(Duration kept) {
        this.kept = kept;
    }

    /** Uses a nonce up; false when it was used before. */
    boolean use(String username, byte[] nonce, Instant now) {
        Key key = key(username, nonce);
        lock.lock();
        try {
            forget(now);
            if (used.contains(key)) {
                return false;
            }
            if (used.size() >= MOST || ofOne.getOrDefault(username, 0) >= MOST_OF_ONE) {
                throw new PledgeException(Kind.UNAVAILABLE, "too many UsernameTokens were used in the last minutes")
                        .remedy("Use the bearer token of the credential, or send fewer requests.");
            }
            used.add(key);
            ofOne.merge(username, 1, Integer::sum);
            inOrder.add(new Used(username, key, now.plus(kept)));
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void forget(Instant now) {
        while (!inOrder.isEmpty() && inOrder.element().until().isBefore(now)) {
            Used oldest = inOrder.remove();
            used.remove(oldest.key());
            ofOne.computeIfPresent(oldest.username(), (name, count) -> count == 1 ? null : count - 1);
        }
    }

    private static Key key(String username, byte[] nonce) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update((username + '\0').getBytes(StandardCharsets.UTF_8));
            ByteBuffer hash = ByteBuffer.wrap(sha256.digest(nonce));
            return new Key(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
