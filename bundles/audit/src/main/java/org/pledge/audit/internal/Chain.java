package org.pledge.audit.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The running hash over leaves, as the package description defines it; for one thread. */
final class Chain {
    private static final byte LEAF = 0;
    private static final byte LINK = 1;
    private static final int HASH_BYTES = 32;

    private final MessageDigest sha256;
    private byte[] head;

    /** A chain that goes on after {@code head}. */
    Chain(byte[] head) {
        this.sha256 = sha256();
        this.head = head.clone();
    }

    /** What stands before the first leaf. */
    static byte[] start() {
        return new byte[HASH_BYTES];
    }

    /** Adds a leaf and returns the new head. */
    byte[] add(byte[] content) {
        sha256.update(LEAF);
        byte[] leafHash = sha256.digest(content);
        sha256.update(LINK);
        sha256.update(head);
        head = sha256.digest(leafHash);
        return head.clone();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
