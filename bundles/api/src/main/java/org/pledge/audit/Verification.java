package org.pledge.audit;

import java.util.OptionalLong;

/**
 * The result of recomputing a chain.
 *
 * @param entries how many entries were read
 * @param firstBroken the position of the first entry that does not match its stored hash; empty when all do
 * @param head the hash of the last entry, 32 bytes as lower-case hexadecimal; all zero for an empty chain
 */
public record Verification(long entries, OptionalLong firstBroken, String head) {
    /** Whether every entry matches. */
    public boolean intact() {
        return firstBroken.isEmpty();
    }
}
