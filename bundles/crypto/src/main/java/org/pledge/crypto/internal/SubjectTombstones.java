package org.pledge.crypto.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.internal.TombstoneFiles.Key;
import org.pledge.crypto.spi.TombstoneStore;
import org.pledge.crypto.spi.TombstoneStore.Kind;
import org.pledge.crypto.spi.TombstoneStore.Tombstone;
import org.pledge.crypto.spi.WrappedKeyStore;
import org.pledge.store.Transactions;
import org.pledge.visitor.spi.LinkStore;

/** Tombstones of people's keys. Nothing is sealed, and nobody is let in, before those who came back are removed. */
public final class SubjectTombstones {
    static final String UNIT = "pledge";
    private static final int KEYS_IN_MEMORY = 10;

    private final Tombstones tombstones;

    /** Removes those who came back. */
    public SubjectTombstones(
            RootKeys roots,
            Transactions transactions,
            TombstoneStore store,
            WrappedKeyStore keys,
            LinkStore links,
            Path folder) {
        this(roots, transactions, store, keys, links, folder, Clock.systemUTC());
    }

    SubjectTombstones(
            RootKeys roots,
            Transactions transactions,
            TombstoneStore store,
            WrappedKeyStore keys,
            LinkStore links,
            Path folder,
            Clock clock) {
        this.tombstones = new Tombstones(
                transactions, store, new TombstoneFiles(folder, UNIT), new DefaultLookupTokens(roots), clock);
        DefaultSealer sealer =
                new DefaultSealer(roots, transactions, keys, KEYS_IN_MEMORY, Duration.ofMinutes(1), clock);
        try {
            tombstones.replay(Map.of(), new Resealing(sealer, links, clock)::anew);
        } finally {
            sealer.deactivate();
        }
    }

    /** Leaves one in the current transaction. */
    void leave(TenantId tenant, SubjectId subject, Kind kind, Set<String> kept) {
        tombstones.leave(tenant, subject.toUuid(), kind, kept);
    }

    /** Of people whose cards go with them: of whom a hold keeps something, each card has a tombstone of its own. */
    Map<Key, Tombstone> ofEverything() {
        Map<Key, Tombstone> ended = new HashMap<>(tombstones.all());
        ended.values().removeIf(each -> each.kind() == Kind.CHANGED);
        return ended;
    }
}
