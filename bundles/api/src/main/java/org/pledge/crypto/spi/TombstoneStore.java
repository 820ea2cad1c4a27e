package org.pledge.crypto.spi;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.TenantId;

/**
 * Keeps what is left of destroyed keys, so that nobody comes back with a restored backup. Found as a service with the
 * property {@code unit} of its database. Every method joins the current transaction of that database.
 */
public interface TombstoneStore {
    /** What became of a key's owner. */
    enum Kind {
        /** It is not known, of tombstones that are older than kinds. */
        UNTOLD,
        /** Some fields stay, under a new key. */
        CHANGED,
        /** Nothing stays. */
        ENDED
    }

    /**
     * A key was destroyed.
     *
     * @param token of whose key it was: a keyed hash of 32 bytes in lower-case hexadecimal
     * @param destroyed when, to the microsecond
     * @param kept the names of what stays; empty unless {@code kind} is {@code CHANGED}
     */
    record Tombstone(TenantId tenant, String token, Instant destroyed, Kind kind, Set<String> kept) {
        /** Copies the names. */
        public Tombstone {
            kept = Set.copyOf(kept);
            if (kind != Kind.CHANGED && !kept.isEmpty()) {
                throw new IllegalArgumentException("only a change of key keeps something");
            }
        }

        /** A tombstone of which nothing stays. */
        public Tombstone(TenantId tenant, String token, Instant destroyed) {
            this(tenant, token, destroyed, Kind.ENDED, Set.of());
        }

        /**
         * What two tombstones with the same token say together: an end is final, what was kept can only become less, and
         * an unknown kind gives way.
         */
        public Tombstone and(Tombstone other) {
            if (kind != other.kind) {
                return kind.compareTo(other.kind) > 0 ? this : other;
            }
            Tombstone later = other.destroyed.isAfter(destroyed) ? other : this;
            Set<String> both = new HashSet<>(kept);
            both.retainAll(other.kept);
            return new Tombstone(tenant, token, later.destroyed, kind, both);
        }
    }

    /**
     * Who has a key or a row.
     *
     * @param person whose card or evidence it is; empty for people themselves
     * @param erased whether the person was erased but for what must stay
     */
    record Owner(TenantId tenant, UUID id, Optional<UUID> person, boolean erased) {
        /** An owner who was not erased. */
        public Owner(TenantId tenant, UUID id, Optional<UUID> person) {
            this(tenant, id, person, false);
        }
    }

    /** Keeps a tombstone, in place of one with the same token unless that is of an end; keeping it again is harmless. */
    void put(Tombstone tombstone);

    /** Tombstones in the order of tenants and tokens, after one of them or from the first. */
    List<Tombstone> tombstones(Optional<Tombstone> after, int limit);

    /** Owners in the order of tenants and identifiers, after one of them or from the first. */
    List<Owner> owners(Optional<Owner> after, int limit);

    /** Removes an owner's key and rows, and keeps the tombstone as one that the audit log does not have yet. */
    void removeRestored(Owner owner, Tombstone tombstone);

    /** What is sealed about a person, by the names of the fields; nothing for other owners. */
    default Map<String, byte[]> sealed(Owner owner) {
        return Map.of();
    }

    /**
     * Removes an owner's rows but for these fields, marks the person as erased, keeps what was removed and what stays
     * as a removal of theirs, and the tombstone as one that the audit log does not have yet. For owners without fields as {@link #removeRestored}.
     *
     * @param kept what stays of them, sealed under the present key
     */
    default void reduceRestored(Owner owner, Tombstone tombstone, Map<String, byte[]> kept) {
        removeRestored(owner, tombstone);
    }

    /**
     * Tombstones of owners who came back and were removed, which the audit log does not have yet.
     *
     * @param without tenants whose tombstones are left out
     */
    List<Tombstone> unrecorded(int limit, Set<TenantId> without);

    /** The audit log has it. */
    void recorded(Tombstone tombstone);
}
