package org.pledge.crypto.internal;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.TenantId;
import org.pledge.crypto.LookupTokens;
import org.pledge.crypto.internal.TombstoneFiles.Key;
import org.pledge.crypto.spi.TombstoneStore;
import org.pledge.crypto.spi.TombstoneStore.Kind;
import org.pledge.crypto.spi.TombstoneStore.Owner;
import org.pledge.crypto.spi.TombstoneStore.Tombstone;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is left of destroyed keys of one database: in a table of it, and in a file that an older state of it lacks. */
final class Tombstones {
    private static final Logger LOG = LoggerFactory.getLogger(Tombstones.class);
    private static final String USE = "tombstone";
    private static final int AT_ONCE = 1000;

    /** Seals the fields that stay, of those there are, under a new key. */
    interface Reseal {
        Map<String, byte[]> anew(Owner owner, Set<String> names, Map<String, byte[]> sealed);
    }

    private final Transactions transactions;
    private final TombstoneStore store;
    private final TombstoneFiles files;
    private final LookupTokens tokens;
    private final Clock clock;

    Tombstones(
            Transactions transactions, TombstoneStore store, TombstoneFiles files, LookupTokens tokens, Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.files = files;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Leaves one in the current transaction, and in the file before that transaction is acknowledged. */
    void leave(TenantId tenant, UUID id, Kind kind, Set<String> kept) {
        files.requireWritable();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Tombstone left = new Tombstone(tenant, token(tenant, id), now, kind, kept);
        store.put(left);
        transactions.afterCommit(() -> files.add(List.of(left)));
    }

    private String token(TenantId tenant, UUID id) {
        byte[] bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return HexFormat.of().formatHex(tokens.token(tenant, USE, bytes));
    }

    /** Every tombstone that the table or a file has. */
    Map<Key, Tombstone> all() {
        Map<Key, Tombstone> all = files.read();
        inTable().forEach((key, tombstone) -> all.merge(key, tombstone, Tombstone::and));
        return all;
    }

    private Map<Key, Tombstone> inTable() {
        Map<Key, Tombstone> found = new HashMap<>();
        Optional<Tombstone> last = Optional.empty();
        do {
            Optional<Tombstone> after = last;
            List<Tombstone> page = transactions.required(() -> store.tombstones(after, AT_ONCE));
            page.forEach(each -> found.put(Key.of(each), each));
            last = page.stream().reduce((first, second) -> second);
        } while (last.isPresent());
        return found;
    }

    /**
     * Removes again who and what came back with an older state of the database: whose tombstone only a file has, and
     * after a restore whose tombstone is anywhere. Completes file and table from each other.
     *
     * @param people tombstones of people whose cards are removed with them
     */
    void replay(Map<Key, Tombstone> people, Reseal reseal) {
        Map<Key, Tombstone> filed = files.read();
        Map<Key, Tombstone> known = inTable();
        Map<Key, Tombstone> all = new HashMap<>(filed);
        known.forEach((key, tombstone) -> all.merge(key, tombstone, Tombstone::and));
        List<Tombstone> unfiled = lackedBy(filed, all);
        if (!unfiled.isEmpty()) {
            files.add(unfiled);
        }
        List<Tombstone> missing = lackedBy(known, all);
        Map<Key, Tombstone> dead = new HashMap<>();
        missing.forEach(each -> dead.put(Key.of(each), each));
        if (files.replayAsked()) {
            dead.putAll(all);
            dead.putAll(people);
        }
        if (!dead.isEmpty()) {
            long removed = remove(dead, reseal);
            keep(missing);
            LOG.info(
                    "{} whose keys had been destroyed came back with an older database, and are removed again.",
                    removed);
        }
        files.replayDone();
    }

    private static List<Tombstone> lackedBy(Map<Key, Tombstone> some, Map<Key, Tombstone> all) {
        return all.values().stream()
                .filter(each -> !says(some.get(Key.of(each)), each))
                .toList();
    }

    private static boolean says(Tombstone known, Tombstone all) {
        return known != null && known.kind() == all.kind() && known.kept().equals(all.kept());
    }

    private long remove(Map<Key, Tombstone> dead, Reseal reseal) {
        long removed = 0;
        Optional<Owner> last = Optional.empty();
        do {
            Optional<Owner> after = last;
            List<Owner> page = transactions.required(() -> store.owners(after, AT_ONCE));
            Map<Owner, Tombstone> back = new HashMap<>();
            for (Owner each : page) {
                of(dead, each).ifPresent(tombstone -> back.put(each, tombstone));
            }
            if (!back.isEmpty()) {
                removed += transactions.required(() -> back.entrySet().stream()
                        .filter(each -> remove(each.getKey(), each.getValue(), reseal))
                        .count());
            }
            last = page.stream().reduce((first, second) -> second);
        } while (last.isPresent());
        return removed;
    }

    /** Whether there was something to remove. */
    private boolean remove(Owner owner, Tombstone tombstone, Reseal reseal) {
        if (tombstone.kind() == Kind.UNTOLD && owner.erased()) {
            return false;
        }
        if (tombstone.kind() != Kind.CHANGED) {
            store.removeRestored(owner, tombstone);
            return true;
        }
        Map<String, byte[]> sealed = store.sealed(owner);
        if (owner.erased() && tombstone.kept().containsAll(sealed.keySet())) {
            return false;
        }
        store.reduceRestored(owner, tombstone, reseal.anew(owner, tombstone.kept(), sealed));
        return true;
    }

    private Optional<Tombstone> of(Map<Key, Tombstone> dead, Owner owner) {
        String own = token(owner.tenant(), owner.id());
        return Optional.ofNullable(dead.get(new Key(owner.tenant(), own))).or(() -> owner.person()
                .flatMap(
                        person -> Optional.ofNullable(dead.get(new Key(owner.tenant(), token(owner.tenant(), person)))))
                .map(tombstone -> new Tombstone(owner.tenant(), own, tombstone.destroyed())));
    }

    private void keep(List<Tombstone> missing) {
        List<Tombstone> left = new ArrayList<>(missing);
        while (!left.isEmpty()) {
            List<Tombstone> some = List.copyOf(left.subList(0, Math.min(AT_ONCE, left.size())));
            transactions.required(() -> some.forEach(store::put));
            left.subList(0, some.size()).clear();
        }
    }
}
